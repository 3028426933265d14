import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  MAX_MESSAGE_LENGTH,
  MESSAGE_TYPES,
  payloadHash,
  publicJwks,
  signDecision,
  signReceipt,
  signSessionToken,
  signStep,
  verifyBegin,
  verifyDecision,
  verifyReceipt,
  verifySessionToken,
  verifyStep,
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
  malleate,
  MANIFEST,
  NONCE,
  NOW,
  RECEIPT,
  REQUEST,
  segmentOf,
  serverKeyOf,
  SESSION,
  SID,
  STEP,
} from './fixtures.js'

const [server, phone, stranger] = [createPair(), createPair(), createPair()]
let serverKey: ServerKey
let device: DeviceKey
let jwks: Jwks

beforeAll(async () => {
  serverKey = await serverKeyOf(server)
  device = await deviceKeyOf(phone)
  jwks = publicJwks([serverKey])
})

const receiptOf = (jws: string) => codeOf(verifyReceipt(jws, { key: phone.publicKey, sid: SID, steps: RECEIPT.steps, manifest: MANIFEST }))
const stepOf = (jws: string) => codeOf(verifyStep(jws, { key: phone.publicKey, sid: SID, n: 1, nonce: NONCE }))
const beginOf = (jws: string) => codeOf(verifyBegin(jws, REQUEST))
const sessionOf = (jws: string) =>
  codeOf(verifySessionToken(jws, { jwks, issuer: SESSION.iss, audience: SESSION.aud, tenant: SESSION.tid, now: NOW }))
const decisionOf = (jws: string, keys = jwks) =>
  codeOf(verifyDecision(jws, { jwks: keys, issuer: DECISION.iss, audience: DECISION.aud, sid: SID, sub: DECISION.sub, purpose: DECISION.purpose }))

const HEADER = { alg: 'ES256', typ: MESSAGE_TYPES.receipt }
const BEGIN = { htm: 'POST', htu: REQUEST.url, ath: hashOf(REQUEST.token), jti: 'YmVnaW4tb25lLTAwMDAwMQ' }
const beginHeader = (jwk: unknown) => ({ alg: 'ES256', typ: MESSAGE_TYPES.begin, jwk })

describe('another algorithm', () => {
  const input = (alg: unknown) => `${segmentOf({ ...HEADER, alg })}.${segmentOf(RECEIPT)}`

  it('is refused: none', async () => {
    for (const alg of ['none', 'None', 'NONE', '', null, undefined]) expect(await receiptOf(`${input(alg)}.`)).toBe('receipt-algorithm')
    expect(await receiptOf(`${input('ES256')}.`)).toBe('receipt-signature')
  })

  it('is refused: HS256 under the public key', async () => {
    for (const secret of [JSON.stringify(phone.publicKey), phone.publicKey.x, '']) {
      const mac = createHmac('sha256', secret).update(input('HS256')).digest('base64url')
      expect(await receiptOf(`${input('HS256')}.${mac}`)).toBe('receipt-algorithm')
    }
  })

  it('is refused: ES256 in all but the spelling, other curves, a signature in DER', async () => {
    for (const alg of ['es256', 'ES256 ', 'ES384', 'ES256K', 'RS256', 'EdDSA', ['ES256']]) {
      expect(await receiptOf(forge({ ...HEADER, alg }, RECEIPT, phone.node))).toBe('receipt-algorithm')
    }
    const der = sign('sha256', Buffer.from(input('ES256')), phone.node).toString('base64url')
    expect(await receiptOf(`${input('ES256')}.${der}`)).toBe('receipt-signature')
  })
})

describe('another message', () => {
  it('is refused in the place of each', async () => {
    const kid = serverKey.published.kid
    const shown = {
      session: await signSessionToken(SESSION, serverKey),
      step: await signStep(STEP, device),
      receipt: await signReceipt(RECEIPT, device),
      decision: await signDecision(DECISION, serverKey),
      begin: forge(beginHeader(phone.publicKey), BEGIN, phone.node),
      untyped: forge({ alg: 'ES256', kid }, DECISION, server.node),
      plain: forge({ alg: 'ES256', typ: 'JWT', kid }, DECISION, server.node),
      capitals: forge({ alg: 'ES256', typ: 'LINTAS-decision+jwt', kid }, DECISION, server.node),
      prefixed: forge({ alg: 'ES256', typ: 'application/lintas-decision+jwt', kid }, DECISION, server.node),
    }
    const takers = { session: sessionOf, step: stepOf, receipt: receiptOf, decision: decisionOf, begin: beginOf }
    for (const [place, taker] of Object.entries(takers)) {
      for (const [name, jws] of Object.entries(shown))
        expect(await taker(jws), `${name} as ${place}`).toBe(name === place ? 'accepted' : 'receipt-type')
    }
  })
})

