import { describe, expect, it } from 'vitest'
import {
  createKeySource,
  generateServerKey,
  keyIdOf,
  publicJwks,
  signDecision,
  signReceipt,
  verifyDecision,
  type Jwks,
} from '../../src/receipt/index.js'
import { codeOf, createPair, DECISION, deviceKeyOf, RECEIPT, SID } from './fixtures.js'

const MINUTE = 60_000

/** A server whose keys a test may change, and a clock that stands still until it is moved. */
function staged(...kids: string[]) {
  const state = { jwks: { keys: kids.map((kid) => ({ kid })) } as Jwks, fetches: 0, clock: 1_000_000, fault: undefined as Error | undefined }
  const fetch = async (): Promise<Jwks> => {
    state.fetches += 1
    await Promise.resolve()
    if (state.fault !== undefined) throw state.fault
    return state.jwks
  }
  return Object.assign(state, { source: createKeySource({ fetch, now: () => state.clock }) })
}

describe('a key source', () => {
  it('fetches once for however many ask, at once and later', async () => {
    const stage = staged('a', 'b')
    await Promise.all([stage.source.get('a'), stage.source.get('b'), stage.source.get(), stage.source.get('unknown')])
    for (const kid of ['a', 'b', undefined]) expect(await stage.source.get(kid)).toBe(stage.jwks)
    expect(stage.fetches).toBe(1)
  })

  it('fetches anew for a key that it does not know, and finds it', async () => {
    const stage = staged('a')
    await stage.source.get('a')
    stage.jwks = { keys: [{ kid: 'a' }, { kid: 'b' }] }
    expect(await stage.source.get('b')).toBe(stage.jwks)
    expect(await stage.source.get('b')).toBe(stage.jwks)
    expect(stage.fetches).toBe(2)
  })

  it('fetches once in five minutes however many key ids are made up', async () => {
    const stage = staged('a')
    await stage.source.get('a')
    for (let index = 0; index < 100; index += 1) {
      expect(await stage.source.get(`made up ${index}`)).toBe(stage.jwks)
      stage.clock += 2_999
    }
    expect(stage.fetches).toBe(2)
    stage.clock = 1_000_000 + 5 * MINUTE
    await Promise.all(['x', 'y', 'z'].map((kid) => stage.source.get(kid)))
    expect(stage.fetches).toBe(3)
  })

  it('counts a fetch that failed, tells it to whoever caused it, and keeps what it had', async () => {
    const stage = staged('a')
    await stage.source.get('a')
    stage.fault = new Error('no network')
    await expect(stage.source.get('b')).rejects.toBe(stage.fault)
    expect(await stage.source.get('b')).toBe(stage.jwks)
    expect(await stage.source.get('a')).toBe(stage.jwks)
    expect(stage.fetches).toBe(2)
  })

  it('begins again after a first fetch that failed', async () => {
    const stage = staged('a')
    stage.fault = new Error('no network')
    await expect(stage.source.get('a')).rejects.toBe(stage.fault)
    stage.fault = undefined
    expect(await stage.source.get('a')).toBe(stage.jwks)
  })

  it('does not keep a withdrawn key beyond a day, nor for ever where the clock is set back', async () => {
    for (const moved of [24 * 60 * MINUTE, -48 * 60 * MINUTE]) {
      const stage = staged('a')
      await stage.source.get('a')
      stage.jwks = { keys: [{ kid: 'b' }] }
      stage.clock += moved
      expect(await stage.source.get('a')).toBe(stage.jwks)
    }
  })

  it('does not keep what is no key set', async () => {
    for (const wrong of [undefined, null, '<html>', {}, { keys: {} }, { keys: 'a' }]) {
      const stage = staged('a')
      const good = stage.jwks
      stage.jwks = wrong as never
      expect(await codeOf(stage.source.get('a')), JSON.stringify(wrong)).toBe('receipt-key-unknown')
      stage.jwks = good
      expect(await stage.source.get('a')).toBe(good)
    }
    const odd = staged()
    odd.jwks = { keys: [null, 1, 'a', { kid: 'a' }] as never }
    expect(await odd.source.get('a')).toBe(odd.jwks)
  })

  it('serves a decision signed with a key that came later, found by the id in its header', async () => {
    const [old, next] = [await generateServerKey(), await generateServerKey()]
    let jwks = publicJwks([old])
    const source = createKeySource({ fetch: () => Promise.resolve(jwks) })
    const verify = async (jws: string) =>
      verifyDecision(jws, {
        jwks: await source.get(keyIdOf(jws)),
        issuer: DECISION.iss,
        audience: DECISION.aud,
        sid: SID,
        sub: DECISION.sub,
        purpose: DECISION.purpose,
      })
    expect(await codeOf(verify(await signDecision(DECISION, old)))).toBe('accepted')
    jwks = publicJwks([next, old])
    expect(await codeOf(verify(await signDecision(DECISION, next)))).toBe('accepted')
    expect(await codeOf(verify(await signDecision(DECISION, await generateServerKey())))).toBe('receipt-key-unknown')
    expect(keyIdOf(await signReceipt(RECEIPT, await deviceKeyOf(createPair())))).toBeUndefined()
    expect(await codeOf(verify('not a message'))).toBe('receipt-malformed')
  })
})
