import { LintasError } from '@lintas/core'
import { SHIPPED_CALIBRATION, type CalibrationProfile } from '@lintas/core/comparison'
import { randomId, type DeviceKey } from '@lintas/core/receipt'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Findings, VerificationInput } from '../../src/sessions/index.js'
import { checkFits } from '../../src/sessions/reference-fits.js'
import * as store from '../../src/storage/index.js'
import { ACTOR, ADMITTED, Attempt, makeDevice, makeSubject, refusal, REFUSED, START, startBench, template, type Bench, type Tenant } from './bench.js'

// What happens between the verification and its settling: the verification of these tests takes as long as they want.
let bench: Bench
let tenant: Tenant
let tenants = 0
let verify: (input: VerificationInput) => Promise<Findings>
beforeAll(async () => {
  bench = await startBench({}, { verifier: { verify: (input) => verify(input) } })
})
afterAll(() => bench.close())
beforeEach(async () => {
  tenants += 1
  tenant = await bench.tenant(`opd-${tenants}`)
  verify = () => Promise.resolve(ADMITTED)
  bench.clock.now = START + tenants * 86_400_000
})

const ready = async (subjectId: string, purpose = 'check-in') => await new Attempt(bench, tenant, await makeDevice()).run(subjectId, purpose)
const agency = (method: string, url: string, json?: unknown) => bench.ask(method, url, { key: tenant.keys.agency, ...(json ? { json } : {}) })
const withdraw = (subjectId: string) => agency('DELETE', `/v1/subjects/${subjectId}/consents`)
const kept = (subjectId: string) =>
  bench.storage.snapshot(tenant.id, async (scope) => ({
    records: (await store.listRecords(scope, { subjectId, limit: 9 })).length,
    evidence: (await store.listEvidence(scope, subjectId, 'replay')).length + (await store.listEvidence(scope, subjectId, 'sealed')).length,
    references: (await store.listReferences(scope, subjectId)).length,
  }))
const NOTHING = { records: 0, evidence: 0, references: 0 }

describe('what was verified is settled only where it still stands', () => {
  for (const [purpose, to, found] of [
    ['check-in', 'check-ins', ADMITTED],
    ['check-in', 'check-ins', REFUSED],
    ['enrolment', 'enrolments', { ...ADMITTED, template: template('s') }],
    ['enrolment', 'enrolments', REFUSED],
  ] as const) {
    it(`a withdrawal during a verification that says ${found.outcome} leaves nothing of the ${purpose}, nor does a new consent revive it`, async () => {
      const subjectId = await makeSubject(bench, tenant, purpose === 'check-in')
      const one = await ready(subjectId, purpose)
      const body = await one.bundle()
      verify = async () => {
        expect((await withdraw(subjectId)).status).toBe(200)
        return found
      }
      expect(refusal(await one.submit(body, to))).toEqual([409, 'consent-missing'])
      expect(await kept(subjectId)).toEqual(NOTHING)
      await agency('POST', `/v1/subjects/${subjectId}/consents`, { version: '2', text: 'I agree again' })
      verify = () => Promise.resolve(found)
      expect((await one.submit(body, to)).status).toBeGreaterThanOrEqual(400)
      expect(await kept(subjectId)).toEqual(NOTHING)
    })
  }

  it('another reference than the compared one records nothing, and the same again is compared with the new one', async () => {
    const subjectId = await makeSubject(bench, tenant)
    const one = await ready(subjectId)
    const body = await one.bundle()
    verify = async () => {
      await bench.storage.transact(tenant.id, async (scope) => {
        const { ciphertext, keyId, modelIds, quality } = (await store.activeReference(scope, subjectId))!
        const referenceId = randomId()
        await store.addReference(scope, subjectId, { referenceId, ciphertext, keyId, modelIds: [...modelIds], quality, createdBy: 'x' })
        await store.approveReference(scope, referenceId, ['officer-0'])
      })
      return ADMITTED
    }
    expect(refusal(await one.submit(body))).toEqual([409, 'session-reference'])
    expect(await kept(subjectId)).toMatchObject({ records: 0, evidence: 0 })
  })

  it('an erasure during the verification leaves nothing', async () => {
    const subjectId = await makeSubject(bench, tenant)
    const one = await ready(subjectId)
    verify = async () => {
      await agency('DELETE', `/v1/subjects/${subjectId}`, { reason: 'asked' })
      return ADMITTED
    }
    expect((await one.submit(await one.bundle())).status).toBe(409)
    expect(await kept(subjectId)).toEqual(NOTHING)
  })

  it('a submission that arrived in time is decided however long it waited; one that arrived late is not', async () => {
    const one = await ready(await makeSubject(bench, tenant))
    verify = () => {
      bench.clock.now += 3_600_000
      return Promise.resolve(ADMITTED)
    }
    expect((await one.submit(await one.bundle())).body).toMatchObject({ outcome: 'admitted' })
    const late = await ready(await makeSubject(bench, tenant))
    bench.clock.now += 600_000
    expect(refusal(await late.submit(await late.bundle()))).toEqual([410, 'session-expired'])
  })
})

