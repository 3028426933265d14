// How many check-ins a server of two cores verifies: the built server as a process of its own with one and with two threads, composed people at
// growing rates over HTTP, and in the same run the same verification in a loop without a server around it. The load generator shares the cores:
// its part is measured. Ratios are the point; milliseconds belong to the machine. Run by hand: npm run bench:server
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { arch, cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { load } from '../server/load.mjs'
import { FILM_SECONDS, machineUse, means, processUse, round, rounded, sum, timingsOf, TOLD, untilReady } from './server-rounds.mjs'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SECONDS = Number(process.env.LINTAS_BENCH_SECONDS ?? 60)
const RATES = (process.env.LINTAS_BENCH_RATES ?? '2,4,6').split(',').map(Number)
const WORKERS = [1, 2]
const PEER_SECONDS = 20
const PEER_INPUTS = 24
const METRICS = 'm'.repeat(40)

const bench = await load(join(ROOT, 'test/bench/server-load.ts'))
const { createVerifier } = await import(pathToFileURL(join(ROOT, 'packages/server/dist/verification/create-verifier.js')))
const films = await bench.allFilms((line) => console.log(line))
const scratch = join(ROOT, '.lintas', 'bench')
mkdirSync(scratch, { recursive: true })
const folder = mkdtempSync(join(scratch, 'server-'))

/** The same verifications in a loop, as many at once as there are threads. */
async function peer(inputs, workers) {
  const verifier = createVerifier({ models: join(ROOT, 'models'), workers })
  await verifier.ready
  const timings = []
  const lane = async (from, until) => {
    for (let index = from; performance.now() < until; index += workers) {
      const { outcome, reasons, timingsMs } = await verifier.verify(inputs[index % inputs.length])
      if (outcome !== 'admitted') throw new Error(`the peer refuses: ${reasons.join()}`)
      timings.push(timingsMs)
    }
  }
  const lanes = async (seconds) => {
    const until = performance.now() + seconds * 1000
    await Promise.all(Array.from({ length: workers }, (_, from) => lane(from, until)))
  }
  await lanes(2)
  timings.length = 0
  const [began, cpu, machine] = [performance.now(), processUse(process.pid).cpu, machineUse()]
  await lanes(PEER_SECONDS)
  const seconds = (performance.now() - began) / 1000
  const own = processUse(process.pid).cpu - cpu
  await verifier.close()
  const perSecond = timings.length / seconds
  return {
    ...{ workers, perSecond: rounded(perSecond, 2), cpuSecondsEach: rounded(own / timings.length, 3) },
    ...{ otherCores: rounded((machineUse() - machine - own) / seconds, 2), timingsMs: means(timings) },
  }
}

async function measured(workers) {
  const environment = { LINTAS_DATA: join(folder, `workers-${workers}`), LINTAS_WORKERS: String(workers), LINTAS_METRICS_TOKEN: METRICS }
  const needed = Math.ceil(sum(RATES) * SECONDS * 1.2) + 60
  const { keys, all } = await bench.people({ LINTAS_DATA: environment.LINTAS_DATA }, needed)
  const crowd = [...all]
  const server = await bench.startServer(join(ROOT, 'packages/server/dist/serve.js'), environment)
  const rows = []
  try {
    await untilReady(bench, server.address)
    for (const rate of RATES) {
      const { row, sids } = await round({ bench, films, servers: [server], keys, crowd, rate, seconds: SECONDS })
      const timingsMs = await timingsOf({ address: server.address, keys, sids })
      const verification = (timingsMs.read ?? 0) + (timingsMs.look ?? 0) + (timingsMs.judge ?? 0)
      rows.push({ workers, ...row, timingsMs, outsideVerificationMs: rounded(row.postMs.p50 - verification) })
      console.log(JSON.stringify(rows.at(-1)))
    }
    const health = await (await fetch(new URL('/health', server.address))).json()
    if (health.status !== 'ok') throw new Error(`the server is ${health.status}`)
  } finally {
    await server.end('SIGTERM')
  }
  return rows
}

try {
  const inputs = await bench.inputsOf(join(folder, 'peer'), films, PEER_INPUTS)
  console.log(`${inputs.length} verifications for the peer`)
  const [peers, results] = [[], []]
  for (const workers of WORKERS) {
    peers.push(await peer(inputs, workers))
    console.log(JSON.stringify(peers.at(-1)))
    results.push(...(await measured(workers)))
  }
  const best = (workers) => Math.max(...results.filter((row) => row.workers === workers).map(({ perSecond }) => perSecond))
  const report = {
    what: 'check-ins over HTTP against the built server: three steps, five opened frames, one database inside the process, all on two cores',
    command: 'npm run bench:server',
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim(),
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length}-core ${arch() === 'x64' ? 'x86-64' : arch()}, Node ${process.version}, PGlite in the process`,
    load: rounded(loadavg()[0], 1),
    data: `distinct subjects, one check-in each, composed of films of three portraits; arrivals by chance, ${SECONDS} s a rate`,
    terms: {
      perSecond: `admitted a second, from ${FILM_SECONDS} s after the first arrival to the last`,
      postMs: 'one POST /v1/check-ins that was answered 200, in the load generator',
      decisionMs: 'from sending the evidence first to the answer, 503s and the waits after them included',
      cores:
        'CPU seconds a second: of the server, of the load generator (which signs, hashes and encodes for everybody), of everything else on the machine',
      timingsMs: `means of the server’s own timings of the last ${TOLD} check-ins; stages over all five frames`,
      outsideVerificationMs: 'median POST less the mean verification: HTTP, signatures, hashes, reading, transaction, and waiting for a thread',
      peer: 'the same verifications in a loop in one process, as many at once as threads',
    },
    peer: peers,
    results,
    ratios: {
      peerTwoOverOne: rounded(peers[1].perSecond / peers[0].perSecond, 2),
      serverTwoOverOne: rounded(best(2) / best(1), 2),
      serverOverPeer: Object.fromEntries(peers.map(({ workers, perSecond }) => [workers, rounded(best(workers) / perSecond, 2)])),
    },
  }
  await writeFile(join(ROOT, 'docs/evaluation/server-load.json'), `${JSON.stringify(report, undefined, 2)}\n`)
  console.table(
    results.map(({ workers, rate, perSecond, postMs, decisionMs, busy503, rssMb, cores }) => ({
      ...{ workers, rate, perSecond, postP50: postMs.p50, postP99: postMs.p99, decisionP50: decisionMs.p50, decisionP99: decisionMs.p99, busy503 },
      ...{ rssMb: `${rssMb.first}–${rssMb.last}`, server: cores.server, generator: cores.generator, others: cores.others },
    })),
  )
  console.log(report.ratios)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
