import type { Interval } from './bootstrap.js'
import type { AtThreshold, Figures, Fnmr, OperatingPoint, Rate } from './figures.js'
import { nameOf, type EvaluationResult } from './result.js'

/** A table of texts. */
export interface Table {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Everything a reader needs, as tables; the console and the HTML report show the same. */
export function tablesOf(result: EvaluationResult): readonly Table[] {
  return [
    dataTable(result),
    ...result.results.flatMap((figures) => figureTables(figures)),
    ...(result.sweep ? [sweepTable(result.sweep)] : []),
    ...(result.agreement ? [agreementTable(result.agreement)] : []),
    {
      title: 'Time per stage, milliseconds',
      head: ['stage', 'median', '95th percentile', 'pictures'],
      rows: Object.entries(result.timesMs).map(([stage, { median, p95, pictures }]) => [stage, String(median), String(p95), String(pictures)]),
    },
  ]
}

function dataTable(result: EvaluationResult): Table {
  const { data, acquisition, throughput, line } = result
  const { same, cross } = data.sessions
  const failures = Object.entries(acquisition.failures).map(([why, count]) => `${count} ${why}`)
  const rows = [
    ['pairs', `${data.pairs}: ${data.mated} mated, ${data.nonMated} non-mated`],
    ['pictures, people', `${data.pictures}, ${data.subjects}`],
    ...(same + cross > 0 ? [['sessions of mated pairs', `${same} same, ${cross} cross, ${data.sessions.unknown} unknown`]] : []),
    ...(data.missingFiles > 0 ? [['missing', `${data.missingFiles} files; ${data.pairsMissing} pairs left out`]] : []),
    ...((data.meanMissing ?? 0) > 0 ? [['missing for the mean', `${data.meanMissing ?? 0} files`]] : []),
    [
      'failure to acquire',
      `${percent(acquisition.failureToAcquire)} (${failures.join(', ') || 'none'}); pairs with one: ${data.matedNotAcquired} mated, ${data.nonMatedNotAcquired} non-mated`,
    ],
    ['several faces', `${acquisition.severalFaces} pictures; ${result.method.faces}`],
    ['line', `${line.engine}, detector ${line.info?.detector ?? 'as stored'}, ${line.models.map(({ id }) => id).join(', ')}`],
    ...(throughput
      ? [
          [
            'throughput',
            `${throughput.perSecond.toFixed(1)} pictures a second over ${throughput.pictures}, ${line.lanes} lanes, load ${throughput.load.toFixed(1)}`,
          ],
        ]
      : []),
  ]
  return { title: 'Data', head: ['', ''], rows }
}

function figureTables(figures: Figures): readonly Table[] {
  const name = nameOf(figures.models)
  const { accuracy } = figures
  const tables: Table[] = []
  if (accuracy) {
    const how = accuracy.by === 'folds' ? `${accuracy.folds.length} folds` : 'people split in two'
    const rows = accuracy.folds.map(({ fold, pairs, threshold, accuracy: share }) => [
      `part ${fold}`,
      percent(share),
      String(pairs),
      threshold.toFixed(4),
    ])
    // Over two halves a deviation says nothing.
    const spread = accuracy.by === 'folds' ? ` ± ${percent(accuracy.deviation)}` : ''
    const total = `${percent(accuracy.mean)}${spread} ${intervalText(accuracy.interval)}`
    tables.push({
      title: `${name}: accuracy, ${how}; ${accuracy.unused} pairs in no part`,
      head: ['', 'accuracy', 'pairs', 'threshold'],
      rows: [['all', total, '', ''], ...rows],
    })
  }
  const counts = Object.entries(figures.nonMated).map(([source, { comparisons, subjects, subjectPairs }]) => [
    source,
    String(comparisons),
    String(subjects),
    String(subjectPairs),
  ])
  tables.push({ title: `${name}: behind the non-mated side`, head: ['', 'comparisons', 'people', 'pairs of people'], rows: counts })
  const title = `${name}: FNMR at FMR [95 % by subject bootstrap]`
  tables.push({
    title,
    head: ['FMR', 'from', 'threshold', 'false matches', 'FNMR', 'same session', 'cross session'],
    rows: figures.operatingPoints.map(pointRow),
  })
  if (figures.atThresholds.length > 0) {
    const head = ['threshold', 'over', 'FMR', 'false matches', 'FNMR', 'same session', 'cross session']
    tables.push({ title: `${name}: at given thresholds`, head, rows: figures.atThresholds.map(thresholdRow) })
  }
  return tables
}

function pointRow({ fmr, nonMated, threshold, falseMatches, fnmr, unmeasurable }: OperatingPoint): readonly string[] {
  if (threshold === undefined || falseMatches === undefined || fnmr === undefined) return [percent(fmr), nonMated, '', '', unmeasurable ?? '', '', '']
  return [percent(fmr), nonMated, threshold.toFixed(4), matchesText(falseMatches), ...fnmrCells(fnmr)]
}

function thresholdRow({ threshold, nonMated, fmr, fnmr }: AtThreshold): readonly string[] {
  const shown = fmr === undefined ? ['beyond the kept scores', ''] : [`${percent(fmr.value)} ${intervalText(fmr.interval)}`, matchesText(fmr)]
  return [String(threshold), nonMated, ...shown, ...fnmrCells(fnmr)]
}

function matchesText({ count, subjectPairs, worstPairShare }: { count: number; subjectPairs: number; worstPairShare?: number }): string {
  return count === 0 ? '0' : `${count} by ${subjectPairs} pairs of people, the worst ${percent(worstPairShare ?? 0)}`
}

function fnmrCells({ all, sameSession, crossSession }: Fnmr): readonly string[] {
  return [rateText(all), rateText(sameSession), rateText(crossSession)]
}

function rateText(rate: Rate | undefined): string {
  if (rate === undefined || rate.comparisons === 0) return ''
  const { value, interval, errors, comparisons, subjects, withFailures } = rate
  const failed = withFailures ? `; with failures ${percent(withFailures.value)}` : ''
  const bound = rate.zeroErrorBound === undefined ? '' : `; up to ${percent(rate.zeroErrorBound)} of people not excluded`
  return `${percent(value)} ${intervalText(interval)} (${errors} of ${comparisons}, ${subjects} people${failed}${bound})`
}

function sweepTable({ points, best, fmr }: NonNullable<EvaluationResult['sweep']>): Table {
  const rows = points.map(({ models, chosenOn, testedOn }, index) => [
    `${nameOf(models)}${index === best ? ' (chosen)' : ''}`,
    percent(chosenOn.fnmr),
    chosenOn.threshold.toFixed(4),
    percent(testedOn.fnmr),
    testedOn.fmr === undefined ? '' : percent(testedOn.fmr),
  ])
  return {
    title: `Weights: chosen on one half of the people at FMR ${percent(fmr)} of its matrix, tested on the other`,
    head: ['weights', 'FNMR, chosen', 'threshold', 'FNMR, tested', 'FMR, tested'],
    rows,
  }
}

function agreementTable(agreement: NonNullable<EvaluationResult['agreement']>): Table {
  const rows = agreement.map(({ space, pictures, lowest, percentile5, median }) => [
    space,
    String(pictures),
    lowest.toFixed(6),
    percentile5.toFixed(6),
    median.toFixed(6),
  ])
  return { title: 'Cosine with the other run, picture by picture', head: ['space', 'pictures', 'lowest', '5th percentile', 'median'], rows }
}

export function percent(share: number): string {
  const value = share * 100
  const digits = value === 0 || Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 0.1 ? 2 : 4
  return `${value.toFixed(digits)} %`
}

function intervalText(interval: Interval | undefined): string {
  return interval === undefined ? '' : `[${percent(interval[0])}, ${percent(interval[1])}]`
}

/** Aligned columns for a terminal. */
export function formatTable({ title, head, rows }: Table): string {
  const all = head.some((cell) => cell !== '') ? [head, ...rows] : rows
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return [`\n${title}`, ...lines.map((line) => `  ${line}`)].join('\n')
}
