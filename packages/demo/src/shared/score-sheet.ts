import type { CalibrationProfile, Comparison } from '@lintas/core'
import { make } from './dom.js'
import { rounded } from './facts.js'
import type { Say } from './language.js'

const SVG = 'http://www.w3.org/2000/svg'

/** Decision, score against threshold on a scale from −1 to 1, and what the threshold rests on. */
export function scoreSheet(comparison: Comparison, { data }: CalibrationProfile, poor: boolean, say: Say): Node[] {
  const { decision, score, threshold, fmr } = comparison
  const line = say('verdict-line', { score: rounded(score), threshold: rounded(threshold) })
  const rests = say('verdict-fmr', { fmr, data: data.name, subjects: data.subjects, comparisons: data.nonMatedComparisons })
  return [
    make('p', { class: `verdict ${decision}` }, say(decision)),
    make('p', {}, line),
    scale(score, threshold, line),
    make('p', { class: 'note' }, rests),
    ...(poor ? [make('p', { class: 'poor' }, say('verdict-poor'))] : []),
  ]
}

function scale(score: number, threshold: number, label: string): SVGElement {
  const x = (value: number): string => String(((Math.min(1, Math.max(-1, value)) + 1) / 2) * 100)
  const figure = draw('svg', { class: 'scale', viewBox: '0 0 100 6', role: 'img', 'aria-label': label })
  figure.append(
    draw('rect', { class: 'track', y: '2.2', width: '100', height: '1.6', rx: '0.8' }),
    draw('rect', { class: 'above', x: x(threshold), y: '2.2', width: String(100 - Number(x(threshold))), height: '1.6', rx: '0.8' }),
    draw('line', { class: 'threshold', x1: x(threshold), x2: x(threshold), y1: '0.8', y2: '5.2' }),
    draw('circle', { class: 'score', cx: x(score), cy: '3', r: '1.6' }),
  )
  return figure
}

function draw(tag: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const element = document.createElementNS<'svg'>(SVG, tag as 'svg')
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  return element
}
