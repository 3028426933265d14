// Puts the figures of docs/evaluation/*.json into the prose, between `<!-- figures:NAME -->` and `<!-- /figures -->`, so that a table never says
// something else than what was measured. `node scripts/figures.mjs` writes; `--check` only tells (test/architecture does the same).
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { padBlocks } from './lib/pad-figures.mjs'
import { ROOT } from './lib/run.mjs'
import { serverBlocks } from './lib/server-figures.mjs'

const FILES = ['README.md', 'docs/evaluation.md', 'docs/liveness.md', 'docs/guide/scaling.md']
const read = (name) => JSON.parse(readFileSync(join(ROOT, 'docs/evaluation', `${name}.json`), 'utf8'))

const percent = (share, digits = 2) => `${(share * 100).toFixed(digits)} %`
/** As many digits as tell something: 0.0009 % is not 0.00 %. */
const fine = (share) => (share === 0 ? '0 %' : share < 0.001 ? `${Number((share * 100).toPrecision(2))} %` : percent(share))
const range = (interval) => (interval === undefined ? '' : ` [${(interval[0] * 100).toFixed(2)}, ${(interval[1] * 100).toFixed(2)}]`)
const whole = (count) => count.toLocaleString('en')

const SPACES = { 'facenet-128': 'FaceNet', 'compact-512': 'compact-512', 'compact-192': 'compact-192' }
const nameOf = ({ models }) =>
  models.map(({ space, weight }) => (models.length === 1 ? SPACES[space] : `${Number(weight.toFixed(2))} ${SPACES[space]}`)).join(' + ')
const isShipped = ({ models }) =>
  models.length === 2 && models.every(({ space, weight }) => weight === { 'facenet-128': 0.2, 'compact-512': 0.8 }[space])
const labelOf = (figures) => (isShipped(figures) ? `**${nameOf(figures)}** (shipped)` : nameOf(figures))

function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

const pointAt = ({ operatingPoints }, fmr, source = 'matrix') => operatingPoints.find((point) => point.fmr === fmr && point.nonMated === source)
/** Without an error an interval from the bootstrap cannot open: how many were asked tells more. */
function errorOf(rate) {
  if (rate === undefined) return ''
  if (rate.errors === 0) return `0 % (none of ${whole(rate.comparisons)}; ${rate.subjects} people)`
  return `${percent(rate.value)}${range(rate.interval)}`
}

function matrixTable(name, rates, kind) {
  const { results } = read(name)
  const head = ['', ...rates.map((fmr) => `FNMR at FMR ${fine(fmr)}`)]
  const rows = results.map((figures) => [labelOf(figures), ...rates.map((fmr) => errorOf(pointAt(figures, fmr)?.fnmr?.[kind]))])
  return table(head, rows)
}

function sourcesTable(name) {
  const { results } = read(name)
  const rows = results.flatMap((figures) =>
    ['listed', 'matrix'].flatMap((source) =>
      [0.01, 0.001, 0.0001].map((fmr) => {
        const { threshold, falseMatches, unmeasurable } = pointAt(figures, fmr, source) ?? {}
        if (threshold === undefined) return [labelOf(figures), source, fine(fmr), unmeasurable === undefined ? '' : 'too few comparisons', '']
        const { count, subjectPairs } = falseMatches
        return [labelOf(figures), source, fine(fmr), threshold.toFixed(4), `${whole(count)} by ${whole(subjectPairs)} pairs of people`]
      }),
    ),
  )
  return table(['', 'comparisons', 'FMR', 'threshold', 'false matches'], rows)
}

function accuracyTable() {
  const { results } = read('lfw-dev')
  const rows = results.map((figures) => {
    const { accuracy } = figures
    const parts = accuracy.folds.map(({ accuracy: share, pairs }) => `${percent(share)} of ${whole(pairs)}`)
    return [labelOf(figures), `${percent(accuracy.mean)}${range(accuracy.interval)}`, ...parts]
  })
  return table(['', 'accuracy', 'tested on part A', 'tested on part B'], rows)
}

