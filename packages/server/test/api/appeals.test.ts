import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as store from '../../src/storage/index.js'
import {
  ACTOR,
  ADMITTED,
  Attempt,
  makeDevice,
  makeSubject,
  refusal,
  REFUSED,
  START,
  startBench,
  template,
  type Bench,
  type Tenant,
  type Told,
} from './bench.js'

// Legal holds, appeals against a refusal, and what two officers open for one.
const DAY = 86_400_000
let bench: Bench
let tenant: Tenant
let number = 0
let second: string
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench.close())
beforeEach(async () => {
  number += 1
  tenant = await bench.tenant(`opd-${number}`)
  bench.verdict = REFUSED
  bench.clock.now = START + number * 400 * DAY
  second = await bench.keyOf(tenant, 'officer-2')
})

/** A check-in that was refused. */
async function refused(): Promise<Attempt> {
  const one = await new Attempt(bench, tenant, await makeDevice()).run(await makeSubject(bench, tenant))
  expect((await one.submit(await one.bundle())).body).toMatchObject({ outcome: 'refused' })
  return one
}
const two = () => ({ key: tenant.keys.officer, headers: { 'x-lintas-second': second } })
const act = (method: string, { sid }: Attempt, what: string, json?: object, ask: object = two()): Promise<Told> =>
  bench.ask(method, `/v1/sessions/${sid}/${what}`, { ...ask, ...(json === undefined ? {} : { json }) })
const lodge = (one: Attempt, key = tenant.keys.agency) => act('POST', one, 'appeal', { reason: 'that was me' }, { key })
const open = (one: Attempt, what = 'evidence', ask?: object) => act('GET', one, what, undefined, ask)
const hold = (one: Attempt, json: object = { reason: 'inquiry 7/2026' }, ask?: object) => act('POST', one, 'hold', json, ask)
const lift = (one: Attempt, ask?: object) => act('DELETE', one, 'hold', { reason: 'inquiry is over' }, ask)
const sweep = () => bench.storage.transact(tenant.id, (scope) => store.sweepAll(scope))
const agency = (method: string, url: string, json?: object) => bench.ask(method, url, { key: tenant.keys.agency, ...(json ? { json } : {}) })
const acts = async (action: string) => {
  const all = { from: new Date(0), until: new Date('2100-01-01'), limit: 1_000 }
  const found = await bench.storage.snapshot(tenant.id, (scope) => store.listActs(scope, all))
  return found.filter((one) => one.action === action).map(({ actor, details }) => ({ actor, ...(JSON.parse(details) as object) }))
}

