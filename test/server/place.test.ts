import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OfficePlace, StepRecord } from '../../packages/core/src/check-in/index.js'
import { CommittedSession } from '../../packages/core/src/check-in/server/committed-session.js'
import { evidenceOf } from '../../packages/core/src/check-in/server/evidence-of.js'
import { Relay } from '../../packages/core/src/check-in/server/relay.js'
import { submitted } from '../../packages/core/src/check-in/server/with-offline.js'
import type { Action } from '../../packages/core/src/liveness/index.js'
import { CLAIMS, stepOf } from '../../packages/core/test/check-in/queue/fixtures.js'
import { keysInMemory } from '../../packages/core/test/check-in/server/fake-relay.js'
import { jpeg, makeSubject, startBench, type Bench, type Tenant } from '../../packages/server/test/api/bench.js'
import { parseOffices } from '../../packages/server/src/place/index.js'
import { lintasRelay } from '../../packages/server/src/relay/index.js'
import * as store from '../../packages/server/src/storage/index.js'

const ORIGIN = 'https://absen.example.go.id'
const RELAY = `${ORIGIN}/lintas-api/`
const OFFICE = '203.0.113.7'
const HOME = '192.0.2.9'

let bench: Bench
let tenant: Tenant
let relays: FastifyInstance
beforeAll(async () => {
  const offices = parseOffices(JSON.stringify({ 'opd-1': { hall: { name: 'Hall', egress: [OFFICE], code: true } } }))
  bench = await startBench({ placeRequired: true }, { offices })
  tenant = await bench.tenant('opd-1')
  relays = Fastify()
  const subjectOf = (request: { readonly headers: Readonly<Record<string, unknown>> }) => Promise.resolve(request.headers['x-test-login'] as string)
  await relays.register(lintasRelay, { prefix: '/lintas-api', server: bench.app, apiKey: tenant.keys.agency, origin: ORIGIN, subjectOf })
})
afterAll(async () => {
  await relays.close()
  await bench.close()
})

/** From which address a request comes to the relay, by its path. */
type Where = (path: string) => string

/** What a page of the agency fetches with; what the browser says of its address is nobody's word. */
function fetchOf(subjectId: string, where: Where): typeof globalThis.fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    // Nobody does an action in no time.
    bench.clock.now += 1_000
    const { body, headers } = init ?? {}
    const told = await relays.inject({
      ...{ method: 'POST', url: url.slice(ORIGIN.length), remoteAddress: where(url.slice(RELAY.length)) },
      headers: { ...Object.fromEntries(new Headers(headers)), origin: ORIGIN, 'x-test-login': subjectId, 'x-lintas-client-address': OFFICE },
      payload: typeof body === 'string' ? body : Buffer.from(body as Uint8Array),
    })
    return new Response(told.rawPayload as Uint8Array<ArrayBuffer>, { status: told.statusCode, headers: told.headers as Record<string, string> })
  }
}

/** Pictures that begin as JPEGs do, of which no two are alike. */
function done(action: Action): StepRecord {
  const { jpegs, ...step } = stepOf(action)
  return { ...step, jpegs: jpegs.map((bytes, index) => jpeg(`${Buffer.from(bytes).toString()} ${index}`)) }
}

/** A check-in with the client's own code, less the camera, over the relay; what it came to, and what the officer finds. */
async function checkIn(place: OfficePlace | undefined, where: Where): Promise<{ outcome: string; flags: readonly string[]; by: unknown }> {
  const subjectId = await makeSubject(bench, tenant)
  const relay = new Relay(RELAY, fetchOf(subjectId, where))
  const parts = { relay, key: await keysInMemory().get(), purpose: 'check-in', route: 'standard', place, offline: undefined } as const
  const session = await CommittedSession.open(parts, undefined)
  for (let action: Action | undefined = await session.begin(undefined); action !== undefined;) action = await session.commit(done(action), undefined)
  const { outcome } = await submitted(await evidenceOf(session, CLAIMS, parts.key), session, parts, undefined)
  return await bench.storage.snapshot(tenant.id, async (scope) => {
    const { findings } = (await store.findDecision(scope, session.sid))!
    const [record] = await store.listRecords(scope, { subjectId, limit: 1 })
    const { flags } = JSON.parse(findings!) as { flags: string[] }
    return { outcome, flags: flags.filter((flag) => flag.startsWith('place')), by: record?.record.kind === 'attendance' && record.record.placeBy }
  })
}

const codeNow = async (): Promise<string> => String((await bench.ask('GET', '/v1/offices/hall/code', { key: tenant.keys.officer })).body['code'])

describe('where the policy wants a place', () => {
  it('whoever is in the office throughout is admitted, from its address or with the code on its screen', async () => {
    for (const place of [undefined, { office: 'hall' }]) {
      expect(await checkIn(place, () => OFFICE)).toEqual({ outcome: 'admitted', flags: [], by: 'egress' })
    }
    expect(await checkIn({ office: 'hall', code: await codeNow() }, () => HOME)).toEqual({ outcome: 'admitted', flags: [], by: 'code' })
  })

  it.each([
    ['begins at home', 'begin', (path: string) => (path === 'session' ? OFFICE : HOME)],
    ['leaves before the evidence is sent', 'check-in', (path: string) => (path === 'check-ins' ? HOME : OFFICE)],
  ] as const)('whoever %s, with a session that somebody opened in the office, waits for an officer', async (_what, at, where) => {
    const flags = ['place-claimed', `place-lost:${at}`]
    expect(await checkIn({ office: 'hall' }, where)).toEqual({ outcome: 'review', flags, by: false })
  })

  it('a code that is wrong, or of no office, opens nothing, and says which', async () => {
    const wrong = String((Number(await codeNow()) + 1) % 1e6).padStart(6, '0')
    await expect(checkIn({ office: 'hall', code: wrong }, () => OFFICE)).rejects.toMatchObject({
      code: 'server-place',
      details: { code: 'place-code' },
    })
    await expect(checkIn({ office: 'nowhere' }, () => OFFICE)).rejects.toMatchObject({ code: 'server-place', details: { code: 'place-office' } })
  })
})
