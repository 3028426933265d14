import type { QueueEntry, Route } from '@lintas/core'
import { html, nothing, type TemplateResult } from 'lit'
import { classMap } from 'lit/directives/class-map.js'
import { ref, type RefOrCallback } from 'lit/directives/ref.js'
import { queueLine } from './queue-line.js'
import type { CodeFault } from './office-code.js'
import { panelOf } from './capture-panel.js'
import { stageBox, stageDrawing } from './capture-stage.js'
import type { Announcements } from './guidance.js'
import type { LocaleName, Translate } from './messages.js'
import { showsCamera, type Snapshot } from './state.js'

/** Which element shows the view: it decides the words. */
export type CaptureKind = 'checkin' | 'enrolment'

/** What the view is made of. */
export interface CaptureModel {
  readonly kind: CaptureKind
  readonly snapshot: Snapshot
  readonly locale: LocaleName
  readonly t: Translate
  /** The camera's picture is upright. */
  readonly portrait: boolean
  /** A server decides. */
  readonly relayed: boolean
  /** The route that stands, where the person may choose one. */
  readonly route: Route | undefined
  /** The person has to type the code on the office's screen before an attempt. */
  readonly asksCode: boolean
  /** What was wrong with what was typed. */
  readonly codeFault: CodeFault | undefined
  /** What the live regions say. */
  readonly announcements: Announcements
  /** Check-ins that wait on this device, or were not taken. */
  readonly waiting: readonly QueueEntry[]
}

/** What the view's controls do. */
export interface CaptureActions {
  readonly start: () => void
  readonly cancel: () => void
  readonly reset: () => void
  readonly chooseRoute: (route: Route) => void
  /** The person has seen what was not taken. */
  readonly acknowledge: () => void
  /** The camera's picture has, or changed, its size. */
  readonly resized: () => void
  readonly video: RefOrCallback
}

/** The whole of an element: stage, panel, live regions. */
export function captureView(model: CaptureModel, actions: CaptureActions): TemplateResult {
  return html`
    <div class="card" part="card" lang=${model.locale}>
      ${stage(model, actions)}
      <div class="panel" part="panel" role="group" aria-labelledby="title" tabindex="-1">${panelOf(model, actions)} ${queueLine(model, actions)}</div>
      <div class="unseen" role="status">${model.announcements.polite}</div>
      <div class="unseen urgent" aria-live="assertive" aria-atomic="true">${model.announcements.urgent}</div>
    </div>
  `
}

function stage({ snapshot, portrait, t }: CaptureModel, actions: CaptureActions): TemplateResult {
  const { state, hint, prompt } = snapshot
  const words = hint === undefined ? prompt && t(`action:${prompt.action}`) : t(`hint:${hint}`)
  const on = showsCamera(state)
  const upright = on && portrait
  return html`
    <div class=${classMap({ stage: true, portrait: upright, on })} part="stage">
      <video part="video" aria-hidden="true" playsinline .muted=${true} ?hidden=${!on} @resize=${actions.resized} ${ref(actions.video)}></video>
      <svg class="drawing" aria-hidden="true" viewBox=${stageBox(upright, on)} preserveAspectRatio=${on ? 'xMidYMid slice' : 'xMidYMid meet'}>
        ${stageDrawing(state, ringFraction(snapshot), upright)}
      </svg>
      ${on && words !== undefined ? html`<p class="hint" part="hint">${words}</p>` : nothing}
    </div>
  `
}

function ringFraction({ state, progress, download }: Snapshot): number {
  if (state === 'loading') return download?.fraction ?? 0
  return state === 'error' || state === 'refused' ? 0 : progress
}
