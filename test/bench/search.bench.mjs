// How long a search of 10,000 references takes, in Node and in Chromium: the SIMD kernel against plain script, turn by turn in one
// process. Ratios are the point; milliseconds belong to the machine. Run by hand: node test/bench/search.bench.mjs
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { arch, cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { CHROMIUM_FLAGS, findChromium } from '../../scripts/lib/chromium.mjs'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SIZE = 10_000
const SPACES = { 'FaceNet (128)': { 'facenet-128': 128 }, 'FaceNet and the compact model (640)': { 'facenet-128': 128, 'compact-512': 512 } }
const WARM_UP = 10
const ROUNDS = 60
/** Searches a sample: a page that is not cross-origin isolated tells time in steps of 0.1 ms. */
const BATCH = 10

/** Runs in Node and, as text, in the page; so it uses nothing from outside. */
function measure({ createGallery, search }, { size, spaces, warmUp, rounds, batch }) {
  const unit = (length) => {
    const vector = Float32Array.from({ length }, () => Math.random() + Math.random() + Math.random() - 1.5)
    const norm = Math.hypot(...vector)
    return vector.map((value) => value / norm)
  }
  const face = () => Object.entries(spaces).map(([space, length]) => ({ space, modelId: space, modelSha256: '', vector: unit(length) }))
  const models = Object.keys(spaces).map((space, _, all) => ({ space, weight: 1 / all.length }))
  const data = { name: 'random directions', subjects: size, nonMatedComparisons: 0 }
  const profile = { schema: 'lintas-calibration/1', id: 'bench', origin: 'deployment', models, threshold: 0.5, fmr: 1e-6, data, date: '2026-11-24' }
  const templates = Array.from({ length: size }, (_, index) => ({
    schema: 'lintas-template/1',
    subjectId: String(index),
    embeddings: face(),
    createdAt: '2026-11-24T00:00:00.000Z',
    sampleCount: 1,
    quality: 1,
  }))
  const galleries = ['simd', 'script'].map((engine) => createGallery(templates, profile, { engine }))
  const times = { simd: [], script: [] }
  for (let round = -warmUp; round < rounds; round += 1) {
    const probe = face()
    for (const gallery of galleries) {
      const start = performance.now()
      for (let turn = 0; turn < batch; turn += 1) search(probe, gallery, { count: 5 })
      if (round >= 0) times[gallery.engine].push((performance.now() - start) / batch)
    }
  }
  return times
}

const quantile = (values, p) => [...values].sort((left, right) => left - right)[Math.round(p * (values.length - 1))]
const rounded = (value) => Math.round(value * 1000) / 1000
const told = (times) => ({ medianMs: rounded(quantile(times, 0.5)), p95Ms: rounded(quantile(times, 0.95)) })

function summary({ simd, script }) {
  const ratios = script.map((time, index) => time / simd[index])
  const ratio = { median: rounded(quantile(ratios, 0.5)), p5: rounded(quantile(ratios, 0.05)), p95: rounded(quantile(ratios, 0.95)) }
  return { simd: told(simd), script: told(script), scriptOverSimd: ratio }
}

async function inNode(file, options) {
  return measure(await import(pathToFileURL(file)), options)
}

async function inChromium(browser, source, options) {
  const page = await browser.newPage()
  try {
    await page.setContent('<!doctype html>')
    await page.addScriptTag({ content: `${source}\nglobalThis.measure = ${measure.toString()}` })
    return await page.evaluate((given) => globalThis.measure(globalThis.comparison, given), options)
  } finally {
    await page.close()
  }
}

const folder = await mkdtemp(join(tmpdir(), 'lintas-bench-'))
const executablePath = findChromium()
const browser = executablePath === undefined ? undefined : await chromium.launch({ executablePath, args: CHROMIUM_FLAGS })
try {
  const bundle = { entryPoints: [join(ROOT, 'packages/core/src/comparison/index.ts')], bundle: true, minify: true, logLevel: 'error' }
  const file = join(folder, 'comparison.mjs')
  await build({ ...bundle, format: 'esm', outfile: file })
  const page = await build({ ...bundle, format: 'iife', globalName: 'comparison', write: false })
  const results = []
  for (const [name, spaces] of Object.entries(SPACES)) {
    const options = { size: SIZE, spaces, warmUp: WARM_UP, rounds: ROUNDS, batch: BATCH }
    const dimension = Object.values(spaces).reduce((sum, length) => sum + length, 0)
    const add = (engine, times) => results.push({ engine, spaces: name, references: SIZE, dimension, ...summary(times) })
    add(`Node ${process.version}`, await inNode(file, options))
    if (browser !== undefined) add(`Chromium ${browser.version()}`, await inChromium(browser, page.outputFiles[0].text, options))
  }
  const report = {
    what: 'search(probe, gallery, { count: 5 }): centring the probe, every inner product, the five best computed again in float64',
    command: 'node test/bench/search.bench.mjs',
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim(),
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length}-core ${arch() === 'x64' ? 'x86-64' : arch()}`,
    load: Math.round(loadavg()[0] * 10) / 10,
    data: `${SIZE} random directions; times of a dense product do not depend on the numbers`,
    samples: `${ROUNDS} of ${BATCH} searches each, after ${WARM_UP}, the two engines by turns`,
    results,
  }
  await writeFile(join(ROOT, 'docs/evaluation/search.json'), `${JSON.stringify(report, undefined, 2)}\n`)
  console.table(results.map((row) => ({ ...row, simd: row.simd.medianMs, script: row.script.medianMs, scriptOverSimd: row.scriptOverSimd.median })))
} finally {
  await browser?.close()
  await rm(folder, { recursive: true, force: true })
}
