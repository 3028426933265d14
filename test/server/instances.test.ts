import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ABSENT, isHere, startPostgres, VERSIONS, type Server } from '../../packages/server/test/storage/postgres-server.js'
import { randomId, signBegin, signStep, type DeviceKey, type StepClaims } from '../../packages/core/src/receipt/index.js'
import { Agency, attend, newDevice, overHttp, prepare, quick, RELAY, type AgencyKeys, type Prepared, type Send } from './composed-person/index.js'
import { anyTemplate, buildServer, headOf, readLedger, seed, startServer, type ServerEnvironment, type ServerProcess } from './process/index.js'

const [{ bin }] = VERSIONS
const INSTANCES = 3
/** In test:long more. */
const PEOPLE = Number(process.env['LINTAS_INSTANCE_PEOPLE'] ?? 24)
const LIMITED = ['begins', 'refused-1']

if (!isHere(bin)) console.log(`three instances on one database: skipped, PostgreSQL is ${ABSENT}`)

/** Begins at whoever `agency` asks, with a key of its own. */
async function begin(agency: Agency, subjectId: string, sid: string, token: string): Promise<Response> {
  const url = `${RELAY}sessions/${sid}/begin`
  const proof = await signBegin({ token, method: 'POST', url, jti: randomId() }, await newDevice())
  return await agency.relayFor(subjectId)(url, { body: JSON.stringify({ token, proof, route: 'standard' }) })
}

/** As many messages as `message`, that commit to something else. */
async function altered(message: string, key: DeviceKey, count: number): Promise<readonly string[]> {
  const claims = JSON.parse(Buffer.from(message.split('.')[1] ?? '', 'base64url').toString('utf8')) as StepClaims
  return await Promise.all(Array.from({ length: count }, (_, shows) => signStep({ ...claims, shows }, key)))
}

