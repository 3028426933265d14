// Which reasons the quality stage gives on sets whose faults are known: `node test/evaluation/quality-limits.mjs`. Needs `npm run build` and
// ../shared/data; writes docs/evaluation/quality.json. The limits in packages/core/src/quality/requirements.ts cite it.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createNodeAnalyser, decodeImage } from '../../packages/core/dist/node.js'
import { assessQuality } from '../../packages/core/dist/quality/index.js'

const DATA = new URL('../../../shared/data/', import.meta.url)
const OUT = new URL('../../docs/evaluation/quality.json', import.meta.url)
const MEASURES = [
  'interEyeDistance',
  'sharpness',
  'overExposure',
  'underExposure',
  'dynamicRange',
  'illuminationUniformity',
  'eyeOpening',
  'mouthOpening',
  'margin',
]

if (!existsSync(DATA)) {
  process.stdout.write('skipped: ../shared/data is not here\n')
  process.exit(0)
}

/** Evenly spread over the list, at most `count`. */
const spread = (list, count) => list.filter((_, index) => index % Math.max(1, Math.floor(list.length / count)) === 0).slice(0, count)

function groups() {
  const index = JSON.parse(readFileSync(new URL('index.json', DATA), 'utf8'))
  const of = (set, label) => index.filter((entry) => entry.set === set && (label === undefined || entry.label === label)).map(({ file }) => file)
  const faults = Object.groupBy ? Object.groupBy(of('bad-synthetic'), (file) => file.split('/')[2]) : groupByFault(of('bad-synthetic'))
  return {
    'lfw-deepfunneled': spread(of('lfw-deepfunneled'), 400),
    'nuaa live': of('nuaa-raw', 'live'),
    hijab: of('hijab'),
    masked: of('bad-masked'),
    ...Object.fromEntries(Object.entries(faults).map(([fault, files]) => [`computed ${fault}`, files])),
  }
}

function groupByFault(files) {
  const found = {}
  for (const file of files) (found[file.split('/')[2]] ??= []).push(file)
  return found
}

const quantile = (values, p) => {
  const sorted = [...values].sort((one, other) => one - other)
  return Number((sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? NaN).toFixed(3))
}

function summary(measured) {
  const found = measured.filter((measures) => measures !== undefined)
  const shares = (preset) => {
    const counts = {}
    for (const measures of measured) for (const reason of assessQuality(measures, preset).reasons) counts[reason] = (counts[reason] ?? 0) + 1
    return { acceptable: measured.filter((measures) => assessQuality(measures, preset).acceptable).length, reasons: counts }
  }
  const spreadOf = (name) =>
    [0, 0.01, 0.5, 0.99, 1].map((p) =>
      quantile(
        found.map((measures) => measures[name]),
        p,
      ),
    )
  return {
    pictures: measured.length,
    facesFound: found.length,
    usual: shares('usual'),
    strict: shares('strict'),
    quantiles: Object.fromEntries(MEASURES.map((name) => [name, spreadOf(name)])),
  }
}

const analyser = createNodeAnalyser({ models: new URL('../../models/', import.meta.url).pathname, spaces: ['compact-512'] })
const sets = {}
for (const [name, files] of Object.entries(groups())) {
  const measured = []
  for (const file of files) {
    const { quality } = await analyser.analyse(await decodeImage(readFileSync(new URL(file, DATA))), { embed: 'never' })
    measured.push(quality.measures)
  }
  sets[name] = summary(measured)
  process.stdout.write(`${name}: ${JSON.stringify(sets[name].usual)}\n`)
}
analyser.close()
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
writeFileSync(
  OUT,
  `${JSON.stringify({ what: 'reasons of the quality stage by set; quantiles are 0, 1, 50, 99, 100 %', command: 'node test/evaluation/quality-limits.mjs', commit, date: new Date().toISOString().slice(0, 10), engine: 'node, ONNX landmark engine', sets }, null, 2)}\n`,
)