describe('an appeal', () => {
  it('lets two officers see what was sealed, frame by frame, and notes both', async () => {
    const one = await refused()
    expect(refusal(await open(one))).toEqual([409, 'appeal-none'])
    const until = new Date(bench.clock.now + 30 * DAY).toISOString()
    expect((await lodge(one)).body).toEqual({ sid: one.sid, until })
    const told = await open(one)
    expect(told.headers['cache-control']).toBe('no-store')
    expect(told.body).toMatchObject({
      ...{ sid: one.sid, subjectId: one.subjectId, outcome: 'refused', findings: { reasons: REFUSED.reasons } },
      appeal: { reason: 'that was me', until },
    })
    const frames = told.body['frames'] as object[]
    expect(frames).toEqual(
      one.opened.map(({ step, index, bytes }, frame) => ({ frame, bytes: bytes.length, step, index, action: one.actions[step - 1] })),
    )
    for (const [frame, { bytes }] of one.opened.entries()) {
      const { payload, headers, statusCode } = await bench.app.inject({
        ...{ method: 'GET', url: `/v1/sessions/${one.sid}/evidence/${frame}` },
        headers: { authorization: `Bearer ${tenant.keys.officer}`, 'x-lintas-second': second },
      })
      expect([statusCode, headers['content-type'], headers['cache-control']]).toEqual([200, 'image/jpeg', 'no-store'])
      expect(payload).toBe(Buffer.from(bytes).toString())
    }
    expect(refusal(await open(one, `evidence/${one.opened.length}`))).toEqual([404, 'not-found'])
    // What somebody said of themself is not in what nothing is taken from.
    expect(await acts('appeal-lodged')).toEqual([{ actor: expect.any(String) as string, sid: one.sid, until }])
    const seen = await acts('evidence-opened')
    expect(seen).toHaveLength(2 * (1 + one.opened.length))
    expect(seen).toContainEqual({ actor: ACTOR, sid: one.sid, second: 'officer-2' })
    expect(seen).toContainEqual({ actor: 'officer-2', sid: one.sid, frame: 0, first: ACTOR })
    // In the inspectorate's report a look, and no act.
    const month = new Date(bench.clock.now).toISOString().slice(0, 7)
    const report = await bench.ask('GET', `/v1/reports/officers?month=${month}`, { key: tenant.keys.agency })
    const [{ officers, pairs }] = report.body['reports'] as [{ officers: { officer: string; looks: number; acts: number }[]; pairs: object[] }]
    expect(officers.find(({ officer }) => officer === ACTOR)).toMatchObject({ looks: 1 + one.opened.length, acts: 0 })
    expect(pairs).toEqual([])
  })

  it('lodged again while it stands is the same one, and nothing is noted', async () => {
    const one = await refused()
    const until = new Date(bench.clock.now + 30 * DAY).toISOString()
    for (const told of await Promise.all([lodge(one), lodge(one, tenant.keys.officer), lodge(one)]))
      expect(told.body).toEqual({ sid: one.sid, until })
    bench.clock.now += 29 * DAY
    for (let count = 0; count < 5; count += 1) expect((await lodge(one, tenant.keys.officer)).body).toEqual({ sid: one.sid, until })
    expect(await acts('appeal-lodged')).toHaveLength(1)
    // It ended, and a hold keeps what it was over.
    await hold(one)
    bench.clock.now += DAY
    expect((await lodge(one)).body).toEqual({ sid: one.sid, until: new Date(bench.clock.now + 30 * DAY).toISOString() })
    expect(await acts('appeal-lodged')).toHaveLength(2)
  })

  it('is opened by nobody alone, nor by the subject', async () => {
    const one = await refused()
    await lodge(one)
    for (const what of ['evidence', 'evidence/0']) {
      expect(refusal(await open(one, what, { key: tenant.keys.officer })), what).toEqual([409, 'appeal-second'])
      expect(refusal(await open(one, what, { key: tenant.keys.agency })), what).toEqual([403, 'forbidden'])
      const own = { key: tenant.keys.officer, headers: { 'x-lintas-second': await bench.keyOf(tenant, one.subjectId) } }
      expect(refusal(await open(one, what, own)), what).toEqual([403, 'appeal-authors'])
    }
    expect(await acts('evidence-opened')).toEqual([])
  })

  it('keeps what was sealed beyond its seven days, for thirty, and no longer', async () => {
    const [one, other] = [await refused(), await refused()]
    await lodge(one)
    bench.clock.now += 7 * DAY + 1
    // Past its time, swept or not.
    expect(refusal(await open(other))).toEqual([404, 'not-found'])
    expect(refusal(await lodge(other))).toEqual([404, 'not-found'])
    expect(await sweep()).toMatchObject({ sealed: 1 })
    expect(refusal(await open(other))).toEqual([404, 'not-found'])
    expect((await open(one)).status).toBe(200)
    bench.clock.now += 23 * DAY
    expect(refusal(await open(one))).toEqual([404, 'not-found'])
    expect(await sweep()).toMatchObject({ sealed: 1 })
  })

  it('that is closed, by two, gives back the time that is left', async () => {
    const one = await refused()
    await lodge(one, tenant.keys.officer)
    const close = (ask?: object) => act('DELETE', one, 'appeal', { reason: 'it was somebody else' }, ask)
    expect(refusal(await close({ key: tenant.keys.officer }))).toEqual([409, 'appeal-second'])
    expect((await close()).body).toEqual({ sid: one.sid, closed: true })
    expect(refusal(await close())).toEqual([409, 'appeal-none'])
    expect(refusal(await open(one))).toEqual([409, 'appeal-none'])
    expect((await acts('appeal-closed')).map(({ actor }) => actor).sort()).toEqual(['officer-2', ACTOR].sort())
    expect((await lodge(one)).status).toBe(200)
    bench.clock.now += 7 * DAY + 1
    expect((await close()).status).toBe(200)
    expect(refusal(await open(one))).toEqual([404, 'not-found'])
    expect(await sweep()).toMatchObject({ sealed: 1 })
  })

  it('is made against refusals alone', async () => {
    bench.verdict = ADMITTED
    const one = await new Attempt(bench, tenant, await makeDevice()).run(await makeSubject(bench, tenant))
    expect(refusal(await lodge(one))).toEqual([409, 'appeal-outcome'])
    await one.submit(await one.bundle())
    expect(refusal(await lodge(one))).toEqual([409, 'appeal-outcome'])
    // Nothing of an admission's frames is there to be opened.
    expect(await bench.storage.snapshot(tenant.id, (scope) => store.listEvidence(scope, one.subjectId, 'sealed'))).toEqual([])
  })

  it('ends with a withdrawn consent: the bundle goes with everything else', async () => {
    const one = await refused()
    await lodge(one)
    expect((await agency('DELETE', `/v1/subjects/${one.subjectId}/consents`)).status).toBe(200)
    expect(refusal(await open(one))).toEqual([404, 'not-found'])
    expect(await bench.storage.snapshot(tenant.id, (scope) => store.listEvidence(scope, one.subjectId, 'sealed'))).toEqual([])
  })

  it('over evidence whose key is gone says so', async () => {
    const one = await refused()
    await lodge(one)
    await bench.storage.transact(tenant.id, async (scope) => {
      const kept = (await store.findEvidence(scope, one.sid, 'sealed'))!
      await store.resealEvidence(scope, kept.evidenceId, kept.keyId, { ciphertext: kept.ciphertext, keyId: 'gone' })
    })
    expect(refusal(await open(one))).toEqual([409, 'appeal-unreadable'])
  })
})

