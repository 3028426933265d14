// What the liveness line adds to the time of landmarks, over a whole check-in in Chromium: the film of a puppet that does what is asked, every stage
// timed in the worker. Ratios within one run are the point; milliseconds belong to the machine. Run by hand: npm run bench -- liveness
import { execFileSync } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { arch, cpus, loadavg, tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { CHROMIUM_FLAGS, findChromium } from '../../scripts/lib/chromium.mjs'
import { load } from '../attacks/load.mjs'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const ASSETS = join(ROOT, '.lintas', 'assets')
const FPS = 10
const RUNS = 3
const TYPES = { '.js': 'text/javascript', '.json': 'application/json', '.wasm': 'application/wasm' }

const { writeMjpeg, sessionOf, secondsOf } = await load(fileURLToPath(new URL('../attacks/index.ts', import.meta.url)))

async function serve(film, script) {
  const server = createServer(async ({ url }, response) => {
    const { pathname } = new URL(url, 'http://127.0.0.1')
    const file = pathname === '/film' ? film : join(ASSETS, normalize(pathname.replace('/lintas/', '/')))
    response.setHeader('Content-Type', pathname === '/' ? 'text/html' : pathname === '/page.js' ? 'text/javascript' : (TYPES[extname(file)] ?? ''))
    if (pathname === '/') return response.end('<!doctype html><script type="module" src="/page.js"></script>')
    if (pathname === '/page.js') return response.end(script)
    const known = await stat(file).catch(() => undefined)
    if (known?.isFile()) return createReadStream(file).pipe(response)
    response.statusCode = 404
    return response.end()
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

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
const page = await build({
  entryPoints: [fileURLToPath(new URL('liveness-page.ts', import.meta.url))],
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  conditions: ['browser', 'import', 'default'],
  tsconfigRaw: '{}',
  logLevel: 'error',
})
const server = await serve(film, page.outputFiles[0].text)
const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_FLAGS })
try {
  const results = []
  for (const detector of ['mediapipe', 'onnx']) {
    const runs = []
    for (let run = 0; run < RUNS; run += 1) {
      const tab = await browser.newPage()
      await tab.goto(`http://127.0.0.1:${server.address().port}/`)
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
