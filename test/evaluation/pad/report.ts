import { PAD_PRESETS, PASSIVE_LIMITS, SHAPE_LIMITS } from '../../../packages/core/src/liveness/index.js'
import { escapeText } from '../src/plot.js'
import { STYLE, tableHtml } from '../src/report.js'
import { percent, type Table } from '../src/summary.js'
import type { OutcomeShares, Share } from './rates.js'
import type { AblationRow, DrawRates, Found, PadResult, Separation, SpeciesRates } from './result.js'
import { plotScores, type ScoreRow } from './score-plot.js'
import type { Level } from './types.js'

const LEVEL_NAMES: Readonly<Record<Level, string>> = {
  'check-in': 'Whole check-ins',
  layers: 'Clips without a whole challenge: every layer but the challenge',
  frames: 'Pictures of one session: the passive net alone',
}

/** Everything a reader needs, as tables; the console and the HTML report show the same. */
export function tablesOf(result: PadResult): readonly Table[] {
  const levels = (Object.keys(LEVEL_NAMES) as Level[]).filter((level) => result.rates.some((rate) => rate.level === level))
  return [
    dataTable(result),
    ...levels.flatMap((level) => ratesTables(result, level)),
    ...(result.draws.length > 0 ? [drawTable(result.draws)] : []),
    ...levels.filter((level) => level !== 'frames').map((level) => ablationTable(result.ablation, level)),
    ...(result.separation.length > 0 ? [separationTable(result.separation)] : []),
  ]
}

function dataTable({ data, line, play }: PadResult): Table {
  const rows = [
    ['presentations, subjects, files', `${data.presentations}, ${data.subjects}, ${data.files}`],
    ['frames analysed', String(data.framesAnalysed)],
    ...data.left.map(({ file, why }) => [`left out: ${file}`, why]),
    ['line', `${line.platform}, ${line.backend}, detector ${line.detector}, ${line.models.join(', ')}`],
    [
      'played',
      Object.entries(play)
        .map(([name, value]) => `${name} ${value}`)
        .join(', '),
    ],
  ]
  return { title: 'Data', head: ['', ''], rows }
}

function ratesTables({ rates, worst }: PadResult, level: Level): readonly Table[] {
  const presets = level === 'frames' ? (['standard'] as const) : PAD_PRESETS
  return presets.map((preset) => {
    const rows = rates.filter((rate) => rate.level === level).map((rate) => ratesRow(rate, preset))
    const most = worst.find((one) => one.level === level && one.preset === preset)
    const last = most ? [['worst APCER', most.species, '', percent(most.apcer), '', '']] : []
    const title = `${LEVEL_NAMES[level]}${level === 'frames' ? '' : `, preset ${preset}`}: share [95 % over subjects]`
    return {
      title,
      head: ['', 'species', 'presentations (subjects)', 'taken for bona fide', 'for an attack', 'undetermined'],
      rows: [...rows, ...last],
    }
  })
}

function ratesRow({ label, species, presets }: SpeciesRates, preset: keyof SpeciesRates['presets']): readonly string[] {
  const { presentations, subjects, bonaFide, attack, undetermined } = presets[preset]
  return [label, species, `${presentations} (${subjects})`, shareText(bonaFide), shareText(attack), shareText(undetermined)]
}

function shareText({ value, interval, zeroErrorBound, count }: Share): string {
  if (count === 0) return `0 (≤ ${percent(zeroErrorBound ?? 1)} of subjects)`
  return `${percent(value)}${interval ? ` [${percent(interval[0])}, ${percent(interval[1])}]` : ''}`
}

function drawTable(draws: readonly DrawRates[]): Table {
  const rows = draws.map(({ label, species, clips, attempts, begun, asListed, passed, accepted }) =>
    [label, species, clips, attempts, begun, asListed, passed, accepted].map(String),
  )
  const head = ['', 'species', 'clips', 'sequences drawn', 'begun', 'of those as listed', 'of the others: challenge passed', 'accepted by standard']
  return { title: 'Random sequences asked of clips', head, rows }
}