describe('a legal hold', () => {
  it('stops retention until it is lifted, by two officers or an operator', async () => {
    const one = await refused()
    expect(refusal(await hold(one, undefined, { key: tenant.keys.officer }))).toEqual([409, 'hold-second'])
    const own = { key: tenant.keys.officer, headers: { 'x-lintas-second': await bench.keyOf(tenant, one.subjectId) } }
    expect(refusal(await hold(one, undefined, own))).toEqual([403, 'hold-authors'])
    // What knows the session again, and what was sealed.
    expect((await hold(one)).body).toEqual({ sid: one.sid, evidence: 2, until: null })
    bench.clock.now += 300 * DAY
    expect(await sweep()).toMatchObject({ replay: 0, sealed: 0, findings: 0, steps: 0 })
    expect((await lodge(one)).status).toBe(200)
    expect((await open(one)).body).toMatchObject({ findings: { reasons: REFUSED.reasons } })
    await act('DELETE', one, 'appeal', { reason: 'seen' })
    expect(refusal(await lift(one, { key: tenant.keys.officer }))).toEqual([409, 'hold-second'])
    expect((await lift(one, { key: tenant.keys.operator })).body).toEqual({ sid: one.sid, evidence: 2 })
    expect(refusal(await lift(one))).toEqual([404, 'not-found'])
    expect(await sweep()).toMatchObject({ replay: 1, sealed: 1, findings: 1, steps: 3 })
    expect((await acts('evidence-held')).sort((left, right) => left.actor.localeCompare(right.actor))).toEqual([
      { actor: 'officer-2', sid: one.sid, first: ACTOR },
      { actor: ACTOR, sid: one.sid, second: 'officer-2' },
    ])
    expect(await acts('evidence-released')).toEqual([{ actor: ACTOR, sid: one.sid }])
  })

  it('with an end is over then', async () => {
    const one = await refused()
    const until = new Date(bench.clock.now + 60 * DAY).toISOString()
    for (const past of [new Date(bench.clock.now).toISOString(), '2026-02-30T99:00:00Z'])
      expect(refusal(await hold(one, { reason: 'r', until: past })), past).toEqual([422, 'hold-until'])
    expect((await hold(one, { reason: 'r', until })).body).toEqual({ sid: one.sid, evidence: 2, until })
    bench.clock.now += 60 * DAY - 1_000
    expect(await sweep()).toMatchObject({ replay: 0, sealed: 0 })
    expect(refusal(await agency('DELETE', `/v1/subjects/${one.subjectId}`, { reason: 'left' }))).toEqual([409, 'legal-hold'])
    bench.clock.now += 1_000
    expect((await agency('DELETE', `/v1/subjects/${one.subjectId}`, { reason: 'left' })).status).toBe(200)
  })

  it('holds off a withdrawal and an erasure as a whole: nothing goes, and the consent is told to stand, until it is lifted', async () => {
    const one = await refused()
    await hold(one)
    const withdraw = () => agency('DELETE', `/v1/subjects/${one.subjectId}/consents`)
    expect(refusal(await withdraw())).toEqual([409, 'legal-hold'])
    expect(refusal(await agency('DELETE', `/v1/subjects/${one.subjectId}`, { reason: 'left' }))).toEqual([409, 'legal-hold'])
    const held = (await agency('GET', `/v1/subjects/${one.subjectId}`)).body
    expect(held).toMatchObject({ consents: [{ withdrawnAt: null }], references: [{ state: 'active' }], tombstones: [] })
    await lift(one)
    expect((await withdraw()).body).toMatchObject({ withdrawn: true, references: 1, evidence: 2 })
  })

  it('is an operator’s of the regency in every agency, and of another in none', async () => {
    const one = await refused()
    const regency = await bench.tenant('regency', 'regency')
    const elsewhere = await bench.tenant(`opd-${number}-b`)
    const asked = (key: string) => bench.ask('POST', `/v1/sessions/${one.sid}/hold?tenantId=${tenant.id}`, { key, json: { reason: 'inspectorate' } })
    for (const key of [elsewhere.keys.operator, elsewhere.keys.officer]) expect(refusal(await asked(key))).toEqual([404, 'not-found'])
    expect((await asked(regency.keys.operator)).body).toEqual({ sid: one.sid, evidence: 2, until: null })
    expect(await acts('evidence-held')).toHaveLength(1)
  })

  it('needs something to hold', async () => {
    const one = await refused()
    bench.clock.now += 31 * DAY
    expect(refusal(await hold(one))).toEqual([404, 'not-found'])
  })
})

