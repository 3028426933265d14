import { SHIPPED_CALIBRATION } from '@lintas/core/comparison'
import type { Template } from '@lintas/core/reference'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as store from '../../src/storage/index.js'
import { createDuplicateSearch, sealTemplate, type RegencySearch } from '../../src/vault/index.js'
import { randomUnit } from '../vault/templates.js'
import { ADMITTED, Attempt, expectStatus, makeDevice, makeSubject, refusal, startBench, type Bench, type Tenant } from './bench.js'

// The API with the real search behind it, and references of two models in its gallery.

let bench: Bench
let search: RegencySearch
let here: Tenant
let there: Tenant
let regency: Tenant
beforeAll(async () => {
  const late: RegencySearch = {
    search: (...of) => search.search(...of),
    flag: (...of) => search.flag(...of),
    find: (...of) => search.find(...of),
    leftOut: () => search.leftOut(),
    size: () => search.size(),
  }
  bench = await startBench({}, { duplicates: late })
  search = createDuplicateSearch({ ...bench, calibration: SHIPPED_CALIBRATION, regencyOf: () => Promise.resolve('regency') })
  ;[here, there, regency] = [await bench.tenant('opd-1'), await bench.tenant('opd-2'), await bench.tenant('regency', 'regency')]
})
afterAll(() => bench.close())

const face = (model = 'current'): Template => ({
  ...{ schema: 'lintas-template/1', subjectId: 'x', createdAt: '2026-03-02T00:00:00.000Z', sampleCount: 3, quality: 0.9 },
  embeddings: SHIPPED_CALIBRATION.models
    .map(({ space, mean }) => ({
      ...{ space, modelId: `${model}-${space}`, modelSha256: model === 'current' ? 'a'.repeat(64) : 'b'.repeat(64) },
      vector: randomUnit(mean?.length ?? 512),
    }))
    .sort((left, right) => (left.space < right.space ? -1 : 1)),
})
const olderOf = (template: Template): Template => ({
  ...template,
  embeddings: template.embeddings.map((one) => ({ ...one, modelId: `older-${one.space}`, modelSha256: 'b'.repeat(64) })),
})

/** Somebody who is enrolled already, or waits, with a reference as it lies in the database. */
async function hold({ id }: Tenant, template: Template, approved = true): Promise<string> {
  return await bench.storage.transact(id, async (scope) => {
    const { subjectId } = await store.createSubject(scope)
    const referenceId = `r-${subjectId}`
    const sealed = sealTemplate(bench.keyring, { tenantId: id, subjectId, referenceId }, { ...template, subjectId })
    await store.addReference(scope, subjectId, { ...sealed, referenceId, modelIds: [], quality: 1, createdBy: 'o' })
    if (approved) await store.approveReference(scope, referenceId, ['officer-0'])
    return subjectId
  })
}

async function enrol(tenant: Tenant, template: Template): Promise<{ subjectId: string; sid: string }> {
  const subjectId = await makeSubject(bench, tenant, false)
  bench.verdict = { ...ADMITTED, template: { ...template, subjectId } }
  const one = await new Attempt(bench, tenant, await makeDevice()).run(subjectId, 'enrolment')
  expectStatus(await one.submit(await one.bundle(), 'enrolments'), 202)
  return { subjectId, sid: one.sid }
}
async function listed(tenant: Tenant, sid: string): Promise<unknown> {
  const { body } = await bench.ask('GET', '/v1/enrolments?state=pending', { key: tenant.keys.officer })
  return (body['enrolments'] as { enrolmentId: string }[]).find(({ enrolmentId }) => enrolmentId === sid)
}
const approve = (tenant: Tenant, sid: string) =>
  bench.ask('POST', `/v1/enrolments/${sid}/approve`, { key: tenant.keys.officer, json: { seen: 'person' } })
const metrics = async () => (await bench.ask('GET', '/metrics', { headers: { authorization: `Bearer ${'m'.repeat(40)}` } })).text

describe('an enrolment that finds somebody who waits', () => {
  it('is told to the officers of both, though the first one found nobody when it came', async () => {
    const person = face()
    const first = await enrol(here, person)
    expect(await listed(here, first.sid)).toMatchObject({ possibleDuplicate: false, incomplete: false })
    const second = await enrol(there, person)
    expect(await listed(there, second.sid)).toMatchObject({ possibleDuplicate: true, incomplete: false })
    expect(await listed(here, first.sid)).toMatchObject({ possibleDuplicate: true, incomplete: false })
  })

  it('or that finds them only at its approval: what that found stands in the list, whether or not it came about', async () => {
    const person = face()
    const { sid } = await enrol(here, person)
    // Nobody who enrols over HTTP, so that nobody flags it meanwhile.
    await hold(there, person)
    expect(await listed(here, sid)).toMatchObject({ possibleDuplicate: false })
    expect(refusal(await approve(here, sid))).toEqual([409, 'approval-second'])
    expect(await listed(here, sid)).toMatchObject({ possibleDuplicate: true })
    const found = await bench.ask('GET', '/v1/duplicates', { key: regency.keys.regency })
    expect(found.body).toMatchObject({ leftOut: 0 })
  })
})

describe('an enrolment after a change of models', () => {
  it('says that its search was incomplete, to the officer, to the regency and to whoever runs the server, and can be approved', async () => {
    expect(await metrics()).toContain('lintas_duplicate_search_left_out{reason="models"} 0')
    const person = face()
    await hold(here, olderOf(person))
    await hold(there, olderOf(face()))
    const { sid } = await enrol(here, person)
    expect(await listed(here, sid)).toMatchObject({ possibleDuplicate: false, incomplete: true })
    const findings = await bench.ask('GET', `/v1/sessions/${sid}/findings`, { key: here.keys.officer })
    expect(findings.text).toContain('"leftOut":2')
    expect((await bench.ask('GET', '/v1/duplicates', { key: regency.keys.regency })).body).toMatchObject({ leftOut: 2 })
    expect(await metrics()).toContain('lintas_duplicate_search_left_out{reason="models"} 2')
    const approved = await approve(here, sid)
    expect([approved.status, approved.body]).toEqual([200, { state: 'active', incomplete: true }])
    const acts = await bench.storage.snapshot(here.id, (scope) =>
      store.listActs(scope, { from: new Date(0), until: new Date('2100-01-01'), limit: 100 }),
    )
    expect(acts).toContainEqual(expect.objectContaining({ action: 'enrolment-approved', details: expect.stringContaining('"leftOut":2') as unknown }))
  })

  it('finds who has enrolled anew since, and says of the rest that it was left out', async () => {
    const person = face()
    await hold(there, person)
    const { sid } = await enrol(here, person)
    expect(await listed(here, sid)).toMatchObject({ possibleDuplicate: true, incomplete: true })
  })

  it('is not approved where it was made with models that the server no longer has: nobody could be compared with it', async () => {
    const foreign = face()
    const subjectId = await hold(here, { ...foreign, embeddings: foreign.embeddings.slice(0, -1) }, false)
    expect(refusal(await approve(here, `r-${subjectId}`))).toEqual([409, 'reference-outdated'])
  })
})
