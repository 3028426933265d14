import { createHmac } from 'node:crypto'
import { hashBytes, publicJwks, randomId, signReceipt, signStep, verifyDecision } from '@lintas/core/receipt'
import { unpackBundle } from '@lintas/core/evidence'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as store from '../../src/storage/index.js'
import {
  ADMITTED,
  Attempt,
  expectStatus,
  ISSUER,
  jpeg,
  makeDevice,
  makeSubject,
  refusal,
  START,
  startBench,
  type Bench,
  type Tenant,
} from './bench.js'

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
  bench.clock.now = START + tenants * 86_400_000
})

const attempt = async (): Promise<Attempt> => new Attempt(bench, tenant, await makeDevice())
const begun = async (subjectId?: string): Promise<Attempt> => {
  const one = await attempt()
  expectStatus(await one.issue(subjectId ?? (await makeSubject(bench, tenant))), 201)
  expectStatus(await one.begin(), 200)
  return one
}
const stateOfLimits = (subjectId: string) => bench.storage.snapshot(tenant.id, (scope) => store.limitState(scope, subjectId))
const recorded = async (): Promise<number> => (await bench.storage.snapshot(tenant.id, (scope) => store.listRecords(scope, { limit: 100 }))).length

/** Order of P-256. */
const N = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')

/** The same message under the other signature that verifies: (r, n − s). */
function malleated(jws: string): string {
  const [header, payload, signature = ''] = jws.split('.')
  const raw = Buffer.from(signature, 'base64url')
  const s = (N - BigInt(`0x${raw.subarray(32).toString('hex')}`)).toString(16).padStart(64, '0')
  return [header, payload, Buffer.concat([raw.subarray(0, 32), Buffer.from(s, 'hex')]).toString('base64url')].join('.')
}

/** A message with another header, or another payload, under the signature of the first. */
function altered(jws: string, header: object, claims: object): string {
  const [head = '', payload = '', signature] = jws.split('.')
  const change = (part: string, by: object): string =>
    Buffer.from(JSON.stringify({ ...(JSON.parse(Buffer.from(part, 'base64url').toString()) as object), ...by })).toString('base64url')
  return [change(head, header), change(payload, claims), signature].join('.')
}

