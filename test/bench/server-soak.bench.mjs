// What the load bench does not tell: whether memory stays flat while one server works for long, and what a second instance on one PostgreSQL gives. Films
// and people are the load bench's. Run by hand: npm run bench:server:soak
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { arch, cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { load } from '../server/load.mjs'
import { round, rounded, sum, untilReady } from './server-rounds.mjs'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SOAK_SECONDS = Number(process.env.LINTAS_BENCH_SOAK_SECONDS ?? 900)
const SOAK_RATE = Number(process.env.LINTAS_BENCH_SOAK_RATE ?? 2)
const SECONDS = Number(process.env.LINTAS_BENCH_SECONDS ?? 60)
/** More than two cores hold, and little enough for hardly a 503. */
const RATE = 4
/** Instances and threads each, on one PostgreSQL. */
const SHAPES = [
  [1, 1],
  [1, 2],
  [2, 1],
]

const bench = await load(join(ROOT, 'test/bench/server-load.ts'))
const films = await bench.allFilms((line) => console.log(line))
const SERVE = join(ROOT, 'packages/server/dist/serve.js')
const scratch = join(ROOT, '.lintas', 'bench')
mkdirSync(scratch, { recursive: true })
const folder = mkdtempSync(join(scratch, 'soak-'))

/** Mean of each minute, MB. */
const minutes = (rss) => Array.from({ length: Math.ceil(rss.length / 60) }, (_, at) => rounded(mean(rss.slice(at * 60, at * 60 + 60))))
const mean = (values) => sum(values) / values.length

async function soak() {
  const environment = { LINTAS_DATA: join(folder, 'soak'), LINTAS_WORKERS: String(cpus().length) }
  const { keys, all } = await bench.people({ LINTAS_DATA: environment.LINTAS_DATA }, Math.ceil(SOAK_RATE * SOAK_SECONDS * 1.15) + 40)
  const server = await bench.startServer(SERVE, environment)
  try {
    await untilReady(bench, server.address)
    const { row, rss } = await round({ bench, films, servers: [server], keys, crowd: [...all], rate: SOAK_RATE, seconds: SOAK_SECONDS })
    return { ...row, seconds: SOAK_SECONDS, rssMbByMinute: minutes(rss) }
  } finally {
    await server.end('SIGTERM')
  }
}

async function instances([count, workers]) {
  const postgres = await bench.startDatabase()
  const environment = { DATABASE_URL: postgres.url, LINTAS_DATA: join(folder, `instances-${count}-${workers}`), LINTAS_WORKERS: String(workers) }
  const servers = []
  try {
    const { keys, all } = await bench.people(environment, Math.ceil(RATE * SECONDS * 1.3) + 40)
    for (let at = 0; at < count; at += 1) servers.push(await bench.startServer(SERVE, environment))
    for (const { address } of servers) await untilReady(bench, address)
    const { row } = await round({ bench, films, servers, keys, crowd: [...all], rate: RATE, seconds: SECONDS })
    return { instances: count, workers, ...row }
  } finally {
    await Promise.all(servers.map((server) => server.end('SIGTERM')))
    await postgres.stop()
  }
}

try {
  const long = await soak()
  console.log(JSON.stringify(long))
  const rows = []
  if (bench.hasDatabase())
    for (const shape of SHAPES) {
      rows.push(await instances(shape))
      console.log(JSON.stringify(rows.at(-1)))
    }
  else console.log('instances: skipped, PostgreSQL is not here')
  const report = {
    what: 'one server of as many threads as cores, embedded database, for long; and one and two instances on one PostgreSQL; load generator and database share the cores',
    command: 'npm run bench:server:soak',
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim(),
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length}-core ${arch() === 'x64' ? 'x86-64' : arch()}, Node ${process.version}`,
    load: rounded(loadavg()[0], 1),
    terms: {
      rssMbByMinute: 'resident memory of the server, mean of each minute',
      cores: 'as in server-load.json; the database’s are among the others',
    },
    soak: long,
    instances: rows,
  }
  await writeFile(join(ROOT, 'docs/evaluation/server-soak.json'), `${JSON.stringify(report, undefined, 2)}\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