describe('what is said in a hold, an appeal, or a rejection', () => {
  /** Tables in which a text stands, in any column. */
  const holding = async (text: string): Promise<readonly string[]> =>
    await bench.storage.snapshot(tenant.id, async ({ transaction }) => {
      const named = "SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
      const found: string[] = []
      for (const { name } of await transaction.rows(named)) {
        const rows = await transaction.rows(`SELECT 1 FROM ${String(name)} AS t WHERE strpos(t::text, $1) > 0`, [text])
        if (rows.length > 0) found.push(String(name))
      }
      return found
    })

  it('is nowhere once its subject is erased, or took their consent back', async () => {
    for (const url of ['', '/consents']) {
      const one = await refused()
      const told = (what: string) => `${what} by budi${url}`
      await act('POST', one, 'appeal', { reason: told('said') }, { key: tenant.keys.agency })
      await hold(one, { reason: told('held') })
      expect(await holding(told('said'))).toEqual(['evidence'])
      expect(await holding(told('held'))).toEqual(['evidence'])
      expect((await act('DELETE', one, 'hold', { reason: told('lifted') })).status).toBe(200)
      expect(await holding(told('lifted'))).toEqual(['evidence'])
      expect((await act('DELETE', one, 'appeal', { reason: told('closed') })).status).toBe(200)
      expect(await holding(told('closed'))).toEqual(['evidence'])
      await act('POST', one, 'appeal', { reason: told('again') }, { key: tenant.keys.agency })
      const { body } = await agency('GET', `/v1/subjects/${one.subjectId}`)
      expect(JSON.stringify(body)).toContain(told('again'))
      expect((await agency('DELETE', `/v1/subjects/${one.subjectId}${url}`, url === '' ? { reason: 'left' } : undefined)).status).toBe(200)
      expect(await holding(`by budi${url}`)).toEqual([])
      expect((await acts('appeal-closed')).length).toBeGreaterThan(0)
    }
  })

  it('of an enrolment is with its findings, and goes with them', async () => {
    const subjectId = await makeSubject(bench, tenant, false)
    bench.verdict = { ...ADMITTED, template: template(subjectId) }
    const one = await new Attempt(bench, tenant, await makeDevice()).run(subjectId, 'enrolment')
    await one.submit(await one.bundle(), 'enrolments')
    const json = { reason: 'budi is another' }
    expect((await bench.ask('POST', `/v1/enrolments/${one.sid}/reject`, { key: tenant.keys.officer, json })).body).toEqual({ state: 'rejected' })
    expect(await acts('enrolment-rejected')).toEqual([{ actor: ACTOR, enrolmentId: one.sid }])
    expect(await holding(json.reason)).toEqual(['decisions'])
    const findings = await bench.ask('GET', `/v1/sessions/${one.sid}/findings`, { key: tenant.keys.officer })
    expect(findings.body).toMatchObject({ findings: { rejection: json.reason } })
    expect((await agency('DELETE', `/v1/subjects/${subjectId}`, { reason: 'left' })).status).toBe(200)
    expect(await holding(json.reason)).toEqual([])
  })
})

