import { spawnSync } from 'node:child_process'
import { createPublicKey, verify } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

/** A raw r ‖ s as the DER that OpenSSL takes: two integers without leading zeros, positive. */
function derOf(raw: Buffer): Buffer {
  const integers = [raw.subarray(0, 32), raw.subarray(32)].map((half) => {
    const short = half.subarray(half.findIndex((byte) => byte !== 0))
    const positive = (short[0] ?? 0) < 0x80 ? short : Buffer.concat([Buffer.of(0), short])
    return Buffer.concat([Buffer.of(0x02, positive.length), positive])
  })
  const body = Buffer.concat(integers)
  return Buffer.concat([Buffer.of(0x30, body.length), body])
}

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

  it('verifies what we sign, and nothing that was altered: the openssl command', ({ skip }) => {
    skip(spawnSync('openssl', ['version']).status !== 0, 'the openssl command is not here')
    const folder = mkdtempSync(join(tmpdir(), 'lintas-openssl-'))
    const at = (file: string): string => join(folder, file)
    const verified = (signed: string, signature: string, jwk: PublicJwk): boolean => {
      writeFileSync(at('key.pem'), createPublicKey({ key: { ...jwk }, format: 'jwk' }).export({ type: 'spki', format: 'pem' }))
      writeFileSync(at('signature.der'), derOf(Buffer.from(signature, 'base64url')))
      const told = spawnSync('openssl', ['dgst', '-sha256', '-verify', at('key.pem'), '-signature', at('signature.der')], { input: signed })
      return told.status === 0 && told.stdout.toString().trim() === 'Verified OK'
    }
    for (const [name, jws, jwk] of messages) {
      const [header, payload, signature = ''] = jws.split('.')
      expect(verified(`${header}.${payload}`, signature, jwk), name).toBe(true)
      expect(verified(`${header}.${payload}A`, signature, jwk), name).toBe(false)
      expect(verified(`${header}.${payload}`, signature, jwk === server.publicKey ? phone.publicKey : server.publicKey), name).toBe(false)
    }
    rmSync(folder, { recursive: true })
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
