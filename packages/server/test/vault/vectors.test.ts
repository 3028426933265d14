import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { COMPACT_CALIBRATION, SHIPPED_CALIBRATION, type CalibrationProfile } from '@lintas/core/comparison'
import type { Template } from '@lintas/core/reference'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as api from '../../src/storage/index.js'
import { dropVectors, putVector, VECTOR_LENGTH } from '../../src/storage/vectors/index.js'
import { createDuplicateSearch, createVectorFinder, keepVector, openKeyring, sealTemplate, type Keyring } from '../../src/vault/index.js'
import { ABSENT, isHere, startPostgres, VERSIONS } from '../storage/postgres-server.js'
import { randomTemplate, randomUnit } from './templates.js'

const PROFILE: CalibrationProfile = { ...SHIPPED_CALIBRATION, id: 'test', threshold: 0.5 }
const TIMEOUT_MS = 120_000
const NOBODY = { tenantId: 'opd-a', subjectId: 'nobody', personId: null }

/** A template with the embeddings that the shipped profile asks for. */
const face = (): Template => {
  const [small, large] = [randomTemplate('x', 'facenet-128', 128), randomTemplate('x', 'compact-512', 512)]
  return { ...large, embeddings: [...large.embeddings, ...small.embeddings] }
}

/** The same person again: every embedding near the first. */
function again(template: Template): Template {
  const embeddings = template.embeddings.map((embedding) => {
    const noise = randomUnit(embedding.vector.length)
    const mixed = embedding.vector.map((value, index) => value + 0.5 * noise[index]!)
    const norm = Math.hypot(...mixed)
    return { ...embedding, vector: mixed.map((value) => value / norm) }
  })
  return { ...template, embeddings }
}

interface Place {
  readonly place: api.StoragePlace
  stop(): Promise<void>
}

function overPlaces(define: (start: () => Promise<Place>) => void): void {
  describe('on PGlite', () => define(() => Promise.resolve({ place: { kind: 'memory' }, stop: () => Promise.resolve() })))
  for (const { version, bin } of VERSIONS) {
    const title = `on PostgreSQL ${version}`
    if (!isHere(bin)) describe.skip(`${title}: ${ABSENT}`, () => define(() => Promise.reject(new Error('not here'))))
    else
      describe(title, () =>
        define(async () => {
          const server = await startPostgres(bin)
          return { place: { kind: 'postgres', url: server.url }, stop: () => server.stop() }
        }),
      )
  }
}

