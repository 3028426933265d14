import { beforeAll, describe, expect, it } from 'vitest'
import {
  hashText,
  MESSAGE_TYPES,
  payloadHash,
  publicJwks,
  randomId,
  signBegin,
  signDecision,
  signReceipt,
  signSessionToken,
  signStep,
  targetOf,
  verifyBegin,
  verifyDecision,
  verifyReceipt,
  verifySessionToken,
  verifyStep,
  type DecisionClaims,
  type DeviceKey,
  type Jwks,
  type ServerKey,
} from '../../src/receipt/index.js'
import {
  codeOf,
  createPair,
  DECISION,
  deviceKeyOf,
  forge,
  hashOf,
  MANIFEST,
  NONCE,
  NOW,
  RECEIPT,
  REQUEST,
  serverKeyOf,
  SESSION,
  SID,
  STEP,
} from './fixtures.js'

const [server, phone] = [createPair(), createPair()]
let serverKey: ServerKey
let device: DeviceKey
let jwks: Jwks

beforeAll(async () => {
  serverKey = await serverKeyOf(server)
  device = await deviceKeyOf(phone)
  jwks = publicJwks([serverKey])
})

const kid = () => serverKey.published.kid
const sessionOf = (token: string, more: object = {}) =>
  verifySessionToken(token, { jwks, issuer: 'lintas.example', audience: 'diskominfo', tenant: 'tangerang', now: NOW, ...more })
const stepOf = (jws: string, more: object = {}) => verifyStep(jws, { key: phone.publicKey, sid: SID, n: 1, nonce: NONCE, ...more })
const receiptOf = (jws: string, more: object = {}) =>
  verifyReceipt(jws, { key: phone.publicKey, sid: SID, steps: RECEIPT.steps, manifest: MANIFEST, ...more })
const decisionOf = (jws: string, more: object = {}) =>
  verifyDecision(jws, { jwks, issuer: 'lintas.example', audience: 'diskominfo', sid: SID, sub: 'subject-1', purpose: 'check-in', ...more })

/** A message as Node signs it, with the claims that a test chose. */
const forged = {
  session: (claims: unknown) => sessionOf(forge({ alg: 'ES256', typ: MESSAGE_TYPES.session, kid: kid() }, claims, server.node)),
  begin: (claims: unknown) => verifyBegin(forge({ alg: 'ES256', typ: MESSAGE_TYPES.begin, jwk: phone.publicKey }, claims, phone.node), REQUEST),
  step: (claims: unknown) => stepOf(forge({ alg: 'ES256', typ: MESSAGE_TYPES.step }, claims, phone.node)),
  receipt: (claims: unknown) => receiptOf(forge({ alg: 'ES256', typ: MESSAGE_TYPES.receipt }, claims, phone.node)),
  decision: (claims: unknown) => decisionOf(forge({ alg: 'ES256', typ: MESSAGE_TYPES.decision, kid: kid() }, claims, server.node)),
}
const BEGIN = { htm: 'POST', htu: REQUEST.url, ath: hashOf(REQUEST.token), jti: 'YmVnaW4tb25lLTAwMDAwMQ' }
const GOOD = { session: SESSION, begin: BEGIN, step: STEP, receipt: RECEIPT, decision: DECISION }
const NAMES = Object.keys(GOOD) as (keyof typeof GOOD)[]