describe('another key', () => {
  it('is refused: a stranger’s signature', async () => {
    expect(await receiptOf(forge(HEADER, RECEIPT, stranger.node))).toBe('receipt-signature')
    expect(await decisionOf(forge({ alg: 'ES256', typ: MESSAGE_TYPES.decision, kid: serverKey.published.kid }, DECISION, stranger.node))).toBe(
      'receipt-signature',
    )
    expect(await beginOf(forge(beginHeader(phone.publicKey), BEGIN, stranger.node))).toBe('receipt-signature')
  })

  it('is refused: a device’s signature on a decision, and a server’s on a receipt', async () => {
    const kid = device.thumbprint
    expect(await decisionOf(forge({ alg: 'ES256', typ: MESSAGE_TYPES.decision, kid }, DECISION, phone.node))).toBe('receipt-key-unknown')
    expect(await receiptOf(forge(HEADER, RECEIPT, server.node))).toBe('receipt-signature')
  })

  it('is refused: a kid that is not published, no text, absent, or published twice', async () => {
    for (const kid of ['unknown', '', 1, null, ['a'], 'x'.repeat(300)]) {
      expect(await decisionOf(forge({ alg: 'ES256', typ: MESSAGE_TYPES.decision, kid }, DECISION, server.node))).toBe('receipt-key-unknown')
    }
    expect(await decisionOf(forge({ alg: 'ES256', typ: MESSAGE_TYPES.decision }, DECISION, server.node))).toBe('receipt-malformed')
    const jws = await signDecision(DECISION, serverKey)
    expect(await decisionOf(jws, { keys: [serverKey.published, serverKey.published] })).toBe('receipt-key-unknown')
  })

  it('is refused: a key set that is none, or whose key is not for this', async () => {
    const jws = await signDecision(DECISION, serverKey)
    const { published } = serverKey
    const { kid, alg, use, ...point } = published
    for (const key of [
      { ...published, use: 'enc' },
      { ...published, alg: 'ES384' },
      { ...published, d: 'x' },
      { kid, ...point },
      { ...published, x: published.y },
    ]) {
      expect(await decisionOf(jws, { keys: [key] })).toBe('receipt-key-unknown')
    }
    for (const keys of [[], [null], [1], undefined, {}])
      expect(await decisionOf(jws, { keys } as never), JSON.stringify(keys)).toBe('receipt-key-unknown')
    expect(
      await decisionOf(jws, {
        keys: [
          { kty: 'RSA', kid: 'other' },
          { ...point, kid, alg, use },
        ],
      }),
    ).toBe('accepted')
  })
})

describe('a header', () => {
  const STRAY = {
    crit: ['exp'],
    b64: false,
    jku: 'https://evil.example/jwks',
    x5u: 'https://evil.example/cert',
    x5c: ['MIIB'],
    x5t: 'abc',
    jwk: phone.publicKey,
    kid: 'a',
    cty: 'JWT',
    zip: 'DEF',
    __proto__x: 1,
  }

  it.each(Object.entries(STRAY))('with %s is refused though the right key signed it', async (name, value) => {
    const kid = serverKey.published.kid
    expect(await receiptOf(forge({ ...HEADER, [name]: value }, RECEIPT, phone.node))).toBe('receipt-malformed')
    expect(await stepOf(forge({ alg: 'ES256', typ: MESSAGE_TYPES.step, [name]: value }, STEP, phone.node))).toBe('receipt-malformed')
    if (name !== 'jwk') expect(await beginOf(forge({ ...beginHeader(phone.publicKey), [name]: value }, BEGIN, phone.node))).toBe('receipt-malformed')
    if (name === 'kid') return
    expect(await decisionOf(forge({ alg: 'ES256', typ: MESSAGE_TYPES.decision, kid, [name]: value }, DECISION, server.node))).toBe(
      'receipt-malformed',
    )
    expect(await sessionOf(forge({ alg: 'ES256', typ: MESSAGE_TYPES.session, kid, [name]: value }, SESSION, server.node))).toBe('receipt-malformed')
  })

  it('of begin is refused with a private part, another curve, a point off the curve, or more', async () => {
    const own = phone.node.export({ format: 'jwk' })
    const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' })
    const { x, y } = phone.publicKey
    const zero = 'A'.repeat(43)
    const wrong: unknown[] = [
      own,
      other,
      { ...phone.publicKey, kid: 'a' },
      { kty: 'EC', crv: 'P-256', x },
      { kty: 'oct', k: 'AAAA' },
      'jwk',
      null,
      [x, y],
    ]
    wrong.push(
      { ...phone.publicKey, x: `${x}=` },
      { ...phone.publicKey, x: `A${x}` },
      { ...phone.publicKey, y: x },
      { ...phone.publicKey, x: zero, y: zero },
    )
    for (const jwk of wrong) expect(await beginOf(forge(beginHeader(jwk), BEGIN, phone.node)), JSON.stringify(jwk)).toBe('receipt-malformed')
  })
})