describe('a consent', () => {
  const give = (subjectId: string, version: string, text: string) => agency('POST', `/v1/subjects/${subjectId}/consents`, { version, text })

  it('is exported with the very text that was shown', async () => {
    const subjectId = await makeSubject(bench, tenant, false)
    const text = 'Saya setuju:\n1. wajah – “apa adanya” ✓\r\n  \u00a0 akhir '
    expect((await give(subjectId, '2-id', text)).status).toBe(201)
    const { consents } = (await agency('GET', `/v1/subjects/${subjectId}`)).body as {
      consents: { version: string; text: string; textSha256: string }[]
    }
    expect(consents.map(({ version, text: shown }) => [version, shown])).toEqual([
      ['1', 'I agree'],
      ['2-id', text],
    ])
  })

  it('of a version has one text: another is refused, and takes nothing away', async () => {
    const [first, other] = [await makeSubject(bench, tenant, false), await makeSubject(bench, tenant, false)]
    expect(refusal(await give(first, '1', 'I agree to more'))).toEqual([409, 'consent-version'])
    expect((await agency('GET', `/v1/subjects/${first}`)).body).toMatchObject({ consents: [{ withdrawnAt: null, text: 'I agree' }] })
    expect((await give(other, '1', 'I agree')).status).toBe(201)
    expect((await give(other, '2', 'I agree to more')).status).toBe(201)
    // Another agency has texts of its own.
    const elsewhere = await bench.tenant(`opd-${number}-c`)
    const made = await bench.ask('POST', '/v1/subjects', { key: elsewhere.keys.agency, json: {} })
    const url = `/v1/subjects/${String(made.body['subjectId'])}/consents`
    expect((await bench.ask('POST', url, { key: elsewhere.keys.agency, json: { version: '1', text: 'Setuju' } })).status).toBe(201)
    // Nothing is kept for a subject that is none.
    expect(refusal(await give('nobody', '9', 'one'))).toEqual([404, 'not-found'])
    expect((await give(other, '9', 'another')).status).toBe(201)
  })
})