function ablationTable(ablation: readonly AblationRow[], level: Level): Table {
  const short = (shares: OutcomeShares | undefined, which: 'bonaFide' | 'refused' | 'attack'): string => (shares ? percent(shares[which].value) : '')
  const rows = ablation
    .filter((row) => row.level === level)
    .map(({ layers, attacks, worst, bonaFide }) => [
      layers,
      short(attacks, 'bonaFide'),
      worst ? `${percent(worst.apcer)} ${worst.apcer > 0 ? worst.species : ''}` : '',
      short(bonaFide, 'attack'),
      short(bonaFide, 'refused'),
    ])
  const head = ['preset standard', 'APCER, all species', 'worst species', 'BPCER', 'bona fide refused']
  return { title: `${LEVEL_NAMES[level]}: what each layer adds`, head, rows }
}

function separationTable(separation: readonly Separation[]): Table {
  const rows = separation.map(({ level, layer, bonaFide, attacks, auc, threshold, apcer, bpcer }) => [
    layer,
    level,
    `${bonaFide}, ${attacks}`,
    auc === undefined ? '' : auc.toFixed(4),
    String(threshold),
    apcer === undefined ? '' : percent(apcer),
    bpcer === undefined ? '' : percent(bpcer),
  ])
  const head = ['score of', 'level', 'scored: bona fide, attacks', 'AUC', 'limit', 'attacks at or above', 'bona fide below']
  return { title: 'Separation by single scores', head, rows }
}

/** Scores of both layers that have one, by species. */
export function plotsOf(found: readonly Found[]): Readonly<Record<string, string>> {
  const rows = (layer: string): readonly ScoreRow[] =>
    rowsBy(found, ({ finding }) => finding.layers.flatMap((one) => (one.layer === layer ? [one.score ?? NaN] : [])))
  const plots = {
    'shape.svg': plotScores('Shape', 'motion of the nose against the rest of the face', rows('shape'), [SHAPE_LIMITS.flat, SHAPE_LIMITS.head]),
    'passive.svg': plotScores('Passive net, several frames', 'log-odds of bona fide', rows('passive'), [
      PASSIVE_LIMITS.bonaFide,
      PASSIVE_LIMITS.attack,
    ]),
    'passive-single.svg': plotScores(
      'Passive net, every frame alone',
      'log-odds of bona fide',
      rowsBy(found, ({ finding }) => finding.single),
      [PASSIVE_LIMITS.bonaFide],
    ),
  }
  return Object.fromEntries(Object.entries(plots).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

function rowsBy(found: readonly Found[], scoresOf: (one: Found) => readonly number[]): readonly ScoreRow[] {
  const rows = new Map<string, { name: string; label: ScoreRow['label']; scores: number[] }>()
  for (const one of found) {
    const { label, species } = one.presentation
    const key = `${label === 'bona-fide' ? 0 : 1} ${species}`
    const row = rows.get(key) ?? { name: species, label, scores: [] }
    row.scores.push(...scoresOf(one))
    rows.set(key, row)
  }
  return [...rows.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row)
}

/** One file without scripts, pictures or anything fetched. */
export function reportOf(result: PadResult, plots: Readonly<Record<string, string>>): string {
  const { name, date, commit, command, method } = result
  const made = commit === undefined ? '' : `, commit ${commit.id.slice(0, 12)}${commit.dirty ? ' with changes' : ''}`
  return [
    '<!doctype html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeText(name)}</title><style>${STYLE}</style></head>`,
    '<body>',
    `<h1>${escapeText(name)}: presentation attack detection</h1>`,
    `<p>${escapeText(date)}${escapeText(made)}<br><code>${escapeText(command)}</code></p>`,
    ...tablesOf(result).map(tableHtml),
    ...Object.values(plots),
    '<h2>How the figures were made</h2>',
    ...Object.values(method).map((sentence) => `<p>${escapeText(sentence)}</p>`),
    '</body></html>',
    '',
  ].join('\n')
}