describe.skipIf(!isHere(bin))('three instances on one database', () => {
  let postgres: Server | undefined
  let environment: ServerEnvironment
  let keys: AgencyKeys
  let servers: ServerProcess[] = []
  const folder = mkdtempSync(join(tmpdir(), 'lintas-instances-'))
  const names = Array.from({ length: PEOPLE }, (_, index) => `person-${index}`)
  const everyone = [...names, ...Array.from({ length: 8 }, (_, index) => `racer-${index}`), ...LIMITED]
  const heads: ReturnType<typeof headOf>[] = []
  const admitted: string[] = []

  beforeAll(async () => {
    postgres = await startPostgres(bin)
    environment = { DATABASE_URL: postgres.url, LINTAS_DATA: folder }
    keys = await seed(
      environment,
      everyone.map((subjectId) => ({ subjectId, template: anyTemplate() })),
    )
    const script = await buildServer()
    servers = await Promise.all(Array.from({ length: INSTANCES }, () => startServer(script, environment)))
  }, 60_000)
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.end('SIGKILL')))
    await postgres?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const living = (): readonly ServerProcess[] => servers.filter(({ process: { exitCode, signalCode } }) => exitCode === null && signalCode === null)
  const at = (instance: number): Send => overHttp(servers[instance]!.address)
  let turn = 0
  /** Each message to the next instance, as a load balancer does that knows who is there. */
  const balanced: Send = async (message) => {
    const send = (): Promise<Response> => overHttp(living()[turn++ % living().length]!.address)(message)
    // A browser asks again by itself; so does an agency's backend that wants a session, which is another one then, or a decision.
    const isAgencys = message.method === 'GET' || message.path === '/v1/sessions'
    return await send().catch((error: unknown) => {
      if (isAgencys && error instanceof TypeError) return send()
      throw error
    })
  }
  const everywhere = <T>(ask: (agency: Agency) => Promise<T>): Promise<T[]> =>
    Promise.all(servers.map((_, instance) => ask(new Agency(at(instance), keys))))

  async function prepared(subjectId: string): Promise<Prepared> {
    const fetch = new Agency(balanced, keys).relayFor(subjectId)
    return await prepare({ relay: RELAY, fetch, key: await newDevice(), purpose: 'check-in', source: quick(subjectId) })
  }
  const submitAt = (agency: Agency, subjectId: string, { evidence }: Prepared): Promise<Response> =>
    agency.relayFor(subjectId)(`${RELAY}check-ins`, { body: evidence })
  async function note(sid: string): Promise<void> {
    const { decision } = await new Agency(balanced, keys).ask('GET', `/v1/sessions/${sid}/decision`)
    heads.push(headOf(String(decision)))
    admitted.push(sid)
  }

  it('decides once however many get the same evidence at once, and tells all the same', async () => {
    const racers = everyone.filter((name) => name.startsWith('racer-')).slice(0, 4)
    await Promise.all(
      racers.map(async (subjectId) => {
        const one = await prepared(subjectId)
        const answers = await everywhere((agency) => submitAt(agency, subjectId, one))
        expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
        expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1)
        await note(one.sid)
      }),
    )
  })

  it('takes a step’s nonce once: of several messages at once one is taken', async () => {
    await Promise.all(
      ['racer-4', 'racer-5'].map(async (subjectId) => {
        const statuses: number[] = []
        let raced = false
        const usual = new Agency(balanced, keys).relayFor(subjectId)
        const key = await newDevice()
        // The first step goes to all at once, each time with another commitment.
        const racing: typeof globalThis.fetch = async (input, init) => {
          if (raced || !(input as string).endsWith('/steps/1')) return await usual(input, init)
          raced = true
          const { message } = JSON.parse(init?.body as string) as { message: string }
          const others = await altered(message, key, INSTANCES - 1)
          const all = [init?.body as string, ...others.map((other) => JSON.stringify({ message: other }))]
          const answers = await Promise.all(all.map((body, instance) => new Agency(at(instance), keys).relayFor(subjectId)(input, { ...init, body })))
          statuses.push(...answers.map(({ status }) => status))
          return answers.find(({ ok }) => ok) ?? answers[0]!
        }
        await prepare({ relay: RELAY, fetch: racing, key, purpose: 'check-in', source: quick(subjectId) }).catch(() => undefined)
        expect([...statuses].sort()).toEqual([200, 409, 409])
      }),
    )
  })

  it('binds a session to one of several keys that begin at once', async () => {
    const subjectId = 'racer-6'
    const { sid, token } = await new Agency(at(0), keys).ask('POST', '/v1/sessions', { subjectId, purpose: 'check-in' })
    const answers = await everywhere(async (agency) => await begin(agency, subjectId, String(sid), String(token)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
  })

  it('counts attempts together: each begin gives up the one before, once, and a delay comes after five failures', async () => {
    const begins = await Promise.all(
      Array.from({ length: 24 }, async (_, index) => {
        const agency = new Agency(at(index % INSTANCES), keys)
        const { sid, token } = await agency.ask('POST', '/v1/sessions', { subjectId: 'begins', purpose: 'check-in' })
        return (await begin(agency, 'begins', String(sid), String(token))).status
      }),
    )
    // The sixth finds the fifth given up; had one been counted twice there would be fewer.
    expect(begins.filter((status) => status === 200)).toHaveLength(5)
    expect(begins.filter((status) => status === 429)).toHaveLength(19)
    const key = await newDevice()
    const outcomes: unknown[] = []
    // One after another: whoever begins anew gives up what they had begun.
    for (let index = 0; index < 5; index += 1) {
      const fetch = new Agency(at(index % INSTANCES), keys).relayFor('refused-1')
      const { answer } = await attend({ relay: RELAY, fetch, key, purpose: 'check-in', source: quick(`refused-1 ${index}`) })
      outcomes.push(answer.outcome)
    }
    expect(outcomes).toEqual(Array.from({ length: 5 }, () => 'refused'))
    const after = await everywhere(async (agency) => {
      const { sid, token } = await agency.ask('POST', '/v1/sessions', { subjectId: 'refused-1', purpose: 'check-in' })
      return (await begin(agency, 'refused-1', String(sid), String(token))).status
    })
    expect(after).toEqual([429, 429, 429])
  })

  it('loses nothing that was acknowledged when one is killed under load', async () => {
    const going = names.map(async (subjectId, index) => {
      await sleep(index * 40)
      const fetch = new Agency(balanced, keys).relayFor(subjectId)
      const { sid, answer } = await attend({ relay: RELAY, fetch, key: await newDevice(), purpose: 'check-in', source: quick(subjectId) })
      expect(answer).toEqual({ outcome: 'admitted', next: 'done' })
      await note(sid)
    })
    const ended = Promise.allSettled(going)
    await sleep(1_400)
    const decided = admitted.length
    await servers[1]!.end('SIGKILL')
    // Most were before the camera when it died.
    expect(decided).toBeLessThan(4 + PEOPLE / 2)
    const results = await ended
    // Whoever's message the dead one had asks again, and another instance answers.
    expect(results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []))).toEqual([])
    const { intact, sids } = await readLedger(environment, heads)
    expect(intact).toBe(true)
    expect([...sids].sort()).toEqual([...admitted].sort())
    expect(admitted).toHaveLength(PEOPLE + 4)
  })
})
