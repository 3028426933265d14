import { randomBytes } from 'node:crypto'
import { generateServerKey, publicJwks } from '@lintas/core/receipt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as api from '../../src/storage/index.js'
import { openKeyring, openTemplate, readHead, rotateTemplates, sealTemplate, signHead, type Keyring } from '../../src/vault/index.js'
import { randomTemplate } from './templates.js'

const keys = { k1: randomBytes(32).toString('base64'), k2: randomBytes(32).toString('base64') }
const ring = (current: string, of: object) => openKeyring({ kind: 'text', text: JSON.stringify({ current, keys: of }) })
let storage: api.Storage
let [old, both, fresh]: Keyring[] = []
beforeAll(async () => {
  storage = await api.openStorage({ kind: 'memory' }, { clock: () => Date.parse('2026-03-02T20:30:00Z') })
  old = await ring('k1', { k1: keys.k1 })
  both = await ring('k2', keys)
  fresh = await ring('k2', { k2: keys.k2 })
})
afterAll(() => storage.close())

/** Subjects with a reference each, and evidence of the first. */
async function populate(tenantId: string, count: number): Promise<readonly string[]> {
  await storage.transact(tenantId, (scope) => api.createTenant(scope, { kind: 'agency', name: tenantId, timeZone: 'Asia/Jakarta' }))
  return await storage.transact(tenantId, async (scope) => {
    const ids: string[] = []
    for (let number = 0; number < count; number += 1) {
      const { subjectId } = await api.createSubject(scope)
      const referenceId = `r-${tenantId}-${number}`
      const sealed = sealTemplate(old!, { tenantId, subjectId, referenceId }, randomTemplate(subjectId))
      await api.addReference(scope, subjectId, { ...sealed, referenceId, modelIds: ['m'], quality: 1, createdBy: 'o' })
      ids.push(subjectId)
    }
    const aad = [tenantId, ids[0]!, 'sid', 'replay']
    await api.keepEvidence(scope, ids[0]!, { sid: 'sid', class: 'replay', keepMs: 1_000, ...old!.seal('evidence', randomBytes(8), aad) })
    return ids
  })
}
const open = (tenantId: string, subjectId: string, keyring: Keyring) =>
  storage.snapshot(tenantId, async (scope) => (await api.listReferences(scope, subjectId)).map((reference) => openTemplate(keyring, reference)))

describe('a rotation', () => {
  it('puts all under the current key, batch by batch, and then has nothing left to do', async () => {
    const ids = await populate('opd-a', 25)
    expect(await rotateTemplates(storage, 'opd-a', both!, { batch: 10 })).toEqual({ resealed: 26, passed: 0, failed: [] })
    for (const subjectId of ids) expect(await open('opd-a', subjectId, fresh!)).toHaveLength(1)
    expect(await rotateTemplates(storage, 'opd-a', both!)).toEqual({ resealed: 0, passed: 0, failed: [] })
    expect(await rotateTemplates(storage, 'opd-nobody', both!)).toEqual({ resealed: 0, passed: 0, failed: [] })
  })

  it('goes on where it was broken off', async () => {
    await populate('opd-b', 12)
    let left = 5
    const failing: api.Storage = {
      ...storage,
      transact: (tenantId, work) => ((left -= 1) < 0 ? Promise.reject(new Error('power cut')) : storage.transact(tenantId, work)),
    }
    await expect(rotateTemplates(failing, 'opd-b', both!, { batch: 3 })).rejects.toThrow('power cut')
    expect(await rotateTemplates(storage, 'opd-b', both!, { batch: 3 })).toMatchObject({ resealed: 8, failed: [] })
  })

  it('passes by what is erased meanwhile, shares the work with another, and tells what does not open', async () => {
    const ids = await populate('opd-c', 10)
    const erasing: api.Storage = {
      ...storage,
      snapshot: async (tenantId, work) => {
        const rows = await storage.snapshot(tenantId, work)
        await storage.transact(tenantId, (scope) => api.eraseSubject(scope, ids[0]!, { reason: 'r', erasedBy: 'o' }))
        return rows
      },
    }
    await storage.transact('opd-c', (scope) => api.resealReference(scope, 'r-opd-c-5', 'k1', { keyId: 'k1', ciphertext: randomBytes(40) }))
    const [one, other] = await Promise.all([
      rotateTemplates(erasing, 'opd-c', both!, { batch: 4 }),
      rotateTemplates(storage, 'opd-c', both!, { batch: 3 }),
    ])
    // Nine references stand, of which one is damaged.
    const left = await storage.snapshot('opd-c', (scope) => api.staleReferences(scope, 'k2', 100))
    expect(left.map(({ referenceId }) => referenceId)).toEqual(['r-opd-c-5'])
    expect([one.failed, other.failed]).toEqual([1, 2].map(() => [{ kind: 'template', id: 'r-opd-c-5' }]))
    for (const subjectId of ids.slice(1).filter((_, index) => index !== 4)) expect(await open('opd-c', subjectId, fresh!)).toHaveLength(1)
  })
})

describe('a signed head', () => {
  it('is the ledger’s, on the tenant’s day, and proves it later', async () => {
    await populate('opd-d', 1)
    const key = await generateServerKey()
    const expectation = { jwks: publicJwks([key]), issuer: 'lintas.example', tenant: 'opd-d' }
    const sign = () => storage.snapshot('opd-d', (scope) => signHead(scope, 'lintas.example', key))
    const empty = await readHead((await sign())!, expectation)
    expect(empty).toEqual(await storage.snapshot('opd-d', api.ledgerHead))
    const occurredAt = '2026-03-02T00:00:00.000Z'
    const record = { kind: 'attendance', subjectId: 's', occurredAt, direction: 'arrival', assurance: 'server-verified', sid: 'x' } as const
    const head = await storage.transact('opd-d', (scope) => api.appendRecord(scope, record))
    const jws = (await sign())!
    expect(await readHead(jws, expectation)).toEqual(head)
    // 03:30 on the third in Jakarta.
    expect(JSON.parse(Buffer.from(jws.split('.')[1]!, 'base64url').toString())).toMatchObject({ tid: 'opd-d', day: '2026-03-03', seq: 1 })
    expect(await storage.snapshot('opd-d', (scope) => api.verifyLedger(scope, [empty, head]))).toMatchObject({ intact: true })
    expect(await storage.snapshot('opd-none', (scope) => signHead(scope, 'x', key))).toBeUndefined()
  })
})
