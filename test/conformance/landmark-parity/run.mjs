// How far the ONNX landmark engine in Node is from MediaPipe in Chromium: `node test/conformance/landmark-parity/run.mjs`.
// Writes docs/evaluation/landmark-parity.json and MediaPipe's answer on the portraits for landmark-parity.test.ts; fails beyond the limits.
import { build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { mediaPipeFaces } from './mediapipe.mjs'
import { pictureSets } from './pictures.mjs'

const ROOT = join(import.meta.dirname, '../../..')
// Pictures at least; of the inter-eye distance; degrees.
const LIMITS = { pictures: 200, landmarksMedian: 0.01, landmarksP95: 0.02, poseMedian: 1 }

async function ours() {
  const outfile = join(ROOT, '.lintas/landmark-parity/node-engine.mjs')
  const external = ['onnxruntime-node', 'sharp']
  await build({
    entryPoints: [join(import.meta.dirname, 'node-engine.ts')],
    bundle: true,
    format: 'esm',
    platform: 'node',
    external,
    outfile,
    logLevel: 'error',
  })
  return import(pathToFileURL(outfile).href)
}

const short = (value) => Number(value.toPrecision(4))

const quantile = (values, p) => {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(Math.floor(p * sorted.length), sorted.length - 1)]
}

/** 95 % of 2,000 bootstrap samples over the pictures' faces lie in it. */
function interval(values, statistic) {
  let state = 1
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647
  const samples = Array.from({ length: 2000 }, () => statistic(values.map(() => values[Math.floor(random() * values.length)])))
  return [quantile(samples, 0.025), quantile(samples, 0.975)]
}

function summary(comparisons) {
  const faces = comparisons.flatMap((one) => one.faces)
  const figure = (values, p) => ({ value: short(quantile(values, p)), interval95: interval(values, (sample) => quantile(sample, p)).map(short) })
  const [landmarks, pose] = [faces.map((face) => face.landmarks), faces.map((face) => face.pose)]
  const sum = (key) => comparisons.reduce((total, one) => total + one[key], 0)
  return {
    pictures: comparisons.length,
    faces: faces.length,
    missed: sum('missed'),
    extra: sum('extra'),
    landmarks: { median: figure(landmarks, 0.5), p95: figure(landmarks, 0.95), largest: short(Math.max(...landmarks)) },
    poseDegrees: { median: figure(pose, 0.5), p95: figure(pose, 0.95), largest: short(Math.max(...pose)) },
  }
}

const progress = (name) => (done, all) => process.stderr.write(`\r${name} ${done}/${all}${done === all ? '\n' : ''}`)
const { sets, skipped } = pictureSets(ROOT)
for (const name of skipped) console.warn(`skipped: ${name} is not on this machine`)
const engine = await ours()
const detector = await engine.openEngine(join(ROOT, 'models/weights'))
const results = {}
const all = []
for (const { name, files } of sets) {
  const reference = await mediaPipeFaces({ root: ROOT, files, faces: engine.MAX_FACES, onProgress: progress(name) })
  const comparisons = []
  for (const [index, file] of files.entries()) {
    comparisons.push(engine.compareFaces(reference[index], await engine.facesOf(detector, file), engine.poseFromMatrix))
  }
  if (name === 'portraits') keepPortraits(files, reference)
  results[name] = summary(comparisons)
  all.push(...comparisons)
}
report()

function keepPortraits(files, reference) {
  const rounded = (values, digits) => values.map((value) => Number(value.toFixed(digits)))
  const entries = files.map((file, index) => [
    basename(file),
    reference[index].map(({ landmarks, matrix }) => ({ landmarks: rounded(landmarks, 2), matrix: rounded(matrix, 5) })),
  ])
  writeFileSync(join(import.meta.dirname, 'portraits.json'), `${JSON.stringify(Object.fromEntries(entries))}\n`)
}

function report() {
  const git = (...args) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim()
  const version = (name) => JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version
  const total = summary(all)
  const output = {
    what: 'ONNX landmark engine in Node against MediaPipe FaceLandmarker in Chromium, image mode, CPU delegate, same pixels',
    commit: git('rev-parse', 'HEAD'),
    changed: git('status', '--porcelain', '--', 'packages/core/src/detection', 'packages/core/src/numeric', 'models/weights') !== '',
    versions: { 'onnxruntime-node': version('onnxruntime-node'), '@mediapipe/tasks-vision': version('@mediapipe/tasks-vision') },
    measure: 'landmarks: median distance of 478 points over the inter-eye distance, one value a face; pose: largest of yaw, pitch, roll',
    limits: LIMITS,
    skipped,
    all: total,
    sets: results,
  }
  mkdirSync(join(ROOT, 'docs/evaluation'), { recursive: true })
  writeFileSync(join(ROOT, 'docs/evaluation/landmark-parity.json'), `${JSON.stringify(output, undefined, 2)}\n`)
  console.log(JSON.stringify({ all: total, sets: results }, undefined, 1))
  const { landmarks, poseDegrees, pictures, missed, extra } = total
  // A face that only one engine sees has no distance: without this line it would not count at all.
  const whole = pictures >= LIMITS.pictures && missed === 0 && extra === 0
  const held =
    whole &&
    landmarks.median.value <= LIMITS.landmarksMedian &&
    landmarks.p95.value <= LIMITS.landmarksP95 &&
    poseDegrees.median.value <= LIMITS.poseMedian
  if (!held) process.exitCode = 1
}
