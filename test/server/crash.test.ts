import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Agency, newDevice, overHttp, prepare, quick, RELAY, type AgencyKeys, type Answer, type Prepared } from './composed-person/index.js'
import { anyTemplate, buildServer, headOf, readLedger, seed, startServer, type ServerEnvironment, type ServerProcess } from './process/index.js'

/** In test:long ten or more. */
const ROUNDS = Number(process.env['LINTAS_CRASH_ROUNDS'] ?? 1)
const PEOPLE = 14
/** Of them before the camera when the server dies. */
const LATE = 3

/** Evidence as it was sent, and what was answered. */
interface Sent extends Prepared {
  readonly subjectId: string
  /** Absent where the server died before it answered. */
  readonly answer?: Answer
}

describe('a server with an embedded database that is killed under load', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lintas-crash-'))
  const environment: ServerEnvironment = { LINTAS_DATA: folder }
  const everyone = Array.from({ length: ROUNDS * PEOPLE }, (_, index) => `person-${index}`)
  const heads: ReturnType<typeof headOf>[] = []
  const sent: Sent[] = []
  let keys: AgencyKeys
  let script: string
  let server: ServerProcess | undefined
  let [acknowledged, lost, unsent] = [0, 0, 0]

  beforeAll(async () => {
    keys = await seed(
      environment,
      everyone.map((subjectId) => ({ subjectId, template: anyTemplate() })),
    )
    script = await buildServer()
  }, 60_000)
  afterAll(async () => {
    await server?.end('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })

  const agency = (): Agency => new Agency(overHttp(server!.address), keys)
  async function submit({ subjectId, evidence }: Pick<Sent, 'subjectId' | 'evidence'>): Promise<Answer> {
    const response = await agency().relayFor(subjectId)(`${RELAY}check-ins`, { body: evidence })
    expect(response.status).toBe(200)
    return (await response.json()) as Answer
  }

  const prepared = async (subjectId: string): Promise<Prepared> =>
    prepare({ relay: RELAY, fetch: agency().relayFor(subjectId), key: await newDevice(), purpose: 'check-in', source: quick(subjectId) })

  /** Sends it; where the server dies under it, it waits. */
  async function sendUntilKilled(subjectId: string, ready: Prepared): Promise<void> {
    const answer = await submit({ subjectId, evidence: ready.evidence }).catch((error: unknown) => {
      if (!(error instanceof TypeError)) throw error
      return undefined
    })
    sent.push({ ...ready, subjectId, ...(answer && { answer }) })
    if (answer !== undefined) acknowledged += 1
  }

  /** People before the camera, others whose evidence is under way, and in the midst of it the end of the process. */
  async function attendUntilKilled(people: readonly string[], most: number): Promise<void> {
    const [late, early] = [people.slice(0, LATE), people.slice(LATE)]
    const ready = await Promise.all(early.map(async (subjectId) => [subjectId, await prepared(subjectId)] as const))
    const before = acknowledged
    const acting = late.map((subjectId) => prepared(subjectId).catch(() => void (unsent += 1)))
    const sending = ready.map(async ([subjectId, one], index) => {
      await sleep(index * 15)
      await sendUntilKilled(subjectId, one)
    })
    while (acknowledged < before + most) await sleep(2)
    await server?.end('SIGKILL')
    await Promise.all([...acting, ...sending])
  }

  /** What was answered before is answered again, and what was not is answered now. */
  async function settle(): Promise<void> {
    for (const [index, one] of sent.entries()) {
      const answer = await submit(one)
      if (one.answer === undefined) lost += 1
      expect(answer).toEqual(one.answer ?? { outcome: 'admitted', next: 'done' })
      sent[index] = { ...one, answer }
      if (heads[index] !== undefined) continue
      const { decision } = await agency().ask('GET', `/v1/sessions/${one.sid}/decision`)
      heads[index] = headOf(String(decision))
    }
  }

  it(
    `has every acknowledged check-in exactly once, and gives repeats the stored answer (${ROUNDS} rounds)`,
    async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        server = await startServer(script, environment)
        const people = everyone.slice(round * PEOPLE, (round + 1) * PEOPLE)
        // Each round elsewhere: before the first answer, after the last but one, and between.
        await attendUntilKilled(people, (round * 5 + 3) % (PEOPLE - LATE))
        server = await startServer(script, environment)
        await settle()
        await server.end('SIGKILL')
        const { intact, sids } = await readLedger(environment, heads)
        expect(intact).toBe(true)
        expect([...sids].sort()).toEqual(sent.map(({ sid }) => sid).sort())
      }
      console.log(
        `${ROUNDS} kills: ${sent.length} check-ins, ${acknowledged} acknowledged before the kill, ${lost} after; ${unsent} broken off before the camera`,
      )
    },
    30_000 + ROUNDS * 30_000,
  )
})
