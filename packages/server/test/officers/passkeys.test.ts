import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as store from '../../src/storage/index.js'
import { makeDevice, makeSubject, PASSKEYS, refusal, startBench, type Bench, type Tenant, type Told } from '../api/bench.js'
import { Authenticator, type Wrong } from './authenticator.js'

const [ORIGIN = ''] = PASSKEYS.origins
let bench: Bench
let tenant: Tenant
let thumbprint = ''
beforeAll(async () => {
  bench = await startBench({}, { passkeys: { ...PASSKEYS, required: true } })
  tenant = await bench.tenant('opd-1')
  const subjectId = await makeSubject(bench, tenant)
  thumbprint = (await makeDevice()).thumbprint
  await bench.storage.transact(tenant.id, (scope) => store.noteDevice(scope, subjectId, thumbprint))
}, 30_000)
afterAll(() => bench.close())

let officers = 0
/** An officer with an API key, and, unless told otherwise, a passkey. */
async function officer(registered = true, counts = true): Promise<{ actor: string; key: string; passkey: Authenticator }> {
  officers += 1
  const actor = `petugas ${officers}`
  const key = await bench.keyOf(tenant, actor)
  const passkey = new Authenticator(counts)
  if (registered) expect((await register(key, passkey)).status).toBe(201)
  return { actor, key, passkey }
}

async function register(
  key: string,
  passkey: Authenticator,
  wrong: Wrong = {},
  named: object = {},
  headers: Record<string, string> = {},
): Promise<Told> {
  const options = await bench.ask('POST', '/v1/officers/passkeys/options', { key, json: named })
  expect(options.status).toBe(200)
  return await bench.ask('POST', '/v1/officers/passkeys', { key, headers, json: { ...named, response: passkey.create(options.body, ORIGIN, wrong) } })
}

const bodyHash = (json: unknown): string =>
  createHash('sha256')
    .update(json === undefined ? '' : JSON.stringify(json))
    .digest('hex')
const asHeader = (assertion: object): string => Buffer.from(JSON.stringify(assertion)).toString('base64url')

/** Options of an assertion for an act. */
const ceremony = (key: string, path: string, json?: unknown, method = 'POST') =>
  bench.ask('POST', '/v1/officers/assertions/options', { key, json: { method, path, bodySha256: bodyHash(json) } })

async function confirm(who: { key: string; passkey: Authenticator }, path: string, json?: unknown, wrong: Wrong = {}): Promise<string> {
  const options = await ceremony(who.key, path, json)
  expect(options.status, options.text).toBe(200)
  return asHeader(who.passkey.get(options.body, ORIGIN, wrong))
}

const bindPath = (): string => `/v1/devices/${thumbprint}/bind`
const bind = (key: string, assertion?: string, path = bindPath(), json: unknown = {}) =>
  bench.ask('POST', path, { key, json, ...(assertion === undefined ? {} : { headers: { 'x-lintas-assertion': assertion } }) })

