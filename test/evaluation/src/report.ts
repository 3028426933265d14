import { escapeText, plotDet, type NamedCurve } from './plot.js'
import { nameOf, type EvaluationResult } from './result.js'
import { tablesOf, type Table } from './summary.js'

/** Of a report. */
export const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
table{border-collapse:collapse;margin:.5rem 0 1.5rem}caption{text-align:left;font-weight:600;padding:.5rem 0}
th,td{border-bottom:1px solid #ddd;padding:.25rem .75rem .25rem 0;text-align:left;vertical-align:top}svg{max-width:46rem}
.scroll{overflow-x:auto}small{color:#555}`

/** The DET curves of all models of a run. */
export function plotOf(result: EvaluationResult): string {
  const curves = result.results.flatMap(({ models, det }) => det.map((curve): NamedCurve => ({ ...curve, name: nameOf(models) })))
  return plotDet(curves, `${result.name}: false non-match rate against false match rate`)
}

/** One file without scripts, pictures or anything fetched: tables, the plot and how the figures were made. */
export function reportOf(result: EvaluationResult): string {
  const { name, date, commit, command, method, line } = result
  const made = commit === undefined ? '' : `, commit ${commit.id.slice(0, 12)}${commit.dirty ? ' with changes' : ''}`
  return [
    '<!doctype html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeText(name)}</title><style>${STYLE}</style></head>`,
    '<body>',
    `<h1>${escapeText(name)}</h1>`,
    `<p>${escapeText(date)}${escapeText(made)}<br><code>${escapeText(command)}</code></p>`,
    ...tablesOf(result).map(tableHtml),
    plotOf(result),
    '<h2>How the figures were made</h2>',
    `<p>${[method.intervals, method.people, method.centring, method.accuracy, method.failures, method.faces].map(escapeText).join('</p><p>')}</p>`,
    `<p><small>${method.replicates} replicates, seed ${method.seed}; ${escapeText(line.info?.platform ?? line.node)}, ${line.cores} cores, line ${escapeText(line.hash)}.</small></p>`,
    '</body></html>',
    '',
  ].join('\n')
}

/** As HTML. */
export function tableHtml({ title, head, rows }: Table): string {
  const cells = (tag: string, row: readonly string[]): string => row.map((cell) => `<${tag}>${escapeText(cell)}</${tag}>`).join('')
  const header = head.some((cell) => cell !== '') ? `<thead><tr>${cells('th', head)}</tr></thead>` : ''
  const body = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n')
  return `<div class="scroll"><table><caption>${escapeText(title)}</caption>${header}<tbody>${body}</tbody></table></div>`
}
