import { publicJwks, verifyDecision } from '@lintas/core/receipt'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as store from '../../src/storage/index.js'
import { VerificationError } from '../../src/verification/index.js'
import { ADMITTED, Attempt, ISSUER, makeDevice, makeSubject, REFUSED, refusal, START, startBench, type Bench, type Tenant } from './bench.js'

let bench: Bench
let tenant: Tenant
let tenants = 0
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench.close())
beforeEach(async () => {
  tenants += 1
  tenant = await bench.tenant(`opd-${tenants}`)
  bench.verdict = ADMITTED
  bench.seen.length = 0
  // Days apart, so that nobody's attempts of an earlier test are of the last hour.
  bench.clock.now = START + tenants * 86_400_000
})

const attempt = async (): Promise<Attempt> => new Attempt(bench, tenant, await makeDevice())
const records = (subjectId?: string) =>
  bench.storage.snapshot(tenant.id, (scope) => store.listRecords(scope, { limit: 100, ...(subjectId === undefined ? {} : { subjectId }) }))

describe('a check-in', () => {
  it('is admitted, recorded, and signed for the agency', async () => {
    const subjectId = await makeSubject(bench, tenant)
    const one = await (await attempt()).run(subjectId)
    expect(refusal(await one.decision())).toEqual([404, 'not-decided'])
    const told = await one.submit(await one.bundle())
    expect([told.status, told.body]).toEqual([200, { outcome: 'admitted', next: 'done' }])
    const { decision } = (await one.decision()).body as { decision: string }
    const expectation = {
      jwks: publicJwks([bench.serverKey]),
      issuer: ISSUER,
      audience: tenant.id,
      sid: one.sid,
      sub: subjectId,
      purpose: 'check-in' as const,
    }
    const { claims } = await verifyDecision(decision, expectation)
    const head = await bench.storage.snapshot(tenant.id, store.ledgerHead)
    expect(claims).toMatchObject({
      outcome: 'admitted',
      assurance: 'server-verified',
      seq: 1,
      head: Buffer.from(head!.rowSha256, 'hex').toString('base64url'),
    })
    expect((await records()).map(({ record }) => record)).toEqual([
      expect.objectContaining({ kind: 'attendance', subjectId, sid: one.sid, direction: 'arrival', assurance: 'server-verified' }),
    ])
    // No frame is kept once it is decided.
    expect(await bench.storage.snapshot(tenant.id, (scope) => store.listEvidence(scope, subjectId, 'sealed'))).toEqual([])
  })

  it('gives the verification what the server asked for, and what it kept of earlier sessions', async () => {
    const subjectId = await makeSubject(bench, tenant)
    const device = await makeDevice()
    bench.verdict = { ...ADMITTED, replay: new Uint8Array([9, 9]) }
    const first = await new Attempt(bench, tenant, device).run(subjectId)
    await first.submit(await first.bundle())
    const second = await new Attempt(bench, tenant, device).run(subjectId)
    await second.submit(await second.bundle())
    const input = bench.seen.at(-1)!
    expect(input).toMatchObject({ sid: second.sid, subjectId, purpose: 'check-in', route: 'standard', policy: 'standard' })
    expect(input.steps.map(({ n, action }) => [n, action])).toEqual(second.actions.map((action, index) => [index + 1, action]))
    expect(input.steps.map(({ openedAt, takenAt }) => takenAt.getTime() - openedAt.getTime())).toEqual([1_000, 1_000, 1_000])
    expect(input.steps.flatMap(({ n, open }) => open.map((index) => [n, index]))).toEqual(second.opened.map(({ step, index }) => [step, index]))
    expect(input.bundle.frames.map((bytes) => [...bytes])).toEqual(second.opened.map(({ bytes }) => [...bytes]))
    expect(input.reference).toMatchObject({ schema: 'lintas-template/1', subjectId })
    expect(input.earlier.map((kept) => [...kept])).toEqual([[9, 9]])
    // Nothing was swept: what is past its time counts for nothing all the same.
    bench.clock.now += 31 * 86_400_000
    const late = await new Attempt(bench, tenant, device).run(subjectId)
    await late.submit(await late.bundle())
    expect(bench.seen.at(-1)).toMatchObject({ sid: late.sid, earlier: [] })
    expect((await records(subjectId)).map(({ record }) => 'direction' in record && record.direction)).toEqual(['arrival', 'departure', 'arrival'])
  })

  it('opens five to seven frames of three steps', async () => {
    const subjectId = await makeSubject(bench, tenant)
    for (let round = 0; round < 5; round += 1) {
      const { length } = (await (await attempt()).run(subjectId)).opened
      expect([5, 6, 7]).toContain(length)
    }
  })

  it('that is refused says what would help and nothing else, records nothing, and is sealed for an appeal', async () => {
    const subjectId = await makeSubject(bench, tenant)
    bench.verdict = REFUSED
    const one = await (await attempt()).run(subjectId)
    const told = await one.submit(await one.bundle())
    expect([told.status, told.body]).toEqual([200, { outcome: 'refused', hint: 'look-straight', next: 'again' }])
    expect(await records()).toEqual([])
    const { decision } = (await one.decision()).body as { decision: string }
    const claims = JSON.parse(Buffer.from(decision.split('.')[1]!, 'base64url').toString()) as object
    expect(claims).toMatchObject({ outcome: 'refused', seq: 0 })
    const sealed = await bench.storage.snapshot(tenant.id, (scope) => store.listEvidence(scope, subjectId, 'sealed'))
    expect(sealed.map(({ sid }) => sid)).toEqual([one.sid])
    // A non-match and an attack are told alike.
    bench.verdict = { ...REFUSED, reasons: ['pad:attack'] }
    const other = await (await attempt()).run(await makeSubject(bench, tenant))
    expect((await other.submit(await other.bundle())).text).toBe(told.text)
  })

  it('that meets a full queue consumes nothing, and the same again is decided', async () => {
    const one = await (await attempt()).run(await makeSubject(bench, tenant))
    const body = await one.bundle()
    bench.verdict = new VerificationError('busy', 'full')
    const busy = await one.submit(body)
    expect([...refusal(busy), busy.headers['retry-after']]).toEqual([503, 'busy', '2'])
    bench.verdict = new VerificationError('verifier-closed', 'closed')
    expect((await one.submit(body)).headers['retry-after']).toBe('2')
    bench.verdict = new VerificationError('busy', 'full', { waitMs: 7_400 })
    expect((await one.submit(body)).headers['retry-after']).toBe('8')
    bench.verdict = new VerificationError('busy', 'full', { waitMs: 90_000 })
    expect((await one.submit(body)).headers['retry-after']).toBe('30')
    bench.verdict = ADMITTED
    expect((await one.submit(body)).body).toMatchObject({ outcome: 'admitted' })
  })

  it('under which a thread died is to be sent again, twice; the third ends the session', async () => {
    const one = await (await attempt()).run(await makeSubject(bench, tenant))
    const body = await one.bundle()
    bench.verdict = Object.assign(new Error('ended'), { code: 'verifier-died' })
    for (let nth = 1; nth < 3; nth += 1) {
      const died = await one.submit(body)
      expect([...refusal(died), died.headers['retry-after']]).toEqual([503, 'verifier-died', '2'])
    }
    expect((await one.submit(body)).body).toMatchObject({ outcome: 'refused' })
    bench.verdict = ADMITTED
    expect((await one.submit(body)).body).toMatchObject({ outcome: 'refused' })
  })

  it('is for the subject whom the relay says is there', async () => {
    const subjectId = await makeSubject(bench, tenant)
    const one = await attempt()
    await one.issue(subjectId)
    expect(refusal(await one.begin(undefined, { 'x-lintas-subject': 'another' }))).toEqual([404, 'not-found'])
    expect((await one.begin(undefined, { 'x-lintas-subject': subjectId })).status).toBe(200)
    for (let count = 0; count < 3; count += 1) await one.step()
    const body = await one.bundle()
    expect(refusal(await one.submit(body, 'check-ins', { 'x-lintas-subject': 'another' }))).toEqual([404, 'not-found'])
    expect((await one.submit(body, 'check-ins', { 'x-lintas-subject': subjectId })).status).toBe(200)
  })

  it('takes consent and a reference', async () => {
    const stranger = await attempt()
    expect(refusal(await stranger.issue('nobody'))).toEqual([404, 'not-found'])
    const unenrolled = await attempt()
    await unenrolled.issue(await makeSubject(bench, tenant, false))
    expect(refusal(await unenrolled.begin())).toEqual([409, 'not-enrolled'])
    const subjectId = await makeSubject(bench, tenant)
    await bench.ask('DELETE', `/v1/subjects/${subjectId}/consents`, { key: tenant.keys.agency })
    const withdrawn = await attempt()
    await withdrawn.issue(subjectId)
    expect(refusal(await withdrawn.begin())).toEqual([409, 'consent-missing'])
  })

  it('goes on with another action after one step that was not done, and with one more in the dark', async () => {
    const one = await attempt()
    await one.issue(await makeSubject(bench, tenant))
    await one.begin()
    const failed = one.next!.action
    expect((await one.step({ shows: undefined })).body).toMatchObject({ open: [], next: { n: 2 } })
    expect(one.next!.action).not.toBe(failed)
    await one.step()
    await one.step()
    expect((await one.step({ dark: true })).body).toMatchObject({ next: { n: 5 } })
    expect((await one.step()).body).not.toHaveProperty('next')
    expect([6, 7, 8, 9]).toContain(one.opened.length)
    expect((await one.submit(await one.bundle())).body).toMatchObject({ outcome: 'admitted' })
  })

  it('answers a step that is sent again as before, until something came after it', async () => {
    const one = await attempt()
    await one.issue(await makeSubject(bench, tenant))
    await one.begin()
    const first = await one.step()
    expect((await one.send(1, one.messages[0]!)).text).toBe(first.text)
    await one.step()
    expect(refusal(await one.send(1, one.messages[0]!))).toEqual([409, 'session-wrong-step'])
    const last = await one.step()
    expect((await one.send(3, one.messages[2]!)).text).toBe(last.text)
    await one.submit(await one.bundle())
    expect(refusal(await one.send(3, one.messages[2]!))).toEqual([409, 'session-decided'])
  })

  it('whose place nothing shows is for an officer where the policy wants one', async () => {
    const strict = await startBench({ placeRequired: true })
    const opd = await strict.tenant('opd-1')
    const subjectId = await makeSubject(strict, opd)
    const device = await makeDevice()
    const nowhere = await new Attempt(strict, opd, device).run(subjectId)
    expect((await nowhere.submit(await nowhere.bundle())).body).toEqual({ outcome: 'review', next: 'wait' })
    const one = new Attempt(strict, opd, device)
    await one.issue(subjectId, 'check-in', { place: 'kiosk-3' })
    await one.begin()
    for (let count = 0; count < 3; count += 1) await one.step()
    expect((await one.submit(await one.bundle())).body).toEqual({ outcome: 'review', next: 'wait' })
    await strict.storage.transact(opd.id, (scope) => store.markKiosk(scope, device.thumbprint, 'officer-1'))
    const kiosk = await new Attempt(strict, opd, device).run(subjectId)
    expect((await kiosk.submit(await kiosk.bundle())).body).toMatchObject({ outcome: 'admitted' })
    await strict.close()
  })
})