describe('where the policy wants passkeys', () => {
  it('an officer acts with their own, and an API key alone does nothing', async () => {
    const who = await officer()
    expect(refusal(await bind(who.key))).toEqual([403, 'assertion'])
    expect((await bind(who.key, await confirm(who, bindPath(), {}))).status).toBe(200)
    const used = await bench.ask('GET', '/v1/officers/passkeys', { key: who.key })
    expect(used.body).toEqual({
      passkeys: [
        { credentialId: who.passkey.id, createdAt: expect.any(String) as string, createdBy: who.actor, lastUsedAt: expect.any(String) as string },
      ],
    })
    // To make a kiosk, and to take it back, is one as binding is.
    const subjectId = await makeSubject(bench, tenant)
    await bench.storage.transact(tenant.id, (scope) => store.noteDevice(scope, subjectId, 'tablet'))
    const kiosk = '/v1/devices/tablet/kiosk'
    for (const method of ['POST', 'DELETE']) {
      expect(refusal(await bench.ask(method, kiosk, { key: who.key, json: {} }))).toEqual([403, 'assertion'])
      const sure = asHeader(who.passkey.get((await ceremony(who.key, kiosk, {}, method)).body, ORIGIN))
      expect((await bench.ask(method, kiosk, { key: who.key, json: {}, headers: { 'x-lintas-assertion': sure } })).status).toBe(200)
    }
    // To read is no act.
    expect((await bench.ask('GET', '/v1/enrolments?state=pending', { key: who.key })).status).toBe(200)
    // To see findings is one, without a body.
    const path = '/v1/sessions/0000000000000000/findings'
    const looked = await bench.ask('GET', path, { key: who.key })
    expect(refusal(looked)).toEqual([403, 'assertion'])
    const assertion = asHeader(who.passkey.get((await ceremony(who.key, path, undefined, 'GET')).body, ORIGIN))
    expect(refusal(await bench.ask('GET', path, { key: who.key, headers: { 'x-lintas-assertion': assertion } }))).toEqual([404, 'not-found'])
  })

  it('works with a passkey that does not count', async () => {
    const who = await officer(true, false)
    for (let time = 0; time < 2; time += 1) expect((await bind(who.key, await confirm(who, bindPath(), {}))).status).toBe(200)
  })

  it.each<[what: string, wrong: Wrong]>([
    ['another origin', { origin: 'https://absen.example.go.id.evil.id' }],
    ['another domain', { rpId: 'evil.id' }],
    ['another challenge', { challenge: 'A'.repeat(43) }],
    ['the answer to a registration', { type: 'webauthn.create' }],
    ['a page inside a foreign one', { crossOrigin: true }],
    ['nobody’s presence', { flags: 0x04 }],
    ['nobody’s finger or PIN', { flags: 0x01 }],
    ['a counter that did not move on', { counter: 0 }],
    ['an unknown credential', { id: 'unknown' }],
  ])('refuses %s', async (_what, wrong) => {
    const who = await officer()
    await bind(who.key, await confirm(who, bindPath(), {}))
    expect(refusal(await bind(who.key, await confirm(who, bindPath(), {}, wrong)))).toEqual([403, 'assertion'])
    expect((await bind(who.key, await confirm(who, bindPath(), {}))).status).toBe(200)
  })

  it('refuses one twice, of any number at once, too', async () => {
    const who = await officer()
    const assertion = await confirm(who, bindPath(), {})
    const told = await Promise.all(Array.from({ length: 8 }, () => bind(who.key, assertion)))
    expect(told.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(refusal(await bind(who.key, assertion))).toEqual([403, 'assertion'])
  })

  it('refuses another officer’s, whosever challenge it answers', async () => {
    const [who, other] = [await officer(), await officer()]
    expect(refusal(await bind(who.key, await confirm(other, bindPath(), {})))).toEqual([403, 'assertion'])
    const options = await ceremony(who.key, bindPath(), {})
    const stranger = other.passkey.get(options.body, ORIGIN)
    expect(refusal(await bind(who.key, asHeader(stranger)))).toEqual([403, 'assertion'])
    const posing = other.passkey.get((await ceremony(who.key, bindPath(), {})).body, ORIGIN, { id: who.passkey.id })
    expect(refusal(await bind(who.key, asHeader(posing)))).toEqual([403, 'assertion'])
  })

  it('refuses an act that is not the one that was confirmed: address, query, method or body', async () => {
    const who = await officer()
    const path = '/v1/attendance/attestations'
    const json = { subjectId: 'nobody', direction: 'arrival', occurredAt: '2026-03-01T00:00:00Z', reason: 'r' }
    const attest = (assertion: string, body: unknown = json, to = path) => bind(who.key, assertion, to, body)
    expect(refusal(await attest(await confirm(who, path, json)))).toEqual([404, 'not-found'])
    expect(refusal(await attest(await confirm(who, path, json), { ...json, direction: 'departure' }))).toEqual([403, 'assertion'])
    expect(refusal(await attest(await confirm(who, path, json), json, `${path}?x=1`))).toEqual([403, 'assertion'])
    expect(refusal(await bind(who.key, await confirm(who, `/v1/devices/${thumbprint}/revoke`, {})))).toEqual([403, 'assertion'])
    const get = await ceremony(who.key, path, json, 'PUT')
    expect(refusal(await attest(asHeader(who.passkey.get(get.body, ORIGIN))))).toEqual([403, 'assertion'])
  })

  it('refuses what comes too late', async () => {
    const who = await officer()
    const assertion = await confirm(who, bindPath(), {})
    bench.clock.now += 121_000
    expect(refusal(await bind(who.key, assertion))).toEqual([403, 'assertion'])
  })

  it('refuses what is no assertion', async () => {
    const { key } = await officer()
    for (const text of ['x', asHeader([]), asHeader({ id: 1 }), Buffer.from('null').toString('base64url'), 'A'.repeat(9_000)]) {
      expect(refusal(await bind(key, text)), text.slice(0, 20)).toEqual([400, 'assertion-malformed'])
    }
    const parts = { id: 'x', rawId: 'x', type: 'public-key', response: { clientDataJSON: 'x', authenticatorData: 'x', signature: 'x' } }
    expect(refusal(await bind(key, asHeader(parts)))).toEqual([403, 'assertion'])
  })

  it('a second officer confirms as well', async () => {
    const [first, second] = [await officer(), await officer()]
    const path = '/v1/attendance/corrections'
    const json = { corrects: 1_000, reason: 'r', instead: null }
    const correct = async (assertion: string | undefined, other: string | undefined, shared = true) =>
      refusal(
        await bench.ask('POST', path, {
          key: first.key,
          json,
          headers: {
            ...(shared ? { 'x-lintas-second': second.key } : {}),
            ...(assertion === undefined ? {} : { 'x-lintas-assertion': assertion }),
            ...(other === undefined ? {} : { 'x-lintas-second-assertion': other }),
          },
        }),
      )
    const own = () => confirm(first, path, json)
    const others = () => confirm(second, path, json)
    expect(await correct(await own(), undefined)).toEqual([403, 'assertion'])
    expect(await correct(undefined, await others())).toEqual([403, 'assertion'])
    expect(await correct(await own(), await own())).toEqual([403, 'assertion'])
    expect(await correct(await own(), await others(), false)).toEqual([400, 'second'])
    expect(await correct(await own(), await others())).toEqual([404, 'not-found'])
  })
})

describe('a passkey', () => {
  it.each<[what: string, wrong: Wrong]>([
    ['of another origin', { origin: 'https://evil.id' }],
    ['of another domain', { rpId: 'evil.id' }],
    ['with another challenge', { challenge: 'A'.repeat(43) }],
    ['that is no registration', { type: 'webauthn.get' }],
    ['without a finger or PIN', { flags: 0x41 }],
    ['with an attestation that was not asked for', { fmt: 'packed' }],
    ['under another id', { id: 'another' }],
  ])('%s is not registered', async (_what, wrong) => {
    const { key, passkey } = await officer(false)
    expect(refusal(await register(key, passkey, wrong))).toEqual([403, 'passkey'])
    expect((await bench.ask('GET', '/v1/officers/passkeys', { key })).body).toEqual({ passkeys: [] })
  })

  it('answers a challenge once, and nobody else’s', async () => {
    const [who, other] = [await officer(false), await officer(false)]
    const options = await bench.ask('POST', '/v1/officers/passkeys/options', { key: who.key, json: {} })
    const response = who.passkey.create(options.body, ORIGIN)
    const send = (key: string) => bench.ask('POST', '/v1/officers/passkeys', { key, json: { response } })
    expect(refusal(await send(other.key))).toEqual([403, 'passkey'])
    const told = await Promise.all([send(who.key), send(who.key), send(who.key)])
    expect(told.map(({ status }) => status).sort()).toEqual([201, 403, 403])
  })

  it('that is an officer’s first takes their key; another, one that stands, or an operator', async () => {
    const who = await officer()
    expect(refusal(await register(who.key, new Authenticator()))).toEqual([403, 'assertion'])
    const further = new Authenticator()
    const options = await bench.ask('POST', '/v1/officers/passkeys/options', { key: who.key, json: {} })
    const json = { response: further.create(options.body, ORIGIN) }
    const headers = { 'x-lintas-assertion': await confirm(who, '/v1/officers/passkeys', json) }
    expect((await bench.ask('POST', '/v1/officers/passkeys', { key: who.key, headers, json })).status).toBe(201)
    expect((await register(tenant.keys.operator, new Authenticator(), {}, { actor: who.actor })).status).toBe(201)
    const held = await bench.ask('GET', '/v1/officers/passkeys', { key: who.key })
    expect(held.body['passkeys']).toHaveLength(3)
    expect((await bind(who.key, await confirm({ ...who, passkey: further }, bindPath(), {}))).status).toBe(200)
  })

  it('is registered once', async () => {
    const who = await officer()
    expect(refusal(await register(tenant.keys.operator, who.passkey, {}, { actor: who.actor }))).toEqual([409, 'passkey-known'])
    expect(refusal(await register((await officer(false)).key, who.passkey))).toEqual([409, 'passkey-known'])
  })

  it('that an operator ended confirms nothing, and the officer’s key begins anew', async () => {
    const who = await officer()
    const assertion = await confirm(who, bindPath(), {})
    const end = () => bench.ask('DELETE', `/v1/officers/passkeys/${who.passkey.id}`, { key: tenant.keys.operator })
    expect((await end()).status).toBe(200)
    expect(refusal(await end())).toEqual([404, 'not-found'])
    expect(refusal(await bind(who.key, assertion))).toEqual([403, 'assertion'])
    expect(refusal(await ceremony(who.key, bindPath(), {}))).toEqual([409, 'passkey-none'])
  })

  it('is nobody else’s to begin, but an operator’s', async () => {
    const [who, other] = [await officer(), await officer()]
    const ask = (key: string, json: object) => bench.ask('POST', '/v1/officers/passkeys/options', { key, json })
    expect(refusal(await ask(who.key, { actor: other.actor }))).toEqual([403, 'forbidden'])
    expect((await ask(tenant.keys.operator, { actor: other.actor })).status).toBe(200)
    const regency = await bench.tenant('regency', 'regency')
    expect((await ask(regency.keys.operator, { actor: other.actor, tenantId: tenant.id })).status).toBe(200)
    expect(refusal(await ask(tenant.keys.operator, { actor: other.actor, tenantId: 'regency' }))).toEqual([404, 'not-found'])
    const options = (await ask(who.key, {})).body
    expect(options).toMatchObject({ rp: { id: PASSKEYS.rpId }, attestation: 'none', excludeCredentials: [{ id: who.passkey.id }] })
  })
})

describe('where the policy wants none', () => {
  it('one that is sent is verified all the same, and a server without passkeys says so', async () => {
    for (const [passkeys, expected] of [
      [PASSKEYS, [403, 'assertion']],
      [undefined, [409, 'passkey-off']],
    ] as const) {
      const other = await startBench({}, { passkeys } as object)
      const opd = await other.tenant('opd-1')
      const ask = (headers: Record<string, string>) => other.ask('POST', '/v1/devices/x/bind', { key: opd.keys.officer, headers, json: {} })
      expect(refusal(await ask({}))).toEqual([404, 'not-found'])
      const parts = { id: 'x', rawId: 'x', type: 'public-key', response: { clientDataJSON: 'e30', authenticatorData: 'x', signature: 'x' } }
      expect(refusal(await ask({ 'x-lintas-assertion': asHeader(parts) }))).toEqual(expected)
      await other.close()
    }
  }, 20_000)
})
