import type { DetCurve } from './det.js'

/** A curve with its name. */
export interface NamedCurve extends DetCurve {
  readonly name: string
}

const WIDTH = 720
const HEIGHT = 520
const LEFT = 70
const TOP = 20
const PLOT_WIDTH = 620
const PLOT_HEIGHT = 380
/** Told apart by people with colour-vision deficiency too (Okabe and Ito). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000']
/** From, to. */
type Decades = readonly [number, number]

const X_DECADES: Decades = [-6, 0]
const Y_DECADES: Decades = [-4, 0]

/** FNMR against FMR, both axes logarithmic, as an SVG document. What is zero lies on the lower edge. */
export function plotDet(curves: readonly NamedCurve[], title: string): string {
  const drawn = curves.map((curve, index) => drawCurve(curve, index))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT + 18 * curves.length}" role="img" font-family="sans-serif" font-size="13">`,
    `<title>${escapeText(title)}</title>`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    ...grid(),
    ...drawn,
    '</svg>',
  ].join('\n')
}

function grid(): string[] {
  const lines: string[] = []
  for (let decade = X_DECADES[0]; decade <= X_DECADES[1]; decade += 1) {
    const x = placeX(10 ** decade)
    lines.push(`<path d="M${x} ${TOP}V${TOP + PLOT_HEIGHT}" stroke="#ddd"/>`)
    lines.push(`<text x="${x}" y="${TOP + PLOT_HEIGHT + 20}" text-anchor="middle">${percent(10 ** decade)}</text>`)
  }
  for (let decade = Y_DECADES[0]; decade <= Y_DECADES[1]; decade += 1) {
    const y = placeY(10 ** decade)
    lines.push(`<path d="M${LEFT} ${y}H${LEFT + PLOT_WIDTH}" stroke="#ddd"/>`)
    lines.push(`<text x="${LEFT - 8}" y="${y + 4}" text-anchor="end">${percent(10 ** decade)}</text>`)
  }
  const middle = TOP + PLOT_HEIGHT / 2
  lines.push(`<text x="${LEFT + PLOT_WIDTH / 2}" y="${TOP + PLOT_HEIGHT + 44}" text-anchor="middle">false match rate</text>`)
  lines.push(`<text x="16" y="${middle}" text-anchor="middle" transform="rotate(-90 16 ${middle})">false non-match rate</text>`)
  return lines
}

function drawCurve({ name, nonMated, points }: NamedCurve, index: number): string {
  const colour = COLOURS[index % COLOURS.length] ?? '#000'
  const dash = nonMated === 'listed' ? ' stroke-dasharray="5 4"' : ''
  const path = points.map(([fmr, fnmr], at) => `${at === 0 ? 'M' : 'L'}${placeX(fmr)} ${placeY(fnmr)}`).join('')
  const y = HEIGHT - 30 + 18 * index
  const label = `${name}, ${nonMated === 'listed' ? 'listed pairs' : 'full matrix'}`
  return [
    `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"${dash}/>`,
    `<path d="M${LEFT} ${y - 4}h28" stroke="${colour}" stroke-width="2"${dash}/>`,
    `<text x="${LEFT + 36}" y="${y}">${escapeText(label)}</text>`,
  ].join('\n')
}

const placeX = (fmr: number): number => round(LEFT + PLOT_WIDTH * within(fmr, X_DECADES))
const placeY = (fnmr: number): number => round(TOP + PLOT_HEIGHT * (1 - within(fnmr, Y_DECADES)))

function within(rate: number, [low, high]: Decades): number {
  const decade = rate <= 0 ? low : Math.log10(rate)
  return Math.min(1, Math.max(0, (decade - low) / (high - low)))
}

const round = (value: number): number => Math.round(value * 10) / 10
const percent = (rate: number): string => `${Number((rate * 100).toPrecision(1))} %`

export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