describe('a message', () => {
  it('comes back as it was signed: session token', async () => {
    const token = await signSessionToken(SESSION, serverKey)
    expect(await sessionOf(token)).toEqual({ claims: SESSION, hash: await payloadHash(token) })
  })

  it('comes back as it was signed: begin', async () => {
    const proof = await signBegin({ ...REQUEST, jti: BEGIN.jti, url: `${REQUEST.url}?a=1#b` }, device)
    expect(await verifyBegin(proof, REQUEST)).toEqual({
      claims: BEGIN,
      hash: await payloadHash(proof),
      publicKey: phone.publicKey,
      thumbprint: hashOf(`{"crv":"P-256","kty":"EC","x":"${phone.publicKey.x}","y":"${phone.publicKey.y}"}`),
    })
  })

  it('comes back as it was signed: step', async () => {
    const jws = await signStep(STEP, device)
    expect(await stepOf(jws)).toEqual({ claims: STEP, hash: await payloadHash(jws) })
  })

  it('comes back as it was signed: receipt over its steps', async () => {
    const steps = await Promise.all([1, 2, 3].map(async (n) => payloadHash(await signStep({ ...STEP, n }, device))))
    const jws = await signReceipt({ ...RECEIPT, steps }, device)
    expect(await receiptOf(jws, { steps })).toEqual({ claims: { ...RECEIPT, steps }, hash: await payloadHash(jws) })
  })

  it('comes back as it was signed: decision, at a moment and over an interval', async () => {
    const { at: _at, ...facts } = DECISION as DecisionClaims & { at: number }
    const late: DecisionClaims = { ...facts, assurance: 'deferred', interval: [NOW - 3600, NOW] }
    for (const claims of [DECISION, late]) {
      const jws = await signDecision(claims, serverKey)
      expect(await decisionOf(jws)).toEqual({ claims, hash: await payloadHash(jws) })
    }
  })

  it('has its largest form far below the limit', async () => {
    const frames = Array.from({ length: 12 }, (_, index) => hashOf(String(index)))
    expect((await signStep({ ...STEP, frames }, device)).length).toBeLessThan(1500)
  })
})