describe('what no longer fits', () => {
  it('a reference of models that the server does not have is told as such, before anything is computed and where only the net says so', async () => {
    const subjectId = await makeSubject(bench, tenant)
    const one = await ready(subjectId)
    const body = await one.bundle()
    verify = () => Promise.reject(new LintasError('models-unlike', 'of unlike nets'))
    expect(refusal(await one.submit(body))).toEqual([409, 'reference-outdated'])
    // Nothing was consumed.
    verify = () => Promise.resolve(ADMITTED)
    expect((await one.submit(body)).body).toMatchObject({ outcome: 'admitted' })
    const { space } = SHIPPED_CALIBRATION.models[0]!
    expect(() => checkFits(template('s'), profile('another-512'))).toThrow(expect.objectContaining({ status: 409, code: 'reference-outdated' }))
    expect(() => checkFits(template('s'), profile(space, 64))).toThrow(expect.objectContaining({ code: 'reference-outdated' }))
    expect(() => checkFits(template('s'), profile(space, SHIPPED_CALIBRATION.models[0]!.mean?.length ?? 128))).not.toThrow()
  })

  it('one kept session that cannot be opened is left out and told to an officer; the check-in is decided', async () => {
    const subjectId = await makeSubject(bench, tenant)
    const first = await ready(subjectId)
    expect((await first.submit(await first.bundle())).status).toBe(200)
    await bench.storage.transact(tenant.id, (scope) =>
      store.keepEvidence(scope, subjectId, { sid: first.sid, class: 'replay', ciphertext: new Uint8Array(64), keyId: 'gone', keepMs: 9_999_999 }),
    )
    let earlier = -1
    verify = (input) => {
      earlier = input.earlier.length
      return Promise.resolve(ADMITTED)
    }
    const one = await ready(subjectId)
    expect((await one.submit(await one.bundle())).body).toMatchObject({ outcome: 'admitted' })
    expect(earlier).toBe(1)
    const { body } = await bench.ask('GET', `/v1/sessions/${one.sid}/findings`, { key: tenant.keys.officer })
    expect((body['findings'] as { flags: string[] }).flags).toContain('disagreement:replay: 1 kept sessions cannot be opened')
  })
})

describe('one face under two subjects', () => {
  const approve = (id: string, headers: Record<string, string> = {}) =>
    bench.ask('POST', `/v1/enrolments/${id}/approve`, { key: tenant.keys.officer, json: { seen: 'person' }, headers })

  it('whoever is found only at the approval takes a second officer, and is flagged', async () => {
    bench.duplicates = { own: [], elsewhere: 0, leftOut: 0 }
    bench.flagged.length = 0
    const subjectId = await makeSubject(bench, tenant, false)
    verify = () => Promise.resolve({ ...ADMITTED, template: template(subjectId) })
    const one = await ready(subjectId, 'enrolment')
    expect((await one.submit(await one.bundle(), 'enrolments')).status).toBe(202)
    expect(bench.flagged).toEqual([])
    bench.duplicates = { own: [], elsewhere: 1, leftOut: 0 }
    expect(refusal(await approve(one.sid))).toEqual([409, 'approval-second'])
    expect(bench.flagged).toEqual([[tenant.id, subjectId]])
    expect((await approve(one.sid, { 'x-lintas-second': await bench.keyOf(tenant, 'officer-10') })).status).toBe(200)
    bench.duplicates = { own: [], elsewhere: 0, leftOut: 0 }
  })

  it('an enrolment that is not settled leaves no flag', async () => {
    bench.flagged.length = 0
    bench.duplicates = { own: ['somebody'], elsewhere: 0, leftOut: 0 }
    const subjectId = await makeSubject(bench, tenant, false)
    const one = await ready(subjectId, 'enrolment')
    verify = async () => {
      await withdraw(subjectId)
      return { ...ADMITTED, template: template(subjectId) }
    }
    expect((await one.submit(await one.bundle(), 'enrolments')).status).toBe(409)
    expect(bench.flagged).toEqual([])
    bench.duplicates = { own: [], elsewhere: 0, leftOut: 0 }
  })
})