describe('an altered message', () => {
  it('is refused: a claim changed under the old signature', async () => {
    const jws = await signDecision({ ...DECISION, outcome: 'refused' }, serverKey)
    const [header, , signature] = jws.split('.')
    expect(await decisionOf(`${header}.${segmentOf(DECISION)}.${signature}`)).toBe('receipt-signature')
  })

  it('is refused: parts that are not JSON, not an object, or not UTF-8', async () => {
    for (const payload of ['x', '[]', 'null', '"a"', '\uFEFF{}', '{"sid":1'])
      expect(await receiptOf(forge(HEADER, payload, phone.node))).toBe('receipt-malformed')
    for (const header of ['x', '[]', 'null', '1']) expect(await receiptOf(forge(header, RECEIPT, phone.node))).toBe('receipt-malformed')
    const [header = '', , signature = ''] = forge(HEADER, RECEIPT, phone.node).split('.')
    expect(await receiptOf(`${Buffer.from([0xff, 0xfe]).toString('base64url')}.${header}.${signature}`)).toBe('receipt-malformed')
  })

  it('is refused: padding, stray bits, white space, other alphabets, parts too few or many', async () => {
    const jws = await signReceipt(RECEIPT, device)
    const [header = '', payload = '', signature = ''] = jws.split('.')
    const stray = signature.replace(/.$/, (last) => String.fromCharCode(last.charCodeAt(0) + 1))
    const wrong = [
      `${jws}=`,
      `${jws}==`,
      ` ${jws}`,
      `${jws}\n`,
      `${header}.${payload}.${stray}`,
      `${header}=.${payload}.${signature}`,
      `${jws}.${payload}`,
    ]
    wrong.push(`${header}.${payload}`, header, '', '..', `${header}..${signature}`, `.${payload}.${signature}`, `${header}.${payload}.+/+/`)
    for (const text of wrong) expect(await receiptOf(text), text).toBe('receipt-malformed')
    for (const value of [undefined, null, 1, {}, [jws], new String(jws)]) expect(await receiptOf(value as string)).toBe('receipt-malformed')
  })

  it('is refused for its length before it is parsed', async () => {
    const long = forge(HEADER, { ...RECEIPT, jti: 'x'.repeat(MAX_MESSAGE_LENGTH) }, phone.node)
    expect(await receiptOf(long)).toBe('receipt-malformed')
    await expect(payloadHash('.'.repeat(MAX_MESSAGE_LENGTH + 1))).rejects.toThrow(/more than 16384/)
  })
})

describe('identity', () => {
  it('is one for a malleated signature, which verifies', async () => {
    const jws = await signReceipt(RECEIPT, device)
    const other = malleate(jws)
    expect(other).not.toBe(jws)
    expect([await receiptOf(jws), await receiptOf(other)]).toEqual(['accepted', 'accepted'])
    expect(await payloadHash(other)).toBe(await payloadHash(jws))
  })

  it('is one for a message that its owner signs again, and another for another payload', async () => {
    const [one, two] = [await signReceipt(RECEIPT, device), await signReceipt(RECEIPT, device)]
    expect(one).not.toBe(two)
    expect(await payloadHash(one)).toBe(await payloadHash(two))
    expect(await payloadHash(one)).toBe(hashOf(one.split('.')[1]!))
    expect(await payloadHash(await signReceipt({ ...RECEIPT, jti: 'cmVjZWlwdC10d28tMDAwMQ' }, device))).not.toBe(await payloadHash(one))
  })
})