overPlaces((start) => {
  let place: Place
  let storage: api.Storage
  let keyring: Keyring
  let count = 0
  beforeAll(async () => {
    place = await start()
    keyring = await openKeyring({ kind: 'text', text: JSON.stringify({ current: 'k', keys: { k: randomBytes(32).toString('base64') } }) })
    storage = await api.openStorage(place.place, { vectors: true, approved: keepVector(keyring, PROFILE) })
    for (const tenantId of ['opd-a', 'opd-b'])
      await storage.transact(tenantId, (scope) => api.createTenant(scope, { kind: 'agency', name: tenantId, timeZone: 'Asia/Jakarta' }))
  }, TIMEOUT_MS)
  afterAll(async () => {
    await storage.close()
    await place.stop()
  }, TIMEOUT_MS)

  const pending = (tenantId: string, subjectId: string, template: Template): Promise<string> =>
    storage.transact(tenantId, async (scope) => {
      const referenceId = `r${(count += 1)}`
      const sealed = sealTemplate(keyring, { tenantId, subjectId, referenceId }, { ...template, subjectId })
      await api.addReference(scope, subjectId, { ...sealed, referenceId, modelIds: [], quality: 1, createdBy: 'o' })
      return referenceId
    })
  const approve = (tenantId: string, referenceId: string) =>
    storage.transact(tenantId, (scope) => api.approveReference(scope, referenceId, ['officer']))
  const enrol = async (tenantId: string, template: Template): Promise<string> => {
    const { subjectId } = await storage.transact(tenantId, api.createSubject)
    await approve(tenantId, await pending(tenantId, subjectId, template))
    return subjectId
  }
  const vectorsOf = async (subjectId: string): Promise<readonly string[]> => {
    const read = 'SELECT reference_id FROM reference_vectors WHERE subject_id = $1'
    return (await storage.snapshot('', ({ transaction }) => transaction.rows(read, [subjectId]))).map((row) => String(row['reference_id']))
  }
  const search = () => createDuplicateSearch({ storage, keyring, calibration: PROFILE, vectors: true })

  it('finds who is enrolled, over all tenants, with the score of an exact comparison, and keeps nobody in memory', async () => {
    const person = face()
    for (let number = 0; number < 30; number += 1) await enrol('opd-a', face())
    const subjectId = await enrol('opd-b', person)
    const { found } = await search().find('opd-a', 'nobody', person)
    expect(found).toEqual([{ tenantId: 'opd-b', subjectId, personId: null, score: expect.closeTo(1, 5) as number }])
    const like = again(person)
    const exact = createDuplicateSearch({ storage, keyring, calibration: PROFILE })
    expect(await search().find('opd-a', 'nobody', like)).toEqual(await exact.find('opd-a', 'nobody', like))
    expect((await search().find('opd-a', 'nobody', face())).found).toEqual([])
    expect([search().size(), exact.size()]).toEqual([0, 31])
  })

  it('has no vector of what waits, is superseded, erased or swept away', async () => {
    const { subjectId } = await storage.transact('opd-a', api.createSubject)
    const first = await pending('opd-a', subjectId, face())
    expect(await vectorsOf(subjectId)).toEqual([])
    await approve('opd-a', first)
    expect(await vectorsOf(subjectId)).toEqual([first])
    const second = await pending('opd-a', subjectId, face())
    await approve('opd-a', second)
    expect(await vectorsOf(subjectId)).toEqual([second])
    await storage.transact('opd-a', (scope) => api.withdrawBiometrics(scope, subjectId, { reason: 'r', erasedBy: 'o' }))
    expect(await vectorsOf(subjectId)).toEqual([])
    const other = await enrol('opd-a', face())
    await storage.transact('opd-a', (scope) => api.eraseSubject(scope, other, { reason: 'r', erasedBy: 'o' }))
    expect(await vectorsOf(other)).toEqual([])
  })

  it('finds who waits all the same, without a vector of theirs', async () => {
    const person = face()
    const { subjectId } = await storage.transact('opd-b', api.createSubject)
    const waits = await pending('opd-b', subjectId, person)
    expect((await search().find('opd-a', 'nobody', person)).found).toMatchObject([{ subjectId }])
    expect(await vectorsOf(subjectId)).toEqual([])
    await approve('opd-b', waits)
    expect((await search().find('opd-a', 'nobody', person)).found).toMatchObject([{ subjectId }])
  })

  it('writes a vector with the approval or not at all', async () => {
    const { subjectId } = await storage.transact('opd-a', api.createSubject)
    const referenceId = await pending('opd-a', subjectId, face())
    const undo = new Error('undo')
    await expect(
      storage.transact('opd-a', async (scope) => {
        await api.approveReference(scope, referenceId, ['officer'])
        throw undo
      }),
    ).rejects.toBe(undo)
    expect(await vectorsOf(subjectId)).toEqual([])
    // A template that the profile cannot take is approved by no half.
    const poor = await pending('opd-a', subjectId, randomTemplate('x'))
    await expect(approve('opd-a', poor)).rejects.toMatchObject({ code: 'models-unlike' })
    expect(await storage.snapshot('opd-a', (scope) => api.findReference(scope, poor))).toMatchObject({ state: 'pending' })
    await storage.transact('opd-a', (scope) => api.rejectReference(scope, poor))
  })

  it('makes what is missing, and anew for another profile', async () => {
    const finder = createVectorFinder(storage, keyring, PROFILE)
    const person = face()
    const subjectId = await enrol('opd-a', person)
    await storage.transact('', ({ transaction }) => transaction.rows('DELETE FROM reference_vectors WHERE subject_id = $1', [subjectId]))
    // Not even before somebody has run a rebuild is anybody missed.
    expect((await search().find('opd-b', 'nobody', person)).found).toMatchObject([{ subjectId }])
    expect(await finder.fill()).toBe(0)
    const compact = createVectorFinder(storage, keyring, { ...COMPACT_CALIBRATION, id: 'test' })
    expect(await compact.fill()).toBeGreaterThan(30)
    expect(await compact.fill()).toBe(0)
    expect((await compact.nearest(person, 5, 0.5, NOBODY)).found.map((one) => one.subjectId)).toEqual([subjectId])
    expect(await finder.fill()).toBeGreaterThan(30)
  })

  it('leaves out who cannot be compared after a change of models, and says how many', async () => {
    const person = face()
    const older = (template: Template): Template => ({
      ...template,
      embeddings: template.embeddings.map((one) => ({ ...one, modelId: 'older', modelSha256: 'b'.repeat(64) })),
    })
    const finder = createVectorFinder(storage, keyring, PROFILE)
    const before = await enrol('opd-a', older(person))
    // A reference from before this profile: it was approved where its vector could still be made, or without vectors.
    const { subjectId: foreign } = await storage.transact('opd-b', api.createSubject)
    const kept = await pending('opd-b', foreign, randomTemplate('x', 'another-128', 128))
    expect(await search().find('opd-a', 'nobody', person)).toEqual({ found: [], leftOut: 2 })
    await storage.transact('', ({ transaction }) =>
      transaction.rows(`UPDATE "references" SET state = 'active', approved_at = now(), approved_by = '{o}' WHERE reference_id = $1`, [kept]),
    )
    expect(await search().find('opd-a', 'nobody', person)).toEqual({ found: [], leftOut: 2 })
    expect(await finder.fill()).toBe(0)
    const alike = await enrol('opd-b', person)
    expect(await search().find('opd-a', 'nobody', person)).toMatchObject({ found: [{ subjectId: alike }], leftOut: 2 })
    expect(await search().find('opd-a', before, person)).toMatchObject({ found: [{ subjectId: alike }], leftOut: 1 })
    expect((await finder.nearest(older(person), 5, 0.5, NOBODY)).found).toMatchObject([{ subjectId: before }])
    await storage.transact('opd-b', (scope) => api.withdrawBiometrics(scope, foreign, { reason: 'r', erasedBy: 'o' }))
    await storage.transact('opd-a', (scope) => api.withdrawBiometrics(scope, before, { reason: 'r', erasedBy: 'o' }))
  })

  it('takes no vector that is none', async () => {
    const row = { referenceId: 'r1', subjectId: 's', space: 'x' }
    for (const vector of [new Float32Array(VECTOR_LENGTH + 1), Float32Array.of(NaN), Float32Array.of(Infinity)]) {
      await expect(storage.transact('opd-a', (scope) => putVector(scope, { ...row, vector }))).rejects.toThrow(TypeError)
    }
  })

  it('leaves nothing where it is switched off, and refuses to start until then', async () => {
    // A database in memory is gone when it is closed: a folder shows this below.
    if (place.place.kind === 'postgres') await expect(api.openStorage(place.place)).rejects.toMatchObject({ code: 'storage-vectors' })
    await dropVectors(storage)
    const [row] = await storage.snapshot('', ({ transaction }) => transaction.rows("SELECT to_regclass('reference_vectors') AS here"))
    expect(row).toEqual({ here: null })
    if (place.place.kind === 'postgres') await (await api.openStorage(place.place)).close()
    await dropVectors(storage)
  })
})

describe('a folder with vectors', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lintas-vectors-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('is not opened without them, and is again once they are dropped', { timeout: TIMEOUT_MS }, async () => {
    const place = { kind: 'embedded', folder: join(folder, 'db') } as const
    await (await api.openStorage(place, { vectors: true })).close()
    await expect(api.openStorage(place)).rejects.toMatchObject({ code: 'storage-vectors' })
    const opened = await api.openStorage(place, { vectors: true })
    await dropVectors(opened)
    await opened.close()
    const plain = await api.openStorage(place)
    const { subjectId } = await plain.transact('opd', async (scope) => {
      await api.createTenant(scope, { kind: 'agency', name: 'x', timeZone: 'Asia/Jakarta' })
      return await api.createSubject(scope)
    })
    await plain.transact('opd', (scope) => api.eraseSubject(scope, subjectId, { reason: 'r', erasedBy: 'o' }))
    await plain.close()
  })
})