/** The shipped threshold, and the one for 0.1 % of LFW's strangers, wherever they were tried. */
function shippedTable() {
  const sets = {
    'lfw-dev': '`lfw-dev`: public figures, press photographs years apart',
    'nuaa-dev-raw': '`nuaa-dev`: eight people of one origin, one webcam, no mean subtracted',
  }
  const rows = [0.4982, 0.3497].flatMap((threshold) =>
    Object.entries(sets).map(([name, words]) => {
      const { atThresholds, nonMated } = read(name).results.find(isShipped)
      const { fmr, fnmr } = atThresholds.find((point) => point.nonMated === 'matrix' && point.threshold === threshold)
      const people = `${whole(fmr.count)} of ${whole(nonMated.matrix.comparisons)}, ${whole(fmr.subjectPairs)} of ${whole(nonMated.matrix.subjectPairs)} pairs of people`
      const interval = fmr.interval === undefined ? '' : ` [${fine(fmr.interval[0])}, ${fine(fmr.interval[1])}]`
      return [`${threshold}${threshold === 0.4982 ? ' (shipped)' : ''}`, words, `${fine(fmr.value)}${interval} (${people})`, errorOf(fnmr.all)]
    }),
  )
  return table(['threshold', '', 'FMR', 'FNMR, single pictures'], rows)
}

/** What it does to compare the largest face instead of the one in the middle. */
function facesTable() {
  const central = read('lfw-dev').results
  const rows = read('lfw-dev-largest').results.map((figures, index) => [
    labelOf(figures),
    percent(central[index].accuracy.mean),
    percent(figures.accuracy.mean),
    errorOf(pointAt(central[index], 0.001).fnmr.all),
    errorOf(pointAt(figures, 0.001).fnmr.all),
  ])
  return table(['', 'accuracy, middle', 'largest', 'FNMR at FMR 0.1 %, middle', 'largest'], rows)
}

function timesTable() {
  const [mediapipe, onnx, node] = ['nuaa-dev-raw', 'nuaa-dev-onnx', 'nuaa-dev-node'].map(read)
  const stages = ['detection', 'read', 'quality', 'alignment', 'embedding']
  const median = (run, stage) => (run.timesMs[stage] === undefined ? '' : `${run.timesMs[stage].median} ms`)
  const rows = stages.map((stage) => [stage, ...[mediapipe, onnx, node].map((run) => median(run, stage))])
  const rate = ({ throughput, line }) => `${throughput.perSecond.toFixed(1)} a second, ${line.lanes} at once`
  return table(['median of', 'Chromium, MediaPipe', 'Chromium, ONNX engine', 'Node'], [...rows, ['whole line', ...[mediapipe, onnx, node].map(rate)]])
}

function agreementTable() {
  const { agreement } = read('nuaa-dev-node')
  const rows = agreement.map(({ space, pictures, lowest, median }) => [SPACES[space], whole(pictures), lowest.toFixed(6), median.toFixed(6)])
  return table(['browser against Node', 'pictures', 'lowest cosine', 'median'], rows)
}

function parityTable() {
  const { all, sets } = read('landmark-parity')
  const rows = Object.entries({ all, ...sets }).map(([name, { pictures, faces, missed, landmarks }]) => [
    name,
    whole(pictures),
    whole(faces),
    whole(missed),
    percent(landmarks.median.value, 3),
    percent(landmarks.p95.value, 3),
  ])
  return table(['set', 'pictures', 'faces', 'missed', 'median', '95th percentile'], rows)
}

function conversionTable() {
  const forms = {
    fp32AgainstOriginal: 'fp32 against the original weights',
    int8StaticAgainstFp32: 'int8 against fp32',
    int8WeightsAgainstFp32: 'int8 weights against fp32',
  }
  const sets = Object.entries(read('conversion')['facenet-128'])
  const rows = sets.flatMap(([set, found]) =>
    Object.entries(forms).map(([key, words]) => [
      words,
      `${found[key].n}, ${set}`,
      found[key].minCosine.toFixed(6),
      found[key].meanCosine.toFixed(6),
    ]),
  )
  return table(['FaceNet', 'crops', 'lowest cosine', 'mean'], rows)
}

function searchTable() {
  const rows = read('search').results.map(({ engine, spaces, references, simd, scriptOverSimd }) => [
    spaces,
    engine,
    whole(references),
    `${simd.medianMs} ms`,
    `${scriptOverSimd.median.toFixed(1)} × [${scriptOverSimd.p5.toFixed(1)}, ${scriptOverSimd.p95.toFixed(1)}]`,
  ])
  return table(['', 'engine', 'references', 'median', 'plain script takes'], rows)
}