describe('who abandons sessions until the first action suits', () => {
  const next = async (subjectId: string) => {
    const one = await attempt()
    expectStatus(await one.issue(subjectId), 201)
    return { one, told: await one.begin() }
  }

  it('has five, then waits a minute, then twice as long each time, then sees an officer', async () => {
    const subjectId = await makeSubject(bench, tenant)
    for (let count = 0; count < 5; count += 1) await begun(subjectId)
    // The sixth begin finds the fifth given up.
    for (const [waitS, seen] of [
      [60, 5],
      [120, 6],
      [240, 7],
      [480, 8],
      [960, 9],
    ] as const) {
      const { told } = await next(subjectId)
      expect(refusal(told), `${seen} given up`).toEqual([429, 'attempts'])
      expect(told.headers['retry-after']).toBe(String(waitS))
      bench.clock.now += waitS * 1_000
      expect((await next(subjectId)).told.status).toBe(200)
    }
    expect(refusal((await next(subjectId)).told)).toEqual([429, 'assisted'])
  })

  it('cannot go back to the one that suited', async () => {
    const subjectId = await makeSubject(bench, tenant)
    const suits = await begun(subjectId)
    const other = await begun(subjectId)
    expect(refusal(await suits.step())).toEqual([410, 'session-expired'])
    expect((await other.step()).status).toBe(200)
  })

  it('gets nothing counted twice by three that begin at once, and two of the three end', async () => {
    const subjectId = await makeSubject(bench, tenant)
    await begun(subjectId)
    const three = await Promise.all(
      [1, 2, 3].map(async () => {
        const one = await attempt()
        await one.issue(subjectId)
        return one
      }),
    )
    const told = await Promise.all(three.map((one) => one.begin()))
    expect(told.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(await stateOfLimits(subjectId)).toMatchObject({ failures: 3 })
    const going = await Promise.all(three.map(async (one) => (await one.step()).status))
    expect(going.toSorted()).toEqual([200, 410, 410])
  })

  it('has ten an hour and forty a day, even who is admitted in between', async () => {
    const subjectId = await makeSubject(bench, tenant)
    const start = bench.clock.now
    for (let hour = 0; hour < 4; hour += 1) {
      for (let count = 0; count < 10; count += 1) {
        expect((await next(subjectId)).told.status, `${hour} ${count}`).toBe(200)
        await bench.storage.transact(tenant.id, (scope) => store.noteAttempt(scope, subjectId, 'success'))
      }
      const told = (await next(subjectId)).told
      expect(refusal(told)).toEqual([429, 'attempts'])
      if (hour < 3) bench.clock.now = start + (hour + 1) * 3_600_000
      else expect(Number(told.headers['retry-after'])).toBe((start + 86_400_000 - bench.clock.now) / 1_000)
    }
    bench.clock.now = start + 86_400_000
    expect((await next(subjectId)).told.status).toBe(200)
  })

  it('is not somebody whose begin’s answer was lost, nor whose evidence waits for the network, and an admission forgets', async () => {
    const subjectId = await makeSubject(bench, tenant)
    await begun(subjectId)
    const one = await attempt()
    await one.issue(subjectId)
    const proof = await one.proof()
    expect([(await one.begin(proof)).status, (await one.begin(proof)).status]).toEqual([200, 200])
    expect(await stateOfLimits(subjectId)).toMatchObject({ failures: 1 })
    for (let step = 0; step < 3; step += 1) expectStatus(await one.step(), 200)
    // Its evidence waits; whoever begins anew meanwhile loses nothing of it.
    await begun(subjectId)
    expect(await stateOfLimits(subjectId)).toMatchObject({ failures: 1 })
    bench.clock.now += 400_000
    expect((await one.submit(await one.bundle())).body).toMatchObject({ outcome: 'admitted' })
    expect(await stateOfLimits(subjectId)).toMatchObject({ failures: 0 })
  })

  it('gets no second first action out of one session', async () => {
    const one = await begun()
    expect(refusal(await one.begin())).toEqual([409, 'session-already-begun'])
  })
})

describe('a second key', () => {
  it('that races begin loses, and can do nothing after', async () => {
    const one = await attempt()
    const thief = await makeDevice()
    await one.issue(await makeSubject(bench, tenant))
    const proofs = [await one.proof(), await one.proof({ device: thief })]
    const told = await Promise.all(proofs.map((proof) => one.begin(proof)))
    expect(told.map(({ status }) => status).sort()).toEqual([200, 409])
    const loser = told[0]!.status === 409 ? one.device : thief
    bench.clock.now += 1_000
    const { message } = await one.message({}, loser)
    expect(refusal(await one.send(1, message))).toEqual([401, 'receipt-signature'])
  })

  it('signs no receipt', async () => {
    const one = await (await attempt()).run(await makeSubject(bench, tenant))
    expect(refusal(await one.submit(await one.bundle({ device: await makeDevice() })))).toEqual([401, 'receipt-signature'])
    expect((await one.submit(await one.bundle())).body).toMatchObject({ outcome: 'admitted' })
  })
})

describe('a receipt', () => {
  it('under its other signature, or signed again, is one and the same: one record, one answer', async () => {
    const one = await (await attempt()).run(await makeSubject(bench, tenant))
    const manifest = await one.manifest()
    const jti = randomId()
    const first = await one.bundle({ manifest, claims: { jti } })
    const told = await one.submit(first)
    const { receipt } = unpackBundle(first)
    const other = await one.bundle({ manifest, receipt: malleated(receipt) })
    const signedAgain = await one.bundle({ manifest, claims: { jti } })
    expect(unpackBundle(signedAgain).receipt).not.toBe(receipt)
    for (const again of [first, other, signedAgain]) expect((await one.submit(again)).text).toBe(told.text)
    expect(await recorded()).toBe(1)
    expect(bench.seen.filter(({ sid }) => sid === one.sid)).toHaveLength(1)
  })

  it('sent twenty times at once makes one record', async () => {
    const one = await (await attempt()).run(await makeSubject(bench, tenant))
    const body = await one.bundle()
    const told = await Promise.all(Array.from({ length: 20 }, () => one.submit(body)))
    expect(new Set(told.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set(['200 {"outcome":"admitted","next":"done"}']))
    expect(await recorded()).toBe(1)
  })

  it('of another payload after the decision is a conflict', async () => {
    const one = await (await attempt()).run(await makeSubject(bench, tenant))
    await one.submit(await one.bundle())
    expect(refusal(await one.submit(await one.bundle()))).toEqual([409, 'session-conflict'])
    expect(await recorded()).toBe(1)
  })

  it('with an altered claim, another algorithm, or none is not signed', async () => {
    const one = await (await attempt()).run(await makeSubject(bench, tenant))
    const good = await one.bundle()
    const { receipt } = unpackBundle(good)
    const hs256 = (): string => {
      const body = `${Buffer.from('{"alg":"HS256","typ":"lintas-receipt+jwt"}').toString('base64url')}.${receipt.split('.')[1]!}`
      return `${body}.${createHmac('sha256', JSON.stringify(one.device.publicKey)).update(body).digest('base64url')}`
    }
    const cases = [
      [altered(receipt, {}, { jti: randomId() }), 401, 'receipt-signature'],
      [altered(receipt, { alg: 'none' }, {}), 401, 'receipt-algorithm'],
      [hs256(), 401, 'receipt-algorithm'],
      [altered(receipt, { jwk: one.device.publicKey }, {}), 422, 'receipt-malformed'],
      [altered(receipt, { crit: ['exp'] }, {}), 422, 'receipt-malformed'],
      [one.messages[0]!, 422, 'receipt-type'],
      [one.token, 401, 'receipt-type'],
    ] as const
    for (const [text, , code] of cases) {
      const told = refusal(await one.submit(await one.bundle({ receipt: text })))
      expect(told[1], code).toBe(code)
      expect([401, 422]).toContain(told[0])
    }
    // None of it was the device's, so none of it counts.
    expect((await one.submit(good)).body).toMatchObject({ outcome: 'admitted' })
  })
})

describe('evidence', () => {
  it('of another session, or exchanged after it was committed to, is refused, and the third time for good', async () => {
    const [one, other] = [
      await (await attempt()).run(await makeSubject(bench, tenant)),
      await (await attempt()).run(await makeSubject(bench, tenant)),
    ]
    const foreign = other.opened.map(({ bytes }) => bytes)
    expect(refusal(await one.submit(await one.bundle({ frames: foreign })))).toEqual([422, 'evidence-commitment'])
    const exchanged = one.opened.map(({ bytes }, index) => (index === 0 ? jpeg('another face') : bytes))
    expect(refusal(await one.submit(await one.bundle({ frames: exchanged })))).toEqual([422, 'evidence-commitment'])
    const third = await one.submit(await one.bundle({ frames: [...one.opened.map(({ bytes }) => bytes)].reverse() }))
    expect([third.status, third.body]).toEqual([200, { outcome: 'refused', next: 'again' }])
    expect(refusal(await one.submit(await one.bundle()))).toEqual([409, 'session-conflict'])
    expect([await recorded(), bench.seen.some(({ sid }) => sid === one.sid)]).toEqual([0, false])
  })

  it('with a forged series, other steps, or the manifest of another session is refused', async () => {
    const one = await (await attempt()).run(await makeSubject(bench, tenant))
    const other = await (await attempt()).run(await makeSubject(bench, tenant))
    expect(refusal(await one.submit(await one.bundle({ series: other.series })))).toEqual([422, 'evidence-commitment'])
    const steps = ['A'.repeat(43), 'A'.repeat(43), 'A'.repeat(43)]
    expect(refusal(await one.submit(await one.bundle({ claims: { steps } })))).toEqual([422, 'receipt-claims'])
    const third = await one.submit(await one.bundle({ manifest: await other.manifest() }))
    expect(third.body).toEqual({ outcome: 'refused', next: 'again' })
  })

  it('that is not a bundle, or too large, or of another type is refused unread', async () => {
    const one = await (await attempt()).run(await makeSubject(bench, tenant))
    expect(refusal(await one.submit(new Uint8Array([1, 2, 3])))).toEqual([422, 'evidence-malformed'])
    expect(refusal(await one.submit(new Uint8Array(1_048_577)))).toEqual([413, 'evidence-too-large'])
    const json = await bench.ask('POST', '/v1/check-ins', { key: tenant.keys.agency, json: {}, headers: one.login })
    expect(refusal(json)).toEqual([415, 'content-type'])
  })

  it('before the last step is refused', async () => {
    const one = await begun()
    await one.step()
    expect(refusal(await one.submit(await one.bundle()))).toEqual([409, 'session-not-ready'])
  })

  it('of the wrong purpose is refused', async () => {
    const one = await (await attempt()).run(await makeSubject(bench, tenant))
    const body = await one.bundle()
    expect(refusal(await one.submit(body, 'enrolments'))).toEqual([409, 'session-wrong-purpose'])
    const enrolment = await (await attempt()).run(await makeSubject(bench, tenant, false), 'enrolment')
    expect(refusal(await enrolment.submit(await enrolment.bundle()))).toEqual([409, 'session-wrong-purpose'])
  })
})

describe('a begin proof', () => {
  it('that comes again because its answer was lost gets the same first action, and is counted once; after step 1, or by another key, it gets none', async () => {
    const one = await attempt()
    const subjectId = await makeSubject(bench, tenant)
    await one.issue(subjectId)
    const body = await one.proof()
    const told = await Promise.all([one.begin(body), one.begin(body), one.begin(body)])
    expect(told.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(new Set(told.map(({ text }) => text)).size).toBe(1)
    const { begins } = await bench.storage.snapshot(tenant.id, (scope) => store.limitState(scope, subjectId))
    expect(begins).toHaveLength(1)
    const thief = await makeDevice()
    expect(refusal(await one.begin(await one.proof({ device: thief })))).toEqual([409, 'session-already-begun'])
    expect(refusal(await one.begin({ ...body, route: 'no-mouth' }))).toEqual([409, 'session-replayed'])
    expect((await one.step()).status).toBe(200)
    expect(refusal(await one.begin(body))).toEqual([409, 'session-replayed'])
  })

  it('that was shown before, or is for another address, token or session, is refused', async () => {
    const [one, other] = [await attempt(), await attempt()]
    const subjectId = await makeSubject(bench, tenant)
    await one.issue(subjectId)
    await other.issue(subjectId)
    expect(refusal(await one.begin(await one.proof({ url: 'https://elsewhere.example/lintas-api' })))).toEqual([422, 'receipt-claims'])
    expect(refusal(await one.begin(await one.proof({ token: other.token })))).toEqual([422, 'receipt-claims'])
    expect(refusal(await one.begin({ ...(await one.proof()), token: other.token }))).toEqual([422, 'receipt-claims'])
    expect(refusal(await one.begin({ ...(await one.proof()), token: one.messages[0] ?? (await one.proof()).proof }))).toEqual([422, 'receipt-type'])
    const jti = randomId()
    expect((await one.begin(await one.proof({ jti }))).status).toBe(200)
    const replay = new Attempt(bench, tenant, one.device)
    await replay.issue(subjectId)
    expect(refusal(await replay.begin(await replay.proof({ jti })))).toEqual([409, 'session-replayed'])
  })

  it('of an expired session, or one that another server signed, is refused', async () => {
    const one = await attempt()
    const subjectId = await makeSubject(bench, tenant)
    await one.issue(subjectId)
    bench.clock.now += 600_000
    expect(refusal(await one.begin())).toEqual([410, 'session-expired'])
    const elsewhere = await startBench()
    const there = await elsewhere.tenant(tenant.id)
    const other = new Attempt(elsewhere, there, one.device)
    await other.issue(await makeSubject(elsewhere, there))
    const mine = await attempt()
    await mine.issue(subjectId)
    expect(refusal(await mine.begin({ ...(await mine.proof({ token: other.token })), token: other.token }))).toEqual([401, 'receipt-key-unknown'])
    await elsewhere.close()
  })
})

describe('a step', () => {
  it('with a foreign nonce, of another session, or out of turn is refused', async () => {
    const [one, other] = [await begun(), await begun()]
    bench.clock.now += 1_000
    const foreign = await one.message({ nonce: other.next!.nonce })
    expect(refusal(await one.send(1, foreign.message))).toEqual([422, 'receipt-claims'])
    const elsewhere = await one.message({ sid: other.sid })
    expect(refusal(await one.send(1, elsewhere.message))).toEqual([422, 'receipt-claims'])
    expect(refusal(await one.send(2, (await one.message()).message))).toEqual([422, 'receipt-claims'])
    expect(refusal(await one.send(1, altered((await one.message()).message, {}, { shows: 5 })))).toEqual([401, 'receipt-signature'])
    expect(
      refusal(
        await one.send(
          1,
          malleated(await signStep({ sid: one.sid, n: 1, nonce: randomId(), frames: ['A'.repeat(43)], series: 'A'.repeat(43) }, one.device)),
        ),
      ),
    ).toEqual([422, 'receipt-claims'])
    expect((await one.step()).status).toBe(200)
  })

  it('too early or too late is refused', async () => {
    const early = await begun()
    bench.clock.now += 200
    expect(refusal(await early.send(1, (await early.message()).message))).toEqual([409, 'session-too-early'])
    bench.clock.now += 30_000
    expect(refusal(await early.send(1, (await early.message()).message))).toEqual([409, 'session-too-late'])
  })

  it('after the whole time is refused', async () => {
    const one = await begun()
    await one.step()
    bench.clock.now += 120_000
    expect(refusal(await one.send(2, (await one.message()).message))).toEqual([410, 'session-expired'])
  })

  it('under its other signature is the same step', async () => {
    const one = await begun()
    const told = await one.step()
    expect((await one.send(1, malleated(one.messages[0]!))).text).toBe(told.text)
  })

  it('is not opened otherwise when other frames are committed to afterwards', async () => {
    const one = await begun()
    await one.step()
    const again = { sid: one.sid, n: 1, frames: ['A'.repeat(43)], series: 'A'.repeat(43), shows: 0 }
    const nonce = (JSON.parse(Buffer.from(one.messages[0]!.split('.')[1]!, 'base64url').toString()) as { nonce: string }).nonce
    expect(refusal(await one.send(1, await signStep({ ...again, nonce }, one.device)))).toEqual([409, 'session-wrong-step'])
  })
})

describe('a decision', () => {
  it('of a foreign subject or session is not taken by the agency, nor is a token or a receipt', async () => {
    const subjectId = await makeSubject(bench, tenant)
    const one = await (await attempt()).run(subjectId)
    const bundle = await one.bundle()
    await one.submit(bundle)
    const { decision } = (await one.decision()).body as { decision: string }
    const expectation = {
      jwks: publicJwks([bench.serverKey]),
      issuer: ISSUER,
      audience: tenant.id,
      sid: one.sid,
      sub: subjectId,
      purpose: 'check-in' as const,
    }
    await expect(verifyDecision(decision, { ...expectation, sub: 'another' })).rejects.toMatchObject({ code: 'receipt-claims' })
    await expect(verifyDecision(decision, { ...expectation, audience: 'opd-0' })).rejects.toMatchObject({ code: 'receipt-claims' })
    await expect(verifyDecision(decision, { ...expectation, sid: 'another-session-of-yesterday' })).rejects.toMatchObject({ code: 'receipt-claims' })
    await expect(verifyDecision(one.token, expectation)).rejects.toMatchObject({ code: 'receipt-type' })
    await expect(verifyDecision(unpackBundle(bundle).receipt, expectation)).rejects.toMatchObject({ code: 'receipt-type' })
  })
})

describe('another tenant', () => {
  it('finds neither session nor decision, with whatever it sends', async () => {
    const other = await bench.tenant(`foreign-${tenants}`)
    const one = await begun()
    const key = other.keys.agency
    expect(refusal(await bench.ask('POST', `/v1/sessions/${one.sid}/begin`, { key, json: await one.proof(), headers: one.login }))).toEqual([
      404,
      'not-found',
    ])
    bench.clock.now += 1_000
    const { message } = await one.message()
    expect(refusal(await bench.ask('POST', `/v1/sessions/${one.sid}/steps/1`, { key, json: { message }, headers: one.login }))).toEqual([
      404,
      'not-found',
    ])
    for (let count = 0; count < 3; count += 1) await one.step()
    const body = await one.bundle()
    await one.submit(body)
    expect(refusal(await one.submit(body, 'check-ins', {}, other))).toEqual([404, 'not-found'])
    expect(refusal(await one.decision(other))).toEqual([404, 'not-found'])
  })
})

describe('devices', () => {
  it('beyond the second are refused, and an officer has to help', async () => {
    const subjectId = await makeSubject(bench, tenant)
    for (let count = 0; count < 2; count += 1) {
      const one = await (await attempt()).run(subjectId)
      expect((await one.submit(await one.bundle())).body).toMatchObject({ outcome: 'admitted' })
    }
    const third = await (await attempt()).run(subjectId)
    expect((await third.submit(await third.bundle())).body).toEqual({ outcome: 'refused', next: 'assisted' })
    const findings = await bench.ask('GET', `/v1/sessions/${third.sid}/findings`, {
      key: tenant.keys.officer,
    })
    expect(findings.body).toMatchObject({ findings: { flags: ['device-limit'] } })
    expect(await recorded()).toBe(2)
  })

  it('of somebody else are refused', async () => {
    const device = await makeDevice()
    const own = await new Attempt(bench, tenant, device).run(await makeSubject(bench, tenant))
    await own.submit(await own.bundle())
    const colleague = await new Attempt(bench, tenant, device).run(await makeSubject(bench, tenant))
    expect((await colleague.submit(await colleague.bundle())).body).toEqual({ outcome: 'refused', next: 'assisted' })
  })

  it('are provisional for three uses, until an officer binds them, who is not their subject', async () => {
    const subjectId = await makeSubject(bench, tenant)
    const device = await makeDevice()
    const use = async () => {
      const one = await new Attempt(bench, tenant, device).run(subjectId)
      return (await one.submit(await one.bundle())).body as { outcome: string }
    }
    for (let count = 0; count < 3; count += 1) expect((await use()).outcome).toBe('admitted')
    expect(await use()).toEqual({ outcome: 'refused', next: 'assisted' })
    const bind = async (actor: string) => await bench.ask('POST', `/v1/devices/${device.thumbprint}/bind`, { key: await bench.keyOf(tenant, actor) })
    expect(refusal(await bind(subjectId))).toEqual([403, 'device-own'])
    expect((await bind('officer-1')).body).toEqual({ thumbprint: device.thumbprint, state: 'bound' })
    expect((await use()).outcome).toBe('admitted')
    await bench.ask('POST', `/v1/devices/${device.thumbprint}/revoke`, { key: tenant.keys.officer })
    expect(await use()).toEqual({ outcome: 'refused', next: 'assisted' })
  })
})

describe('a receipt over a manifest that was changed on the way', () => {
  it('is refused', async () => {
    const one = await (await attempt()).run(await makeSubject(bench, tenant))
    const manifest = await one.manifest()
    const receipt = await signReceipt({ sid: one.sid, jti: randomId(), steps: ['A'.repeat(43)], manifest: await hashBytes(manifest) }, one.device)
    expect(refusal(await one.submit(await one.bundle({ manifest: await one.manifest({ detector: 'onnx' }), receipt })))).toEqual([
      422,
      'receipt-claims',
    ])
  })
})
