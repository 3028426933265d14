import { afterAll, beforeAll, expect, it } from 'vitest'
import * as store from '../../src/storage/index.js'
import { sealTemplate } from '../../src/vault/index.js'
import { makeSubject, refusal, startBench, template, type Bench, type Tenant } from '../api/bench.js'

let bench: Bench
let tenant: Tenant
let regency: Tenant
let subjectId = ''
beforeAll(async () => {
  bench = await startBench()
  tenant = await bench.tenant('opd-1')
  regency = await bench.tenant('regency', 'regency')
  subjectId = await makeSubject(bench, tenant)
}, 30_000)
afterAll(() => bench.close())

const act = async (method: string, path: string, json: object, actor: string, second?: string) =>
  await bench.ask(method, path, {
    ...{ key: await bench.keyOf(tenant, actor), json },
    ...(second === undefined ? {} : { headers: { 'x-lintas-second': await bench.keyOf(tenant, second) } }),
  })
const attest = (actor: string, second?: string) =>
  act(
    'POST',
    '/v1/attendance/attestations',
    { subjectId, direction: 'arrival', occurredAt: '2026-02-27T01:00:00Z', reason: 'no camera' },
    actor,
    second,
  )
const report = (query: string, key: string) => bench.ask('GET', `/v1/reports/officers?${query}`, { key })

it('tells what each officer did, alone and with whom, and names no subject', async () => {
  // 23:50 on the last of February in Jakarta: that act is February's.
  bench.clock.now = Date.parse('2026-02-28T16:50:00Z')
  await attest('wati')
  bench.clock.now = Date.parse('2026-03-02T00:30:00Z')
  const made = await attest('siti')
  expect((await attest('siti', 'budi')).status).toBe(201)
  expect((await attest('budi', 'siti')).status).toBe(201)
  const corrected = { corrects: made.body['seq'], reason: 'wrong day', instead: null }
  expect((await act('POST', '/v1/attendance/corrections', corrected, 'budi', 'siti')).status).toBe(201)
  await bench.storage.transact(tenant.id, async (scope) => {
    for (const actor of ['siti', 'siti', '=cmd']) await store.noteAct(scope, { actor, action: 'findings-seen', subjectId })
    await store.noteAct(scope, { actor: 'system', action: 'subject-exported', subjectId })
  })
  const { status, body, text } = await report('month=2026-03', tenant.keys.agency)
  expect(status).toBe(200)
  const enrolled = { approvedAlone: 0, approvedWithSecond: 0, approvedAsSecond: 0, rejected: 0, devices: 0, limitsCleared: 0, duplicatesSettled: 0 }
  const none = { ...enrolled, acceptedAlone: 0, acceptedWithSecond: 0, acceptedAsSecond: 0, reviewsRejected: 0 }
  expect(body).toEqual({
    month: '2026-03',
    reports: [
      {
        tenantId: 'opd-1',
        timeZone: 'Asia/Jakarta',
        officers: [
          {
            ...{ ...none, officer: '=cmd', acts: 0, share: 0, attestedAlone: 0, attestedWithSecond: 0, attestedAsSecond: 0 },
            ...{ correctedAsFirst: 0, correctedAsSecond: 0, looks: 1 },
          },
          {
            ...{ ...none, officer: 'budi', acts: 3, share: 3 / 7, attestedAlone: 0, attestedWithSecond: 1, attestedAsSecond: 1 },
            ...{ attestedAloneShare: 0, correctedAsFirst: 1, correctedAsSecond: 0, looks: 0 },
          },
          {
            ...{ ...none, officer: 'siti', acts: 4, share: 4 / 7, attestedAlone: 1, attestedWithSecond: 1, attestedAsSecond: 1 },
            ...{ attestedAloneShare: 1 / 4, correctedAsFirst: 0, correctedAsSecond: 1, looks: 2 },
          },
        ],
        pairs: [{ officers: ['budi', 'siti'], approvals: 0, attestations: 2, acceptances: 0, corrections: 1 }],
        reviewsWaiting: 0,
      },
    ],
  })
  expect(text).not.toContain(subjectId)
  const before = await report('month=2026-02', tenant.keys.agency)
  expect(before.body).toMatchObject({ reports: [{ officers: [{ officer: 'wati', attestedAlone: 1, share: 1 }], pairs: [] }] })
})

it('is CSV as well, whose cells no spreadsheet runs', async () => {
  const officers = await report('month=2026-03&format=csv', regency.keys.regency)
  expect(officers.headers['content-type']).toBe('text/csv; charset=utf-8; header=present')
  const [names = '', ...lines] = officers.text.trimEnd().split('\r\n')
  expect(names.split(',').slice(0, 4)).toEqual(['tenantId', 'month', 'officer', 'acts'])
  expect(lines.map((line) => line.split(',').slice(0, 4).join(' '))).toEqual([
    "opd-1 2026-03 '=cmd 0",
    'opd-1 2026-03 budi 3',
    'opd-1 2026-03 siti 4',
  ])
  const pairs = await report('month=2026-03&format=csv&part=pairs', regency.keys.regency)
  expect(pairs.text).toBe('tenantId,month,officer,other,approvals,attestations,acceptances,corrections\r\nopd-1,2026-03,budi,siti,0,2,0,1\r\n')
})