function qualityTable() {
  const rows = Object.entries(read('quality').sets).map(([name, { pictures, facesFound, usual, strict }]) => {
    const first = Object.entries(usual.first).sort((one, other) => other[1] - one[1])
    const told = first.map(([reason, count]) => `${reason} ${count}`).join(', ')
    return [name, whole(pictures), whole(facesFound), whole(usual.acceptable), whole(strict.acceptable), told]
  })
  return table(['set', 'pictures', 'faces found', 'acceptable, usual', 'strict', 'first reason, usual'], rows)
}

function summaryTable() {
  const lfw = read('lfw-dev')
  const nuaa = read('nuaa-dev')
  const [faceNet, both] = [
    (run) => run.results.find(({ models }) => models.length === 1 && models[0].space === 'facenet-128'),
    (run) => run.results.find(isShipped),
  ]
  const { all } = read('landmark-parity')
  const { agreement } = read('nuaa-dev-node')
  const cells = (run, read) => [faceNet, both].map((of) => read(of(run)))
  return table(
    ['', 'FaceNet alone', 'FaceNet and compact (default)'],
    [
      [
        `accuracy, \`lfw-dev\`, ${whole(lfw.data.pairs)} pairs`,
        ...cells(lfw, ({ accuracy }) => `${percent(accuracy.mean)}${range(accuracy.interval)}`),
      ],
      ['FNMR at FMR 0.1 %, `lfw-dev`, all pairs of people', ...cells(lfw, (figures) => errorOf(pointAt(figures, 0.001).fnmr.all))],
      ['FNMR at FMR 1 %, `nuaa-dev`, other session, own mean', ...cells(nuaa, (figures) => errorOf(pointAt(figures, 0.01).fnmr.crossSession))],
      [
        'landmark engines apart, of the eyes’ distance',
        `median ${percent(all.landmarks.median.value, 3)}`,
        `95 %: ${percent(all.landmarks.p95.value, 3)}`,
      ],
      ['browser against Node, lowest cosine', ...agreement.slice(0, 2).map(({ lowest }) => lowest.toFixed(6))],
    ],
  )
}

const BLOCKS = {
  summary: summaryTable,
  accuracy: accuracyTable,
  lfw: () => matrixTable('lfw-dev', [0.01, 0.001, 0.0001, 0.00001], 'all'),
  'lfw-thresholds': () => sourcesTable('lfw-dev'),
  'lfw-onnx': () => matrixTable('lfw-dev-onnx', [0.01, 0.001, 0.0001], 'all'),
  'nuaa-cross': () => matrixTable('nuaa-dev', [0.01, 0.001], 'crossSession'),
  'nuaa-same': () => matrixTable('nuaa-dev', [0.01, 0.001], 'sameSession'),
  'nuaa-raw-cross': () => matrixTable('nuaa-dev-raw', [0.01, 0.001], 'crossSession'),
  shipped: shippedTable,
  faces: facesTable,
  times: timesTable,
  agreement: agreementTable,
  parity: parityTable,
  conversion: conversionTable,
  search: searchTable,
  quality: qualityTable,
  ...padBlocks(read, table),
  ...serverBlocks(read, table),
}

/** `text` with every block of figures written anew. @throws Error for a block that nobody knows */
export function filled(text, file) {
  return text.replace(/<!-- figures:([\w-]+) -->\n[^]*?<!-- \/figures -->/g, (_, name) => {
    if (BLOCKS[name] === undefined) throw new Error(`${file}: there are no figures called ${name}`)
    return `<!-- figures:${name} -->\n<!-- prettier-ignore-start -->\n\n${BLOCKS[name]()}\n\n<!-- prettier-ignore-end -->\n<!-- /figures -->`
  })
}

/** The files whose figures differ from what was measured; written right where `write` says so. */
export function reviseFigures(write) {
  return FILES.filter((file) => {
    const path = join(ROOT, file)
    const text = readFileSync(path, 'utf8')
    const right = filled(text, file)
    if (write && right !== text) writeFileSync(path, right)
    return right !== text
  })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const check = process.argv.includes('--check')
  const differing = reviseFigures(!check)
  for (const file of differing)
    console.log(check ? `${file} tells other figures than docs/evaluation: run node scripts/figures.mjs` : `${file} written`)
  process.exitCode = check && differing.length > 0 ? 1 : 0
}
