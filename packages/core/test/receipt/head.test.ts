import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { MESSAGE_TYPES, payloadHash, publicJwks, signDecision, signLedgerHead, verifyLedgerHead, type HeadClaims } from '../../src/receipt/index.js'
import { codeOf, createPair, DECISION, forge, hashOf, malleate, NOW, serverKeyOf } from './fixtures.js'

const server = createPair()
const HEAD: HeadClaims = { iss: 'lintas.example', tid: 'diskominfo', day: '2026-11-24', seq: 7, head: hashOf('row 7'), iat: NOW }
let key: Awaited<ReturnType<typeof serverKeyOf>>
beforeAll(async () => {
  key = await serverKeyOf(server)
})

const headOf = (jws: string, more: object = {}) => verifyLedgerHead(jws, { jwks: publicJwks([key]), issuer: HEAD.iss, tenant: HEAD.tid, ...more })
const forged = (claims: unknown, typ: string = MESSAGE_TYPES.head) =>
  headOf(forge({ alg: 'ES256', typ, kid: key.published.kid }, claims, server.node))

describe('a signed head', () => {
  it('comes back as it was signed, of an empty ledger too', async () => {
    for (const claims of [HEAD, { ...HEAD, seq: 0 }]) {
      const jws = await signLedgerHead(claims, key)
      expect(await headOf(jws)).toEqual({ claims, hash: await payloadHash(jws) })
      expect(await codeOf(headOf(malleate(jws)))).toBe('accepted')
    }
  })

  it('is refused of another issuer or tenant, of another key, and in another message’s clothes', async () => {
    const jws = await signLedgerHead(HEAD, key)
    expect(await codeOf(headOf(jws, { issuer: 'x' }))).toBe('receipt-claims')
    expect(await codeOf(headOf(jws, { tenant: 'bkpsdm' }))).toBe('receipt-claims')
    expect(await codeOf(headOf(jws, { jwks: publicJwks([await serverKeyOf(createPair())]) }))).toBe('receipt-key-unknown')
    expect(await codeOf(headOf(await signDecision(DECISION, key)))).toBe('receipt-type')
    expect(await codeOf(forged(HEAD, MESSAGE_TYPES.decision))).toBe('receipt-type')
  })

  it('has these claims and no others', async () => {
    expect(await codeOf(forged(HEAD))).toBe('accepted')
    expect(await codeOf(forged({ ...HEAD, extra: 1 }))).toBe('receipt-claims')
    for (const claim of Object.keys(HEAD)) {
      const { [claim]: _gone, ...rest } = HEAD as unknown as Record<string, unknown>
      expect(await codeOf(forged(rest)), claim).toBe('receipt-claims')
      for (const wrong of [null, '', 0.5, -1, true, [], 'x'.repeat(300)]) {
        expect(await codeOf(forged({ ...HEAD, [claim]: wrong })), `${claim} ${JSON.stringify(wrong)}`).toBe('receipt-claims')
      }
    }
    expect(await codeOf(signLedgerHead({ ...HEAD, seq: -1 }, key))).toBe('receipt-claims')
  })

  it('is of a day that exists', async () => {
    for (const day of ['2026-02-29', '2026-04-31', '2026-13-01', '2026-00-10', '26-01-01', '2026-1-1', '2026-01-01T00']) {
      expect(await codeOf(forged({ ...HEAD, day })), day).toBe('receipt-claims')
    }
    const days = fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10))
    await fc.assert(
      fc.asyncProperty(days, async (day) => {
        expect(await codeOf(forged({ ...HEAD, day }))).toBe('accepted')
      }),
      { numRuns: 30 },
    )
  })
})
