import { escapeText } from '../src/plot.js'
import type { Label } from './types.js'

/** The scores of one species. */
export interface ScoreRow {
  readonly name: string
  readonly label: Label
  readonly scores: readonly number[]
}

const WIDTH = 760
const LEFT = 190
const PLOT_WIDTH = 540
const ROW = 26
const TOP = 34
/** Told apart by people with colour-vision deficiency too (Okabe and Ito), and by their shape. */
const COLOURS: Readonly<Record<Label, string>> = { 'bona-fide': '#0072b2', attack: '#d55e00' }
const TICKS = 6

/** Scores as points, a row a species, as an SVG document; circles are bona fide, crosses attacks, lines the limits. Undefined without any score. */
export function plotScores(title: string, unit: string, rows: readonly ScoreRow[], limits: readonly number[]): string | undefined {
  const finite = rows.map((row) => ({ ...row, scores: row.scores.filter(Number.isFinite) })).filter(({ scores }) => scores.length > 0)
  const all = [...finite.flatMap(({ scores }) => scores), ...limits]
  if (finite.length === 0) return undefined
  const [low, high] = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))]
  const margin = 0.04 * (high - low || 1)
  const place = (score: number): number => round(LEFT + (PLOT_WIDTH * (score - low + margin)) / (high - low + 2 * margin))
  const bottom = TOP + ROW * finite.length
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + 46}" role="img" font-family="sans-serif" font-size="13">`,
    `<title>${escapeText(title)}</title>`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    `<text x="8" y="18" font-weight="600">${escapeText(title)}</text>`,
    ...limits.map((limit) => `<path d="M${place(limit)} ${TOP}V${bottom}" stroke="#666" stroke-dasharray="5 4"/>`),
    ...finite.flatMap((row, index) => drawRow(row, TOP + ROW * (index + 0.5), place)),
    ...ticks(low, high).map((tick) => `<text x="${place(tick)}" y="${bottom + 18}" text-anchor="middle">${tick}</text>`),
    `<text x="${LEFT + PLOT_WIDTH / 2}" y="${bottom + 38}" text-anchor="middle">${escapeText(unit)}; circles bona fide, crosses attacks</text>`,
    '</svg>',
  ].join('\n')
}

function drawRow({ name, label, scores }: ScoreRow, y: number, place: (score: number) => number): readonly string[] {
  const colour = COLOURS[label]
  const marks = scores.map((score, index) => {
    // Spread over the row so that equal scores do not hide each other: the golden angle, the same every time.
    const [x, at] = [place(score), round(y + 14 * (((index * 0.618) % 1) - 0.5))]
    return label === 'attack'
      ? `M${round(x - 2.5)} ${round(at - 2.5)}l5 5m0 -5l-5 5`
      : `M${round(x - 2.5)} ${at}a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0`
  })
  return [
    `<text x="${LEFT - 10}" y="${round(y + 4)}" text-anchor="end">${escapeText(name)} (${scores.length})</text>`,
    `<path d="${marks.join('')}" fill="none" stroke="${colour}" stroke-opacity=".65"/>`,
  ]
}

/** Round numbers from `low` to `high`. */
function ticks(low: number, high: number): readonly number[] {
  const rough = (high - low || 1) / TICKS
  const decade = 10 ** Math.floor(Math.log10(rough))
  const step = decade * ([1, 2, 5, 10].find((factor) => factor * decade >= rough) ?? 10)
  const first = Math.ceil(low / step)
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(6)))
}

const round = (value: number): number => Math.round(value * 10) / 10
