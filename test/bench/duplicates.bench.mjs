// How long a search for duplicates among 10,000 references of 512 numbers takes in the server: cold (every template read and decrypted), the
// question whether anything changed, warm, and a plain loop over the same vectors. Ratios are the point; milliseconds belong to the machine.
// Run by hand: node test/bench/duplicates.bench.mjs
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { arch, cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SIZE = 10_000
const LENGTH = 512
const TENANTS = 20
const ROUNDS = 60
const WARM_UP = 10

// Inside the repository, so that the libraries are found.
const folder = join(ROOT, '.lintas', 'bench')
mkdirSync(folder, { recursive: true })
const outfile = join(folder, 'server.mjs')
const contents = ['storage', 'vault'].map((name) => `export * from '${join(ROOT, 'packages/server/src', name, 'index.ts')}'`).join('\n')
const migrations = join(ROOT, 'packages/server/migrations')
const core = {
  name: 'core',
  setup: (made) =>
    made.onResolve({ filter: /^@lintas\/core\// }, ({ path }) => ({ path: join(ROOT, 'packages/core/src', path.slice(13), 'index.ts') })),
}
const external = ['@electric-sql/*', 'pg', 'drizzle-orm', 'drizzle-orm/*', 'jose']
const stdin = {
  contents: `${contents}\nexport { readMigrations } from '${join(ROOT, 'packages/server/src/storage/migrations.ts')}'`,
  resolveDir: ROOT,
}
await build({ stdin, outfile, bundle: true, platform: 'node', format: 'esm', external, plugins: [core], logLevel: 'error' })
const server = await import(pathToFileURL(outfile))

const unit = () => {
  const vector = Float32Array.from({ length: LENGTH }, () => Math.random() + Math.random() + Math.random() - 1.5)
  const norm = Math.hypot(...vector)
  return vector.map((value) => value / norm)
}
const templateOf = (subjectId) => ({
  ...{ schema: 'lintas-template/1', subjectId, createdAt: '2026-11-24T00:00:00.000Z', sampleCount: 1, quality: 1 },
  embeddings: [{ space: 'compact-512', modelId: 'bench', modelSha256: 'a'.repeat(64), vector: unit() }],
})
const data = { name: 'random directions', subjects: SIZE, nonMatedComparisons: 0 }
const calibration = {
  schema: 'lintas-calibration/1',
  id: 'bench',
  origin: 'deployment',
  models: [{ space: 'compact-512', weight: 1 }],
  threshold: 0.5,
  fmr: 1e-6,
  data,
  date: '2026-11-24',
}

const quantile = (values, p) => [...values].sort((left, right) => left - right)[Math.round(p * (values.length - 1))]
const rounded = (value) => Math.round(value * 1000) / 1000
const told = (times) => ({ medianMs: rounded(quantile(times, 0.5)), p95Ms: rounded(quantile(times, 0.95)) })
const timed = async (work) => {
  const start = performance.now()
  await work()
  return performance.now() - start
}

const storage = await server.openStorage({ kind: 'memory' }, { migrations: await server.readMigrations(migrations) })
const keyring = await server.openKeyring({ kind: 'text', text: JSON.stringify({ current: 'k', keys: { k: randomBytes(32).toString('base64') } }) })
const vectors = []
try {
  for (let tenant = 0; tenant < TENANTS; tenant += 1) {
    const tenantId = `opd-${tenant}`
    await storage.transact(tenantId, (scope) => server.createTenant(scope, { kind: 'agency', name: tenantId, timeZone: 'Asia/Jakarta' }))
    await storage.transact(tenantId, async (scope) => {
      for (let number = 0; number < SIZE / TENANTS; number += 1) {
        const { subjectId } = await server.createSubject(scope)
        const referenceId = `${tenantId}-${number}`
        const template = templateOf(subjectId)
        vectors.push(template.embeddings[0].vector)
        const sealed = server.sealTemplate(keyring, { tenantId, subjectId, referenceId }, template)
        await server.addReference(scope, subjectId, { ...sealed, referenceId, modelIds: ['bench'], quality: 1, createdBy: 'bench' })
        await server.approveReference(scope, referenceId, ['officer'])
      }
    })
  }
  const search = server.createDuplicateSearch({ storage, keyring, calibration })
  const coldMs = await timed(() => search.find('opd-0', 'nobody', templateOf('nobody')))
  const segments = server.createSegments(calibration, SIZE)
  vectors.forEach((vector, index) => {
    const template = { ...templateOf(String(index)), embeddings: [{ space: 'compact-512', modelId: 'bench', modelSha256: 'a'.repeat(64), vector }] }
    segments.add(String(index), { tenantId: 't', subjectId: String(index), personId: null }, template)
  })
  const plain = (probe) => {
    let best = -1
    for (const vector of vectors) {
      let sum = 0
      for (let index = 0; index < LENGTH; index += 1) sum += vector[index] * probe[index]
      if (sum > best) best = sum
    }
    return best
  }
  const times = { whole: [], memory: [], loop: [] }
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const probe = templateOf('nobody')
    const whole = await timed(() => search.find('opd-0', 'nobody', probe))
    const memory = await timed(() => segments.search(probe, 11, 0.5))
    const loop = await timed(() => plain(probe.embeddings[0].vector))
    if (round >= 0) for (const [name, time] of Object.entries({ whole, memory, loop })) times[name].push(time)
  }
  const report = {
    what: 'createDuplicateSearch.find over all tenants: the question to each whether its references changed, and the exact search in memory',
    command: 'node test/bench/duplicates.bench.mjs',
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim(),
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length}-core ${arch() === 'x64' ? 'x86-64' : arch()}, Node ${process.version}, PGlite in memory`,
    load: Math.round(loadavg()[0] * 10) / 10,
    data: `${SIZE} random directions of ${LENGTH} numbers, ${TENANTS} tenants`,
    samples: `${ROUNDS} after ${WARM_UP}, the three by turns`,
    results: {
      coldMs: rounded(coldMs),
      warm: told(times.whole),
      ofWhichInMemory: told(times.memory),
      plainLoop: told(times.loop),
      loopOverMemory: rounded(
        quantile(
          times.loop.map((time, index) => time / times.memory[index]),
          0.5,
        ),
      ),
    },
  }
  await writeFile(join(ROOT, 'docs/evaluation/duplicates.json'), `${JSON.stringify(report, undefined, 2)}\n`)
  console.log(report.results)
} finally {
  await storage.close()
  rmSync(folder, { recursive: true, force: true })
}
