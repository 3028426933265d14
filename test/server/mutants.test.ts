import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Attempt, makeDevice, makeSubject, startBench, type Bench, type Tenant } from '../../packages/server/test/api/bench.js'
import { bindDevice, findSession, noteDevice } from '../../packages/server/src/storage/index.js'
import { mutated, MUTATIONS, type Mutation } from './mutants.js'

/** In test:long 10,000. */
const MUTANTS = Number(process.env['LINTAS_MUTANTS'] ?? 400)
const SEED = 20_261_124
/** Evidence that is not as committed ends a session at the third time: a session serves until one is left. */
const MOST_COUNTED = 2
/** Take turns, so that nobody begins more than ten times an hour, nor more than 40 times a day. */
const PEOPLE = 48
/** From one session to the next, milliseconds. */
const APART_MS = 50_000
/** A session that waits for longer is over soon. */
const OLD_MS = 480_000

type Bytes = Uint8Array<ArrayBuffer>

/** A session whose evidence is ready. */
interface Ready {
  readonly attempt: Attempt
  readonly bundle: Bytes
  readonly madeMs: number
}

describe(`${MUTANTS} mutated bundles`, () => {
  let bench: Bench
  let tenant: Tenant
  let people: readonly { readonly subjectId: string; readonly device: Awaited<ReturnType<typeof makeDevice>> }[]
  const codes = new Map<string, number>()
  let [sent, sessions, admitted] = [0, 0, 0]

  beforeAll(async () => {
    // The verifier would admit whatever reached it.
    bench = await startBench()
    tenant = await bench.tenant('opd')
    people = await Promise.all(
      Array.from({ length: PEOPLE }, async () => {
        const [subjectId, device] = [await makeSubject(bench, tenant), await makeDevice()]
        await bench.storage.transact(tenant.id, async (scope) => {
          await noteDevice(scope, subjectId, device.thumbprint)
          await bindDevice(scope, device.thumbprint, { actor: 'officer-1', how: 'officer' })
        })
        return { subjectId, device }
      }),
    )
  })
  afterAll(() => bench.close())

  async function ready(): Promise<Ready> {
    const { subjectId, device } = people[sessions % PEOPLE]!
    sessions += 1
    bench.clock.now += APART_MS
    const attempt = await new Attempt(bench, tenant, device).run(subjectId)
    return { attempt, bundle: await attempt.bundle(), madeMs: bench.clock.now }
  }

  /** The session, or another where it is used up. */
  async function fresh(session: Ready): Promise<Ready> {
    if ((await countedIn(session)) < MOST_COUNTED && bench.clock.now - session.madeMs < OLD_MS) return session
    await conclude(session)
    return await ready()
  }

  async function countedIn({ attempt }: Ready): Promise<number> {
    const session = await bench.storage.snapshot(tenant.id, (scope) => findSession(scope, attempt.sid))
    return session?.submissions ?? Infinity
  }

  /** What was spoilt was refused, and the session is none the worse: its own evidence is taken. */
  async function conclude({ attempt, bundle }: Ready): Promise<void> {
    const before = bench.seen.length
    const told = await attempt.submit(bundle)
    expect([told.status, told.body]).toEqual([200, { outcome: 'admitted', next: 'done' }])
    expect(bench.seen.length).toBe(before + 1)
    admitted += 1
  }

  async function send(session: Ready, bytes: Bytes, mutation: Mutation): Promise<void> {
    const before = bench.seen.length
    const told = await session.attempt.submit(bytes)
    sent += 1
    const name = `${told.status} ${String(told.body['code'])}`
    codes.set(name, (codes.get(name) ?? 0) + 1)
    const where = JSON.stringify(mutation)
    expect(told.status, `${where} ${told.text}`).toBeGreaterThanOrEqual(400)
    expect(told.status, `${where} ${told.text}`).toBeLessThan(500)
    expect(bench.seen.length, where).toBe(before)
  }

  it(
    'are refused, none reaches the verification, and the session’s own evidence is taken after them',
    async () => {
      let [session, foreign] = [await ready(), await ready()]
      for (const mutation of fc.sample(MUTATIONS, { numRuns: Math.ceil(MUTANTS * 1.15), seed: SEED })) {
        if (sent >= MUTANTS) break
        const bytes = mutated(session.bundle, mutation, foreign.bundle)
        if (bytes === undefined) continue
        await send(session, bytes, mutation)
        ;[session, foreign] = [await fresh(session), await fresh(foreign)]
      }
      for (const one of [session, foreign]) await conclude(one)
      expect(sent).toBe(MUTANTS)
      console.log(`${sent} mutants in ${sessions} sessions, ${admitted} then admitted; reached the verification: 0; ${told(codes)}`)
    },
    60_000 + MUTANTS * 60,
  )
})

const told = (codes: ReadonlyMap<string, number>): string => [...codes].map(([name, count]) => `${name} ${count}`).join(', ')
