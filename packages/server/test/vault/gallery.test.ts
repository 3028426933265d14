import { randomBytes } from 'node:crypto'
import type { CalibrationProfile } from '@lintas/core/comparison'
import type { Template } from '@lintas/core/reference'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as api from '../../src/storage/index.js'
import { createDuplicateSearch, openKeyring, sealTemplate, type Keyring, type RegencySearch } from '../../src/vault/index.js'
import { createSegments } from '../../src/vault/gallery/index.js'
import { randomTemplate } from './templates.js'

const PROFILE: CalibrationProfile = {
  ...{ schema: 'lintas-calibration/1', id: 'test', origin: 'deployment', threshold: 0.5, fmr: 1e-6, date: '2026-11-24' },
  ...{ models: [{ space: 'compact-512', weight: 1 }], data: { name: 'random', subjects: 2, nonMatedComparisons: 1 } },
}
let storage: api.Storage
let keyring: Keyring
let gallery: RegencySearch
let count = 0
beforeAll(async () => {
  storage = await api.openStorage({ kind: 'memory' })
  keyring = await openKeyring({ kind: 'text', text: JSON.stringify({ current: 'k', keys: { k: randomBytes(32).toString('base64') } }) })
  for (const tenantId of ['opd-a', 'opd-b'])
    await storage.transact(tenantId, (scope) => api.createTenant(scope, { kind: 'agency', name: tenantId, timeZone: 'Asia/Jakarta' }))
  await storage.transact('regency', (scope) => api.createTenant(scope, { kind: 'regency', name: 'r', timeZone: 'Asia/Jakarta' }))
  gallery = createDuplicateSearch({ storage, keyring, calibration: PROFILE, regencyOf: () => Promise.resolve('regency') })
})
afterAll(() => storage.close())

/** Somebody who is enrolled with this face. */
const enrol = (tenantId: string, template: Template, personId?: string): Promise<string> =>
  storage.transact(tenantId, async (scope) => {
    const { subjectId } = await api.createSubject(scope, personId)
    const referenceId = `r${(count += 1)}`
    const sealed = sealTemplate(keyring, { tenantId, subjectId, referenceId }, { ...template, subjectId })
    await api.addReference(scope, subjectId, { ...sealed, referenceId, modelIds: [], quality: 1, createdBy: 'o' })
    await api.approveReference(scope, referenceId, ['officer'])
    return subjectId
  })

describe('a search for duplicates', () => {
  it('tells an agency of its own and a number, and the regency’s officers the rest', async () => {
    const face = randomTemplate('x')
    const [a, b] = [await enrol('opd-a', face), await enrol('opd-b', face)]
    await enrol('opd-b', randomTemplate('x'))
    const here = await storage.transact('opd-a', (scope) => api.createSubject(scope))
    expect(await gallery.search('opd-a', here.subjectId, face)).toEqual({ own: [a], elsewhere: 1, leftOut: 0 })
    expect(await gallery.search('opd-a', a, face)).toEqual({ own: [], elsewhere: 1, leftOut: 0 })
    expect((await gallery.find('opd-a', a, face)).found).toEqual([
      { tenantId: 'opd-b', subjectId: b, personId: null, score: expect.closeTo(1, 5) as number },
    ])
    expect(await gallery.search('opd-a', here.subjectId, randomTemplate('x'))).toEqual({ own: [], elsewhere: 0, leftOut: 0 })
    const list = () => storage.snapshot('regency', (scope) => api.listDuplicates(scope, { limit: 9 }))
    expect(await list()).toEqual([])
    await gallery.flag('opd-a', here.subjectId, face)
    await gallery.flag('opd-a', a, face)
    const flagged = await storage.snapshot('regency', (scope) => api.listDuplicates(scope, { limit: 9 }))
    expect(flagged.map(({ agencyId, otherAgencyId }) => `${agencyId} ${otherAgencyId}`).sort()).toEqual(['opd-a opd-a', 'opd-a opd-b', 'opd-a opd-b'])
    expect(gallery.size()).toBe(3)
  })

  it('is fresh: what another instance approved is found, what it erased is not, and a new reference takes the old one’s place', async () => {
    const face = randomTemplate('x')
    const search = async () => (await gallery.find('opd-a', 'nobody', face)).found
    expect(await search()).toEqual([])
    const subjectId = await enrol('opd-b', face)
    expect(await search()).toMatchObject([{ subjectId }])
    const [one] = await storage.snapshot('opd-b', (scope) => api.listReferences(scope, subjectId))
    const other = sealTemplate(keyring, { tenantId: 'opd-b', subjectId, referenceId: 'newer' }, randomTemplate(subjectId))
    await storage.transact('opd-b', async (scope) => {
      await api.addReference(scope, subjectId, { ...other, referenceId: 'newer', modelIds: [], quality: 1, createdBy: 'o' })
      await api.approveReference(scope, 'newer', ['officer'])
    })
    expect(one!.state).toBe('active')
    expect(await search()).toEqual([])
    const again = await enrol('opd-b', face)
    const size = gallery.size()
    expect(await Promise.all([search(), search()])).toMatchObject([1, 2].map(() => [{ subjectId: again }]))
    await storage.transact('opd-b', (scope) => api.withdrawBiometrics(scope, again, { reason: 'r', erasedBy: 'o' }))
    expect(await search()).toEqual([])
    expect(gallery.size()).toBe(size)
  })

  it('finds who waits for approval, too, once, and nobody who was rejected', async () => {
    const face = randomTemplate('x')
    const { subjectId } = await storage.transact('opd-b', (scope) => api.createSubject(scope))
    const sealed = sealTemplate(keyring, { tenantId: 'opd-b', subjectId, referenceId: 'waits' }, { ...face, subjectId })
    const add = (scope: api.Scope) =>
      api.addReference(scope, subjectId, { ...sealed, referenceId: 'waits', modelIds: [], quality: 1, createdBy: 'o' })
    await storage.transact('opd-b', add)
    expect((await gallery.find('opd-a', 'nobody', face)).found).toMatchObject([{ subjectId }])
    await storage.transact('opd-b', (scope) => api.rejectReference(scope, 'waits'))
    expect((await gallery.find('opd-a', 'nobody', face)).found).toEqual([])
    await storage.transact('opd-b', add)
    await storage.transact('opd-b', (scope) => api.approveReference(scope, 'waits', ['officer']))
    expect((await gallery.find('opd-a', 'nobody', face)).found).toMatchObject([{ subjectId }])
  })

  it('does not take a person who moved for two', async () => {
    const face = randomTemplate('x')
    const [a] = [await enrol('opd-a', face, 'person-1'), await enrol('opd-b', face, 'person-1')]
    expect((await gallery.find('opd-a', a, face)).found).toEqual([])
    const stranger = await enrol('opd-b', face, 'person-2')
    expect((await gallery.find('opd-a', a, face)).found).toMatchObject([{ subjectId: stranger }])
  })
})