describe('whose face an enrolment is', () => {
  const officer = async (method: string, id: string, what: string, json?: object) =>
    await bench.ask(method, `/v1/enrolments/${id}/${what}`, { key: tenant.keys.officer, ...(json === undefined ? {} : { json }) })

  for (const [end, json] of [
    ['approve', { seen: 'person' }],
    ['reject', { reason: 'not theirs' }],
  ] as const) {
    it(`is seen by an officer, who is noted, until they ${end} it`, async () => {
      const subjectId = await makeSubject(bench, tenant, false)
      verify = () => Promise.resolve({ ...ADMITTED, template: template(subjectId) })
      const one = await ready(subjectId, 'enrolment')
      expect((await officer('GET', one.sid, 'portrait')).status).toBe(404)
      await one.submit(await one.bundle(), 'enrolments')
      const seen = await officer('GET', one.sid, 'portrait')
      expect([seen.status, seen.headers['content-type'], seen.headers['cache-control']]).toEqual([200, 'image/jpeg', 'no-store'])
      expect(seen.text).toBe(Buffer.from(one.opened.at(-1)!.bytes).toString())
      const acts = await bench.storage.snapshot(tenant.id, (scope) =>
        store.listActs(scope, { from: new Date(0), until: new Date(bench.clock.now + 1), subjectId, limit: 9 }),
      )
      expect(acts.filter(({ action }) => action === 'enrolment-seen').map(({ actor }) => actor)).toEqual([ACTOR])
      expect((await officer('POST', one.sid, end, json)).status).toBe(200)
      expect((await officer('GET', one.sid, 'portrait')).status).toBe(404)
      expect(await bench.storage.snapshot(tenant.id, (scope) => store.listEvidence(scope, subjectId, 'sealed'))).toEqual([])
    })
  }

  it('goes with the consent', async () => {
    const subjectId = await makeSubject(bench, tenant, false)
    verify = () => Promise.resolve({ ...ADMITTED, template: template(subjectId) })
    const one = await ready(subjectId, 'enrolment')
    await one.submit(await one.bundle(), 'enrolments')
    await withdraw(subjectId)
    expect(await kept(subjectId)).toEqual(NOTHING)
  })
})

describe('a device that may not be used', () => {
  const revoked = async (subjectId: string, device: DeviceKey) => {
    const first = await new Attempt(bench, tenant, device).run(subjectId)
    await first.submit(await first.bundle())
    await bench.ask('POST', `/v1/devices/${device.thumbprint}/revoke`, { key: tenant.keys.officer })
  }

  for (const said of [ADMITTED, REFUSED]) {
    it(`learns nothing of a verification that would say ${said.outcome}: none is made, and all that was sent is sealed`, async () => {
      const subjectId = await makeSubject(bench, tenant)
      const device = await makeDevice()
      await revoked(subjectId, device)
      const one = await new Attempt(bench, tenant, device).run(subjectId)
      let runs = 0
      verify = () => {
        runs += 1
        return Promise.resolve(said)
      }
      const body = await one.bundle()
      const told = await one.submit(body)
      expect([told.status, told.body, runs]).toEqual([200, { outcome: 'refused', next: 'assisted' }, 0])
      expect((await one.submit(body)).text).toBe(told.text)
      const sealed = await bench.storage.snapshot(tenant.id, (scope) => store.listEvidence(scope, subjectId, 'sealed'))
      expect(sealed.map(({ sid }) => sid)).toEqual([one.sid])
    })
  }
})

describe('submissions of one session at once', () => {
  it('are verified once: the same waits for the answer, another is refused, and nothing stays behind', async () => {
    const one = await ready(await makeSubject(bench, tenant))
    const [body, other] = [await one.bundle(), await one.bundle()]
    let [runs, release] = [0, (): void => undefined]
    const released = new Promise<void>((resolve) => (release = resolve))
    verify = async () => {
      runs += 1
      await released
      return ADMITTED
    }
    const same = [one.submit(body), one.submit(body), one.submit(body)]
    await expect.poll(() => runs).toBe(1)
    expect(refusal(await one.submit(other))).toEqual([409, 'session-conflict'])
    release()
    const told = await Promise.all(same)
    expect(told.map(({ status, text }) => `${status} ${text}`)).toEqual(Array(3).fill(`200 ${told[0]!.text}`))
    expect(runs).toBe(1)
    const busy = await ready(await makeSubject(bench, tenant))
    verify = () => Promise.reject(Object.assign(new Error('full'), { code: 'busy' }))
    const again = await busy.bundle()
    expect((await busy.submit(again)).status).toBe(503)
    verify = () => Promise.resolve(ADMITTED)
    expect((await busy.submit(again)).status).toBe(200)
  })
})

it('a target that is no address of http or https is told as such on every route', async () => {
  const subjectId = await makeSubject(bench, tenant)
  const one = new Attempt(bench, tenant, await makeDevice())
  await one.issue(subjectId)
  const { proof, token, route } = await one.proof()
  const offline = { subjectId, proof, nonce: 'n'.repeat(43), route, steps: ['x'], contentKey: 'k' }
  for (const target of ['ftp://absen.example.go.id/x', 'https://user:secret@absen.example.go.id/x', 'data:,x', 'nowhere']) {
    expect(refusal(await one.begin({ token, proof, route, target }))).toEqual([422, 'invalid'])
    for (const [url, json] of [
      ['/v1/packs', { subjectId, proof, target }],
      ['/v1/deferred', { ...offline, target }],
    ] as const)
      expect(refusal(await bench.ask('POST', url, { key: tenant.keys.agency, json, headers: one.login }))).toEqual([422, 'invalid'])
  }
})

const profile = (space: string, dimension?: number): CalibrationProfile => ({
  ...SHIPPED_CALIBRATION,
  models: [{ space, weight: 1, ...(dimension === undefined ? {} : { mean: new Float32Array(dimension) }) }],
})
