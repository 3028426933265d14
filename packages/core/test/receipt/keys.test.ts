import { createHash, createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { exportServerKey, generateServerKey, importServerKey, publicJwks, signDecision, verifyDecision, type Jwks } from '../../src/receipt/index.js'
import { codeOf, createPair, DECISION, SID } from './fixtures.js'

const decide = (jws: string, jwks: Jwks) =>
  codeOf(verifyDecision(jws, { jwks, issuer: DECISION.iss, audience: DECISION.aud, sid: SID, sub: DECISION.sub, purpose: DECISION.purpose }))

describe('a server’s key', () => {
  it('is published under its thumbprint, without its private part', async () => {
    const { published } = await generateServerKey()
    const { x, y, ...rest } = published
    const kid = createHash('sha256').update(`{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`).digest('base64url')
    expect(rest).toEqual({ kty: 'EC', crv: 'P-256', kid, alg: 'ES256', use: 'sig' })
  })

  it('comes back from PKCS#8 and from a JWK', async () => {
    const key = await generateServerKey()
    const pem = await exportServerKey(key)
    const jwk = createPrivateKey(pem).export({ format: 'jwk' }) as never
    for (const source of [pem, jwk]) {
      const again = await importServerKey(source)
      expect(again.published).toEqual(key.published)
      expect(await decide(await signDecision(DECISION, again), publicJwks([key]))).toBe('accepted')
    }
  })

  it('is refused when it is none, and not repeated', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey
    const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const pems = [other, rsa].map((key) => key.export({ type: 'pkcs8', format: 'pem' }) as string)
    const wrong = [...pems, 'secret', '', createPair().publicKey, other.export({ format: 'jwk' }), { kty: 'oct', k: 'AAAA' }, null, undefined]
    for (const source of wrong)
      await expect(importServerKey(source as string)).rejects.toThrow(
        new TypeError('source must be a private P-256 key, as PKCS#8 in PEM or as a JWK'),
      )
  })
})

describe('a key set', () => {
  it('holds the key in use, one ahead and one retired, each once', async () => {
    const [retired, current, ahead] = [await generateServerKey(), await generateServerKey(), await generateServerKey()]
    const jwks = publicJwks([current, ahead, retired.published, current.published])
    expect(jwks.keys).toEqual([current, ahead, retired].map(({ published }) => published))
    for (const key of [retired, current, ahead]) expect(await decide(await signDecision(DECISION, key), jwks)).toBe('accepted')
    expect(await decide(await signDecision(DECISION, ahead), publicJwks([current]))).toBe('receipt-key-unknown')
  })

  it('copies no private part, whatever it is given', async () => {
    const { published } = await generateServerKey()
    expect(publicJwks([{ ...published, d: 'secret' } as typeof published]).keys).toEqual([published])
  })
})