it('is the regency’s for all, and an agency’s for itself', async () => {
  const other = await bench.tenant('opd-2')
  const tenants = async (query: string, key: string) =>
    ((await report(query, key)).body['reports'] as { tenantId: string }[]).map(({ tenantId }) => tenantId).sort()
  expect(await tenants('month=2026-03', regency.keys.operator)).toEqual(['opd-1', 'opd-2', 'regency'])
  expect(await tenants('month=2026-03&tenantId=opd-1', regency.keys.regency)).toEqual(['opd-1'])
  for (const role of ['agency', 'regency', 'operator'] as const) {
    expect(await tenants('month=2026-03', other.keys[role])).toEqual(['opd-2'])
    expect(refusal(await report('month=2026-03&tenantId=opd-1', other.keys[role]))).toEqual([404, 'not-found'])
  }
  expect(refusal(await report('month=2026-03&tenantId=opd-1', regency.keys.agency))).toEqual([404, 'not-found'])
  expect(refusal(await report('month=2026-13', other.keys.agency))).toEqual([400, 'invalid'])
})

it('of a subject lists what the subject is to be told', async () => {
  const ask = (query = '') => bench.ask('GET', `/v1/subjects/${subjectId}/officer-acts${query}`, { key: tenant.keys.agency })
  const acts = (await ask()).body['acts'] as { kind: string; seq: number; officers: string[]; reason: string }[]
  expect(acts.map(({ kind, officers, reason }) => [kind, officers.join(' '), reason])).toEqual([
    ['attestation', 'wati', 'no camera'],
    ['attestation', 'siti', 'no camera'],
    ['attestation', 'siti budi', 'no camera'],
    ['attestation', 'budi siti', 'no camera'],
    ['correction', 'budi siti', 'wrong day'],
  ])
  expect(acts.at(-1)).toMatchObject({ corrects: acts[1]!.seq, instead: null })
  const first = (await ask('?limit=2')).body
  expect(first['acts']).toEqual(acts.slice(0, 2))
  expect((await ask(`?limit=1000&after=${String(first['next'])}`)).body).toEqual({ acts: acts.slice(2) })
})

it('an officer who is linked to a person acts on none of that person’s subjects, and two of their ids are no two people', async () => {
  const { body } = await bench.ask('POST', '/v1/persons', { key: regency.keys.regency, json: { name: 'Somebody' } })
  const personId = String(body['personId'])
  const assigned = { agencyId: 'opd-1', startsOn: '2026-01-01' }
  expect((await bench.ask('POST', `/v1/persons/${personId}/assignments`, { key: regency.keys.regency, json: assigned })).status).toBe(201)
  const own = await bench.storage.transact(tenant.id, (scope) => store.createSubject(scope, personId))
  const link = (actor: string, json: object) =>
    bench.ask('PUT', `/v1/tenants/opd-1/officers/${actor}`, { key: regency.keys.operator, json: { personId: null, subjectId: null, ...json } })
  expect(refusal(await link('agus', { personId: 'nobody' }))).toEqual([404, 'not-found'])
  expect(refusal(await link('agus', { subjectId: 'nobody' }))).toEqual([404, 'not-found'])
  const on = (subject: string, actor: string, second?: string) =>
    act(
      'POST',
      '/v1/attendance/attestations',
      { subjectId: subject, direction: 'arrival', occurredAt: '2026-02-27T01:00:00Z', reason: 'r' },
      actor,
      second,
    )
  const taken = await on(own.subjectId, 'agus')
  expect(taken.status).toBe(201)
  const correct = { corrects: taken.body['seq'], reason: 'r', instead: null }
  expect((await link('agus', { personId })).status).toBe(200)
  expect((await link('agus-2', { subjectId: own.subjectId })).status).toBe(200)
  for (const actor of ['agus', 'agus-2']) {
    expect(refusal(await on(own.subjectId, actor))).toEqual([403, 'attestation-authors'])
    expect(refusal(await on(own.subjectId, 'dewi', actor))).toEqual([403, 'attestation-authors'])
    expect(refusal(await act('POST', '/v1/attendance/corrections', correct, 'dewi', actor))).toEqual([403, 'correction-authors'])
  }
  expect(refusal(await on(subjectId, 'agus', 'agus-2'))).toEqual([403, 'attestation-authors'])
  expect((await on(subjectId, 'agus', 'dewi')).status).toBe(201)
  await bench.storage.transact(tenant.id, async (scope) => {
    const place = { tenantId: tenant.id, subjectId: own.subjectId, referenceId: 'enrolment-of-agus' }
    const sealed = sealTemplate(bench.keyring, place, template(own.subjectId))
    const reference = { ...sealed, modelIds: ['m'], quality: 1, createdBy: own.subjectId }
    await store.addReference(scope, own.subjectId, { ...reference, referenceId: 'enrolment-of-agus' })
    await store.addReference(scope, own.subjectId, { ...reference, ciphertext: new Uint8Array(1), referenceId: 'enrolment-damaged' })
    await store.noteDevice(scope, own.subjectId, 'device-of-agus')
  })
  const approve = (actor: string, second?: string) => act('POST', '/v1/enrolments/enrolment-of-agus/approve', { seen: 'person' }, actor, second)
  expect(refusal(await approve('agus'))).toEqual([403, 'approval-self'])
  expect(refusal(await act('POST', '/v1/enrolments/enrolment-damaged/approve', { seen: 'person' }, 'dewi'))).toEqual([409, 'enrolment-unreadable'])
  expect(refusal(await approve('dewi', 'agus-2'))).toEqual([403, 'approval-self'])
  expect(refusal(await act('POST', '/v1/devices/device-of-agus/bind', {}, 'agus-2'))).toEqual([403, 'device-own'])
  expect((await act('POST', '/v1/devices/device-of-agus/bind', {}, 'dewi')).status).toBe(200)
  expect((await approve('dewi', 'siti')).status).toBe(200)
})
