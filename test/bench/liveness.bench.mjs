// What the liveness line adds to the time of landmarks, over a whole check-in in Chromium: the film of a puppet that does what is asked, every stage
// timed in the worker. Ratios within one run are the point; milliseconds belong to the machine. Run by hand: npm run bench -- liveness
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { arch, cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { CHROMIUM_FLAGS, findChromium } from '../../scripts/lib/chromium.mjs'
import { load } from '../attacks/load.mjs'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const ASSETS = join(ROOT, '.lintas', 'assets')
const FPS = 10
const RUNS = 3

const own = (path) => fileURLToPath(new URL(path, import.meta.url))
const { writeMjpeg, sessionOf, secondsOf } = await load(own('../attacks/index.ts'))
const { bundlePage } = await load(own('../evaluation/src/browser-engine.ts'))
const { servePage } = await load(own('../evaluation/src/page-server.ts'))

const sum = (values = []) => values.reduce((total, value) => total + value, 0)
const median = (values) => values.toSorted((one, other) => one - other)[values.length >> 1]
const round = (value, digits = 1) => Number(value.toFixed(digits))

function summary(detector, runs) {
  const of = (stage) => runs.flatMap(({ stages }) => stages[stage] ?? [])
  const added = runs.map(({ stages }) => (sum(stages.stream) + sum(stages.passive)) / sum(stages.detection))
  const stages = ['detection', 'read', 'stream', 'passive', 'quality', 'embedding'].map((stage) => [
    stage,
    {
      medianMs: round(median(of(stage)), 2),
      share: round(sum(of(stage)) / sum(of('detection')), 3),
      timesARun: round(of(stage).length / runs.length),
    },
  ])
  return {
    detector,
    runs: runs.length,
    frames: runs.map(({ frames }) => frames),
    addedShare: { median: round(median(added), 3), all: added.map((value) => round(value, 3)) },
    stages: Object.fromEntries(stages),
  }
}

const folder = await mkdtemp(join(tmpdir(), 'lintas-bench-'))
const challenge = sessionOf(['turn-left', 'blink', 'move-closer'])
const film = await writeMjpeg('puppet', join(folder, 'film.mjpeg'), {
  portrait: 'obama',
  fps: FPS,
  actions: challenge,
  seconds: secondsOf(challenge),
})
const queue = { pictures: [{ path: film }], take: () => undefined, tell: () => undefined }
const server = await servePage({ assets: ASSETS, script: await bundlePage(own('liveness-page.ts')), queue })
const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_FLAGS })
try {
  const results = []
  for (const detector of ['mediapipe', 'onnx']) {
    const runs = []
    for (let run = 0; run < RUNS; run += 1) {
      const tab = await browser.newPage()
      await tab.goto(server.url)
      runs.push(await tab.evaluate((options) => globalThis.livenessCost(options), { detector, challenge, fps: FPS }))
      await tab.close()
    }
    const passed = runs.every(({ phase }) => phase === 'compared')
    if (!passed) throw new Error(`the puppet did not pass with ${detector}: ${runs.map(({ phase }) => phase).join(', ')}`)
    results.push(summary(detector, runs))
  }
  const report = {
    what: 'A whole check-in under the preset standard: time of the stages stream (hash and noise of every frame) and passive (the net, on chosen frames) over that of detection (landmarks)',
    command: 'npm run bench -- liveness',
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim(),
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length}-core ${arch() === 'x64' ? 'x86-64' : arch()}, Chromium ${browser.version()}, WebGL in software`,
    load: round(loadavg()[0]),
    data: `a puppet of a portrait fixture, 640 × 480, ${FPS} frames a second, turn-left, blink, move-closer`,
    assets: JSON.parse(await readFile(join(ASSETS, 'assets.json'), 'utf8')).version,
    results,
  }
  await writeFile(join(ROOT, 'docs/evaluation/liveness-cost.json'), `${JSON.stringify(report, undefined, 2)}\n`)
  console.table(
    results.flatMap(({ detector, addedShare, stages }) =>
      Object.entries(stages).map(([stage, one]) => ({ detector, stage, ...one, added: addedShare.median })),
    ),
  )
} finally {
  await browser.close()
  server.close()
  await rm(folder, { recursive: true, force: true })
}