describe('claims', () => {
  it.each(NAMES)('%s: are taken when they are right', async (name) => {
    expect(await codeOf(forged[name](GOOD[name]))).toBe('accepted')
  })

  it.each(NAMES)('%s: an extra, a missing and a mistyped one are refused', async (name) => {
    const good: Record<string, unknown> = { ...GOOD[name] }
    for (const extra of ['admin', 'nbf', '__proto__', 'toString']) {
      const text = JSON.stringify(good).replace('{', `{${JSON.stringify(extra)}:1,`)
      expect(await codeOf(forged[name](text)), extra).toBe('receipt-claims')
    }
    for (const claim of Object.keys(good)) {
      const { [claim]: _gone, ...rest } = good
      expect(await codeOf(forged[name](rest)), `without ${claim}`).toBe('receipt-claims')
      for (const wrong of [null, '', 0.5, -1, true, {}, [], [good[claim]], 'x'.repeat(300), `${String(good[claim])}\n`]) {
        expect(await codeOf(forged[name]({ ...good, [claim]: wrong })), `${claim} ${JSON.stringify(wrong)}`).toBe('receipt-claims')
      }
    }
  })

  it.each(NAMES)('%s: are not signed when they would be refused', async (name) => {
    const signers = {
      session: () => signSessionToken({ ...SESSION, sid: 'short' }, serverKey),
      begin: () => signBegin({ ...REQUEST, jti: 'short' }, device),
      step: () => signStep({ ...STEP, frames: [] }, device),
      receipt: () => signReceipt({ ...RECEIPT, steps: [] }, device),
      decision: () => signDecision({ ...DECISION, seq: -1 }, serverKey),
    }
    expect(await codeOf(signers[name]())).toBe('receipt-claims')
  })

  it('of a step: 1 to 12 frames, 1 to 7 steps', async () => {
    const frames = Array.from({ length: 13 }, (_, index) => hashOf(String(index)))
    expect(await codeOf(forged.step({ ...STEP, frames }))).toBe('receipt-claims')
    expect(await codeOf(forged.step({ ...STEP, n: 8 }))).toBe('receipt-claims')
    expect(await codeOf(forged.step({ ...STEP, frames: [STEP.frames[0]!.replace(/.$/, 'B')] }))).toBe('receipt-claims')
  })

  it('of a step: which of its frames shows the action, or none', async () => {
    for (const shows of [0, 1]) expect(await codeOf(forged.step({ ...STEP, shows }))).toBe('accepted')
    const twelve = Array.from({ length: 12 }, (_, index) => hashOf(String(index)))
    expect(await codeOf(forged.step({ ...STEP, frames: twelve, shows: 11 }))).toBe('accepted')
    expect(await codeOf(forged.step({ ...STEP, frames: twelve, shows: 12 }))).toBe('receipt-claims')
    for (const shows of [2, -1, 0.5, '0', '', null, true, [0], {}, 1e300]) {
      expect(await codeOf(forged.step({ ...STEP, shows })), JSON.stringify(shows)).toBe('receipt-claims')
      expect(await codeOf(signStep({ ...STEP, shows } as never, device)), JSON.stringify(shows)).toBe('receipt-claims')
    }
  })

  it('of a step: dark is true, or is not there', async () => {
    expect(await codeOf(forged.step({ ...STEP, dark: true }))).toBe('accepted')
    for (const dark of [false, 0, 1, '', 'true', null, [true], {}]) {
      expect(await codeOf(forged.step({ ...STEP, dark })), JSON.stringify(dark)).toBe('receipt-claims')
    }
    expect(await codeOf(signStep({ ...STEP, dark: undefined } as never, device))).toBe('receipt-claims')
  })

  it('of a step: those that may be left out are kept where they stand, and leave no other claim optional', async () => {
    const full = { ...STEP, shows: 1, dark: true as const }
    const jws = await signStep(full, device)
    expect((await stepOf(jws)).claims).toEqual(full)
    for (const claim of Object.keys(STEP)) {
      const { [claim]: _gone, ...rest } = full as Record<string, unknown>
      expect(await codeOf(forged.step(rest)), `without ${claim}`).toBe('receipt-claims')
    }
    for (const [name, other] of Object.entries({ begin: BEGIN, receipt: RECEIPT, decision: DECISION, session: SESSION })) {
      for (const extra of [{ shows: 0 }, { dark: true }]) {
        expect(await codeOf(forged[name as keyof typeof forged]({ ...other, ...extra })), name).toBe('receipt-claims')
      }
    }
  })

  it('of a decision: a moment or an interval, as its assurance says', async () => {
    const { at: _at, ...rest } = DECISION as DecisionClaims & { at: number }
    const interval = [NOW - 1, NOW]
    expect(await codeOf(forged.decision({ ...rest, assurance: 'deferred', interval }))).toBe('accepted')
    expect(await codeOf(forged.decision({ ...rest, assurance: 'deferred', interval: [NOW, NOW - 1] }))).toBe('receipt-claims')
    expect(await codeOf(forged.decision({ ...rest, interval }))).toBe('receipt-claims')
    expect(await codeOf(forged.decision({ ...DECISION, interval }))).toBe('receipt-claims')
    expect(await codeOf(forged.decision({ ...DECISION, assurance: 'deferred' }))).toBe('receipt-claims')
  })

  it('of a decision: settled by an officer is admitted or refused, of a check-in, or is not there', async () => {
    const { at: _at, ...rest } = DECISION as DecisionClaims & { at: number }
    const deferred = { ...rest, assurance: 'deferred', interval: [NOW - 1, NOW] }
    for (const outcome of ['admitted', 'refused']) {
      for (const facts of [DECISION, deferred]) {
        expect(await codeOf(forged.decision({ ...facts, outcome, settled: 'officer' })), outcome).toBe('accepted')
      }
    }
    const jws = await signDecision({ ...DECISION, settled: 'officer' }, serverKey)
    expect((await decisionOf(jws)).claims).toEqual({ ...DECISION, settled: 'officer' })
    expect(await codeOf(forged.decision({ ...DECISION, outcome: 'review', settled: 'officer' }))).toBe('receipt-claims')
    expect(await codeOf(forged.decision({ ...DECISION, purpose: 'enrolment', settled: 'officer' }))).toBe('receipt-claims')
    for (const settled of ['agency', 'Officer', '', true, 1, null, ['officer'], {}]) {
      expect(await codeOf(forged.decision({ ...DECISION, settled })), JSON.stringify(settled)).toBe('receipt-claims')
    }
    expect(await codeOf(signDecision({ ...DECISION, outcome: 'review', settled: 'officer' }, serverKey))).toBe('receipt-claims')
  })

  it('are named by the fault, and what they say is not repeated', async () => {
    await expect(forged.step({ ...STEP, nonce: 'a secret nonce' })).rejects.toMatchObject({ details: { claim: 'nonce' } })
    await expect(forged.step({ ...STEP, nonce: 'a secret nonce' })).rejects.toThrow(/^(?!.*a secret)/)
    await expect(forged.step({ ...STEP, 'a\nlog line': 1 })).rejects.toMatchObject({ details: { claim: '(another name)' } })
  })
})

