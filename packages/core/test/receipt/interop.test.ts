import { spawnSync } from 'node:child_process'
import { createPublicKey, verify } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  MESSAGE_TYPES,
  publicJwks,
  signBegin,
  signDecision,
  signReceipt,
  verifyDecision,
  verifyReceipt,
  type PublicJwk,
} from '../../src/receipt/index.js'
import { codeOf, createPair, DECISION, deviceKeyOf, forge, MANIFEST, RECEIPT, REQUEST, serverKeyOf, SID } from './fixtures.js'

const [server, phone] = [createPair(), createPair()]
const messages: [name: string, jws: string, key: PublicJwk][] = []

beforeAll(async () => {
  const device = await deviceKeyOf(phone)
  messages.push(['decision', await signDecision(DECISION, await serverKeyOf(server)), server.publicKey])
  messages.push(['receipt', await signReceipt(RECEIPT, device), phone.publicKey])
  messages.push(['begin', await signBegin({ ...REQUEST, jti: 'YmVnaW4tb25lLTAwMDAwMQ' }, device), phone.publicKey])
})

describe('what is not jose', () => {
  it('verifies what we sign: node:crypto', () => {
    for (const [name, jws, jwk] of messages) {
      const [header, payload, signature = ''] = jws.split('.')
      const key = createPublicKey({ key: { ...jwk }, format: 'jwk' })
      const bytes = Buffer.from(signature, 'base64url')
      expect(verify('sha256', Buffer.from(`${header}.${payload}`), { key, dsaEncoding: 'ieee-p1363' }, bytes), name).toBe(true)
    }
  })

  it('signs what we verify: node:crypto, with white space and escapes of its own', async () => {
    const serverKey = await serverKeyOf(server)
    const kid = serverKey.published.kid
    const expectation = {
      jwks: publicJwks([serverKey]),
      issuer: DECISION.iss,
      audience: DECISION.aud,
      sid: SID,
      sub: DECISION.sub,
      purpose: DECISION.purpose,
    }
    const payload = JSON.stringify(DECISION, undefined, 2).replace('lintas.example', 'lintas\\u002eexample')
    const jws = forge(JSON.stringify({ kid, typ: MESSAGE_TYPES.decision, alg: 'ES256' }, undefined, 1), payload, server.node)
    expect((await verifyDecision(jws, expectation)).claims).toEqual(DECISION)
    const receipt = forge({ alg: 'ES256', typ: MESSAGE_TYPES.receipt }, RECEIPT, phone.node)
    expect(await codeOf(verifyReceipt(receipt, { key: phone.publicKey, sid: SID, steps: RECEIPT.steps, manifest: MANIFEST }))).toBe('accepted')
  })

  it('verifies what we sign and signs what we verify: PyJWT', async ({ skip }) => {
    const python = (code: string, input: object) => spawnSync('python3', ['-c', code], { input: JSON.stringify(input), encoding: 'utf8' })
    skip(python('import jwt.algorithms; jwt.algorithms.ECAlgorithm', {}).status !== 0, 'PyJWT with cryptography is not importable here')
    const verifying = `
import json, sys, jwt
given = json.load(sys.stdin)
key = jwt.algorithms.ECAlgorithm.from_jwk(json.dumps(given['jwk']))
print(json.dumps(jwt.decode(given['jws'], key, algorithms=['ES256'], audience='diskominfo', options={'verify_iat': False})))`
    const { stdout } = python(verifying, { jws: messages[0]![1], jwk: server.publicKey })
    expect(JSON.parse(stdout)).toEqual(DECISION)
    const signing = `
import json, sys, jwt
given = json.load(sys.stdin)
print(jwt.encode(given['claims'], given['pem'], algorithm='ES256', headers={'typ': given['typ']}), end='')`
    const signed = python(signing, { claims: RECEIPT, pem: phone.pem, typ: MESSAGE_TYPES.receipt }).stdout
    expect(await codeOf(verifyReceipt(signed, { key: phone.publicKey, sid: SID, steps: RECEIPT.steps, manifest: MANIFEST }))).toBe('accepted')
  })
})