describe('a search after a change of models', () => {
  const older = (template: Template): Template => ({
    ...template,
    embeddings: template.embeddings.map((one) => ({ ...one, modelId: 'older', modelSha256: 'b'.repeat(64) })),
  })
  const foreign = () => randomTemplate('x', 'another-128', 128)

  it('leaves out who cannot be compared, says how many, and finds the others', async () => {
    const face = randomTemplate('x')
    const before = (await gallery.find('opd-a', 'nobody', face)).leftOut
    expect(before).toBe(0)
    const [a, b] = [await enrol('opd-a', older(face)), await enrol('opd-b', foreign())]
    const alike = await enrol('opd-b', face)
    const size = gallery.size()
    expect(await gallery.find('opd-a', 'nobody', face)).toMatchObject({ found: [{ subjectId: alike }], leftOut: 2 })
    expect(await gallery.search('opd-a', 'nobody', face)).toEqual({ own: [], elsewhere: 1, leftOut: 2 })
    expect(gallery.leftOut()).toBe(2)
    // The model before finds its own, and the others are left out of that search.
    expect((await gallery.find('opd-b', 'nobody', older(face))).found).toMatchObject([{ subjectId: a }])
    // Three came; of the one that the profile cannot compare nothing is in memory.
    expect(gallery.size()).toBe(size + 2)
    // Who enrols anew is not left out of a search for themself, and neither is the person who moved.
    expect((await gallery.find('opd-a', a, face)).leftOut).toBe(1)
    await enrol('opd-b', older(randomTemplate('x')), 'person-9')
    const { subjectId } = await storage.transact('opd-a', (scope) => api.createSubject(scope, 'person-9'))
    expect((await gallery.find('opd-a', subjectId, face)).leftOut).toBe(2)
    for (const [tenantId, gone] of [
      ['opd-a', a],
      ['opd-b', b],
    ] as const)
      await storage.transact(tenantId, (scope) => api.withdrawBiometrics(scope, gone, { reason: 'r', erasedBy: 'o' }))
    expect((await gallery.find('opd-a', 'nobody', face)).leftOut).toBe(1)
  })

  it('refuses a face that the profile cannot compare: then it is the face that is left out, and not everybody', async () => {
    await expect(gallery.find('opd-a', 'nobody', foreign())).rejects.toMatchObject({ code: 'models-unlike' })
  })

  it('knows nothing before the first one', () => {
    expect(createDuplicateSearch({ storage, keyring, calibration: PROFILE }).leftOut()).toBeUndefined()
  })
})

describe('segments', () => {
  const entry = { tenantId: 't', subjectId: 's', personId: null }

  it('find what a plain comparison with all finds, over many segments and after many were forgotten', () => {
    const segments = createSegments(PROFILE, 2_000)
    const faces = Array.from({ length: 1_500 }, (_, index) => randomTemplate(String(index)))
    faces.forEach((face, index) => segments.add(`r${index}`, { ...entry, subjectId: String(index) }, face))
    const probe = randomTemplate('p')
    const dot = (face: Template) => face.embeddings[0]!.vector.reduce((sum, value, index) => sum + value * probe.embeddings[0]!.vector[index]!, 0)
    const plain = (of: readonly Template[]) =>
      [...of]
        .sort((left, right) => dot(right) - dot(left))
        .slice(0, 5)
        .map(({ subjectId }) => subjectId)
    const found = () => segments.search(probe, 5, Number.MIN_VALUE).found.map(({ subjectId }) => subjectId)
    expect(found()).toEqual(plain(faces))
    const rest = faces.filter((_, index) => index % 3 !== 0)
    expect(found()).toEqual(plain(faces))
    segments.retain('t', new Set(rest.map(({ subjectId }) => `r${subjectId}`)))
    segments.retain('another', new Set())
    // Full segments that lose somebody go whole; whoever asked adds the others again.
    for (const face of rest)
      if (!segments.has(`r${face.subjectId}`)) segments.add(`r${face.subjectId}`, { ...entry, subjectId: face.subjectId }, face)
    expect(segments.size).toBe(1_000)
    expect(found()).toEqual(plain(rest))
    segments.retain('t', new Set())
    expect([segments.size, found()]).toEqual([0, []])
  })

  it('are full at their limit', () => {
    const segments = createSegments(PROFILE, 1)
    segments.add('r1', entry, randomTemplate('s'))
    expect(() => segments.add('r2', entry, randomTemplate('s'))).toThrow(expect.objectContaining({ code: 'gallery-full' }))
  })
})