describe('a session token', () => {
  it('is refused from the second it expires, and where there is no time', async () => {
    const token = await signSessionToken(SESSION, serverKey)
    expect(await codeOf(sessionOf(token, { now: SESSION.exp - 1 }))).toBe('accepted')
    for (const now of [SESSION.exp, SESSION.exp + 1, NOW * 1000, Number.NaN, undefined]) {
      expect(await codeOf(sessionOf(token, { now })), String(now)).toBe('receipt-expired')
    }
    expect(await codeOf(forged.session({ ...SESSION, exp: NOW }))).toBe('receipt-claims')
  })

  it('is refused of another server, agency or tenant', async () => {
    const token = await signSessionToken(SESSION, serverKey)
    for (const other of [{ issuer: 'x' }, { audience: 'x' }, { tenant: 'x' }]) expect(await codeOf(sessionOf(token, other))).toBe('receipt-claims')
  })
})

describe('a begin proof', () => {
  it('is refused for another token, method or address', async () => {
    const proof = await signBegin({ ...REQUEST, jti: randomId() }, device)
    for (const other of [
      { token: 'b.session.token' },
      { method: 'PUT' },
      { url: 'https://absen.example/lintas/other' },
      { url: 'http://absen.example/lintas/begin' },
    ]) {
      expect(await codeOf(verifyBegin(proof, { ...REQUEST, ...other })), JSON.stringify(other)).toBe('receipt-claims')
    }
  })

  it('is refused with an address that is written another way', async () => {
    for (const htu of [
      `${REQUEST.url}?a=1`,
      `${REQUEST.url}#a`,
      'https://ABSEN.example/lintas/begin',
      'https://absen.example:443/lintas/begin',
      '/lintas/begin',
    ])
      expect(await codeOf(forged.begin({ ...BEGIN, htu })), htu).toBe('receipt-claims')
  })

  it('normalises the address that it is asked about, or says that it is none', () => {
    expect(targetOf('HTTPS://Absen.Example:443/a/../b?c#d')).toBe('https://absen.example/b')
    for (const url of ['/begin', 'javascript:1', 'https://user@absen.example/']) expect(() => targetOf(url)).toThrow(TypeError)
  })
})

describe('a step or receipt', () => {
  it('is refused of another session, step, nonce or device', async () => {
    const jws = await signStep(STEP, device)
    for (const other of [{ sid: randomId() }, { n: 2 }, { nonce: randomId() }]) expect(await codeOf(stepOf(jws, other))).toBe('receipt-claims')
    expect(await codeOf(stepOf(jws, { key: createPair().publicKey }))).toBe('receipt-signature')
    expect(await codeOf(stepOf(jws, { key: { ...phone.publicKey, d: 'x' } }))).toBeInstanceOf(TypeError)
  })

  it('is refused over other steps, another order or another manifest', async () => {
    const jws = await signReceipt(RECEIPT, device)
    const [first, second, third] = RECEIPT.steps
    for (const steps of [[], [first, second], [second, first, third], [...RECEIPT.steps, first]]) {
      expect(await codeOf(receiptOf(jws, { steps }))).toBe('receipt-claims')
    }
    expect(await codeOf(receiptOf(jws, { manifest: new TextEncoder().encode('{"series":[1]}') }))).toBe('receipt-claims')
    expect(await codeOf(receiptOf(jws, { sid: randomId() }))).toBe('receipt-claims')
  })
})

describe('a decision', () => {
  it('is refused by another agency, and for another session, subject or purpose', async () => {
    const jws = await signDecision(DECISION, serverKey)
    for (const other of [{ audience: 'bkpsdm' }, { issuer: 'x' }, { sid: randomId() }, { sub: 'subject-2' }, { purpose: 'enrolment' }]) {
      expect(await codeOf(decisionOf(jws, other)), JSON.stringify(other)).toBe('receipt-claims')
    }
  })
})

it('hashes text as UTF-8', async () => {
  expect(await hashText('Kabupaten Tangerang ✓')).toBe(hashOf('Kabupaten Tangerang ✓'))
})
