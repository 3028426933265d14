import { svg, type SVGTemplateResult } from 'lit'
import type { CaptureState } from './state.js'

/** The drawing over the camera: everything but the oval is dimmed, and a ring around it fills. */
interface Frame {
  readonly width: number
  readonly height: number
  /** The oval's middle; it sits a little high, since the hint is shown below it. */
  readonly middleY: number
  readonly radiusX: number
  readonly radiusY: number
}

// About 3:4, the proportion of a face with hijab or hair; large enough that a face that fills it has eyes 90 pixels apart at VGA.
const LANDSCAPE: Frame = { width: 400, height: 300, middleY: 132, radiusX: 83, radiusY: 111 }
const PORTRAIT: Frame = { width: 300, height: 400, middleY: 178, radiusX: 105, radiusY: 140 }

/** The oval with its ring at `fraction` (0 to 1) and the sign of `state` in it where no camera picture is shown. */
export function stageDrawing(state: CaptureState, fraction: number, portrait: boolean): SVGTemplateResult {
  const { width, height, middleY: y, radiusX, radiusY } = portrait ? PORTRAIT : LANDSCAPE
  const x = width / 2
  // A path, not an ellipse: it begins at the top, so that the ring fills from there.
  const ring = `M ${x} ${y - radiusY} A ${radiusX} ${radiusY} 0 1 1 ${x - 0.01} ${y - radiusY} Z`
  return svg`
    <mask id="hole">
      <rect width=${width} height=${height} fill="white" />
      <ellipse cx=${x} cy=${y} rx=${radiusX} ry=${radiusY} fill="black" />
    </mask>
    <rect class="scrim" width=${width} height=${height} mask="url(#hole)" />
    <path class="oval" part="oval" d=${ring} />
    <path class=${fraction > 0 ? 'ring' : 'ring empty'} part="ring" pathLength="1" stroke-dasharray="1" stroke-dashoffset=${1 - fraction} d=${ring} />
    <g class="sign" transform=${`translate(${x} ${y})`}>${sign(state)}</g>
  `
}

/** The stage's viewBox: the whole picture while the camera is `on`, else with the oval in the middle. */
export function stageBox(portrait: boolean, on: boolean): string {
  const { width, height, middleY } = portrait ? PORTRAIT : LANDSCAPE
  return `0 ${on ? 0 : middleY - height / 2} ${width} ${height}`
}

function sign(state: CaptureState): SVGTemplateResult | null {
  switch (state) {
    case 'idle':
    case 'loading':
      return FACE
    case 'permission':
      return CAMERA
    case 'admitted':
    case 'enrolled':
      return CHECK
    case 'pending':
    case 'waiting':
      return CLOCK
    case 'refused':
      return AGAIN
    case 'error':
      return FAULT
    case 'searching':
    case 'holding':
    case 'acting':
    case 'comparing':
      return null
  }
}

const FACE: SVGTemplateResult = svg`<path d="M -34 -14 v 6 M 34 -14 v 6 M 2 -12 v 26 h -8 M -24 40 q 24 20 48 0" />`
const CAMERA: SVGTemplateResult = svg`<path d="M -44 -22 h 22 l 8 -12 h 28 l 8 12 h 22 v 58 h -88 Z" /><circle cy="6" r="17" />`
const CHECK: SVGTemplateResult = svg`<path d="M -36 4 l 25 26 l 48 -54" />`
const CLOCK: SVGTemplateResult = svg`<circle r="42" /><path d="M 0 -24 v 26 l 18 12" />`
const AGAIN: SVGTemplateResult = svg`<path d="M 34 -26 a 42 42 0 1 0 8 34 M 38 -50 v 26 h -26" />`
const FAULT: SVGTemplateResult = svg`<path d="M 0 -44 v 52 M 0 36 v 2" />`
