import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../packages/server/src/config/index.js'
import type { StepRecord } from '../../packages/core/src/check-in/index.js'
import type { Action, MotionSample } from '../../packages/core/src/liveness/index.js'
import { randomId } from '../../packages/core/src/receipt/index.js'
import { createLintasServer, type LintasServer } from '../../packages/server/src/server.js'
import { createVerifier } from '../../packages/server/src/verification/index.js'
import { activeReference, createTenant, issueApiKey } from '../../packages/server/src/storage/index.js'
import { openKeyring, openTemplate } from '../../packages/server/src/vault/index.js'
import {
  Agency,
  allFilms,
  attend,
  filmed,
  MODELS,
  newDevice,
  PORTRAITS,
  RELAY,
  type Answer,
  type Films,
  type Portrait,
  type Send,
} from './composed-person/index.js'
import { seedSubject, TENANT } from './process/index.js'

/** The films take some minutes the first time, so test:long alone runs this. */
const rounds = Number(process.env['LINTAS_COMPOSED_ROUNDS'] ?? 0)

/** What was asked of somebody, and what the server found. */
type Told = Readonly<Record<string, unknown>> & { readonly actions: readonly Action[]; readonly reasons: readonly string[] }

describe.skipIf(rounds === 0)('a composed person before the whole server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lintas-composed-'))
  let films: Films
  let server: LintasServer | undefined
  let agency: Agency
  const enrolled = new Map<Portrait, string>()
  const performed = new Map<Portrait, readonly Action[]>()
  const keys = new Map<string, ReturnType<typeof newDevice>>()

  beforeAll(async () => {
    films = await allFilms((line) => void console.log(line))
    const verifier = createVerifier({ models: MODELS, workers: 0 })
    await verifier.ready
    const made = await createLintasServer(readConfig({ LINTAS_DATA: folder }), { log: false, verifier })
    server = made
    agency = await made.storage.transact(TENANT, async (scope) => {
      await createTenant(scope, { kind: 'agency', name: TENANT, timeZone: 'Asia/Jakarta' })
      const [own, officer] = [await issueApiKey(scope, 'agency', 'a'), await issueApiKey(scope, 'officer', 'o', 'officer-1')]
      return new Agency(inject, { agency: own.token, officer: officer.token })
    })
  }, 1_800_000)
  afterAll(async () => {
    await server?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const inject: Send = async ({ method, path, headers, body }) => {
    const payload = body === undefined ? {} : { payload: typeof body === 'string' ? body : Buffer.from(body) }
    const {
      statusCode,
      rawPayload,
      headers: told,
    } = await server!.app.inject({ method: method as 'POST', url: path, headers: { ...headers }, ...payload })
    return new Response(statusCode === 204 ? null : new Uint8Array(rawPayload), {
      status: statusCode,
      headers: { 'content-type': String(told['content-type']) },
    })
  }

  async function attends(
    subjectId: string,
    portrait: Portrait,
    purpose: 'check-in' | 'enrolment',
    turn: number,
    forge: (record: StepRecord, nth: number) => StepRecord = (record) => record,
  ): Promise<{ answer: Answer; told: Told }> {
    const honest = filmed(films, portrait, turn)
    let nth = 0
    const source = { ...honest, take: (action: Action) => forge(honest.take(action), (nth += 1)) }
    const key = keys.get(subjectId) ?? newDevice()
    keys.set(subjectId, key)
    const fetch = agency.relayFor(subjectId)
    const { sid, answer, actions, evidence } = await attend({ relay: RELAY, fetch, key: await key, purpose, source })
    const { findings } = (await agency.ask('GET', `/v1/sessions/${sid}/findings`, undefined, 'officer')) as { findings: Record<string, unknown> }
    const { layers, pad, comparison, quality, timingsMs, flags } = findings
    const reasons = findings['reasons'] as readonly string[]
    return { answer, told: { portrait, actions, bytes: evidence.length, reasons, layers, pad, comparison, quality, timingsMs, flags } }
  }

  it.each(['obama', 'biden'] as const)('enrols %s, whom an officer approves', async (portrait) => {
    const subjectId = await agency.newSubject()
    const { answer, told } = await attends(subjectId, portrait, 'enrolment', 0)
    expect(answer, JSON.stringify(told)).toMatchObject({ state: 'pending' })
    await agency.ask('POST', `/v1/enrolments/${String(answer.enrolmentId)}/approve`, { seen: 'person' }, 'officer')
    const { thumbprint } = await keys.get(subjectId)!
    await agency.ask('POST', `/v1/devices/${thumbprint}/bind`, undefined, 'officer')
    enrolled.set(portrait, subjectId)
    performed.set(portrait, told.actions)
  })

  /** Somebody new with the reference that `portrait` enrolled: puppets of one portrait are one picture, and twice the same picture is a replay. */
  async function twinOf(portrait: Portrait): Promise<string> {
    const keyring = await openKeyring({ kind: 'folder', folder })
    const subjectId = `twin-${randomId()}`
    await server!.storage.transact(TENANT, async (scope) => {
      const reference = await activeReference(scope, enrolled.get(portrait)!)
      const key = newDevice()
      keys.set(subjectId, key)
      await seedSubject(scope, keyring, { subjectId, template: openTemplate(keyring, reference!), thumbprint: (await key).thumbprint })
    })
    return subjectId
  }

  it(`admits them, ${rounds} times`, async () => {
    const outcomes: string[] = []
    const portraits = Array.from({ length: rounds }, (_, round) => PORTRAITS[round % PORTRAITS.length]!)
    for (const [round, portrait] of portraits.entries()) {
      // Of him there are two portraits, of other years.
      const { answer, told } = await attends(await twinOf(portrait === 'obama3' ? 'obama' : portrait), portrait, 'check-in', round)
      outcomes.push(answer.outcome ?? '')
      if (answer.outcome !== 'admitted') console.log(JSON.stringify(told))
    }
    expect(outcomes).toEqual(portraits.map(() => 'admitted'))
  }, 1_200_000)

  it('refuses another face', async () => {
    const other = await attends(await twinOf('biden'), 'obama', 'check-in', 1)
    expect(other.answer.outcome).toBe('refused')
    expect(other.told).toMatchObject({ reasons: ['comparison:non-match'] })
  }, 60_000)

  // Chance draws the actions, and a replay is known by two of them: the very films of before are sent until it asks for two that were shown.
  it('refuses the same pictures as soon as two of their actions were shown before, and not sooner', async () => {
    const shown = new Set(performed.get('biden'))
    for (let tries = 1; tries <= 8; tries += 1) {
      const { answer, told } = await attends(enrolled.get('biden')!, 'biden', 'check-in', 0)
      const known = [...new Set(told.actions)].filter((action) => shown.has(action)).length
      if (known >= 2) {
        expect(answer).toEqual({ outcome: 'refused', next: 'again' })
        expect(told).toMatchObject({ reasons: ['replayed'] })
        return
      }
      expect(answer.outcome, JSON.stringify(told)).toBe('admitted')
      for (const action of told.actions) shown.add(action)
    }
    throw new Error('eight sessions without two actions of before')
  }, 300_000)

  it.each<readonly [string, string, (record: StepRecord, nth: number) => StepRecord]>([
    ['a series that tells of another head', 'evidence-landmarks', (record) => withSamples(record, turned)],
    ['frames of rest in place of those of the action', 'action-unseen', atRest],
    ['another person in the second step', 'person-changed', (record, nth) => (nth === 2 ? otherFilm('biden', record) : record)],
    ['another action under the name of the one asked for', 'evidence-action', (record) => renamed(otherFilm('obama', record), record)],
  ])(
    'refuses with honest hashes %s',
    async (_what, reason, forge) => {
      const { answer, told } = await attends(await twinOf('obama'), 'obama', 'check-in', 1, forge)
      expect(answer.outcome).toBe('refused')
      expect(told.reasons).toContain(reason)
    },
    60_000,
  )

  /** The film of `who` that answers the action of `record`; of the same person, of another action. */
  function otherFilm(who: Portrait, { series: { action } }: StepRecord): StepRecord {
    const instead = who === 'biden' ? action : action === 'look-up' ? 'look-down' : 'look-up'
    return films.steps.find((film) => film.portrait === who && film.action === instead)!.record
  }
})

const withSamples = (record: StepRecord, change: (sample: MotionSample) => MotionSample): StepRecord => ({
  ...record,
  series: { ...record.series, samples: record.series.samples.map(change) },
})

/** Landmarks drawn towards the left, the further the deeper they lie: a turn of some ten degrees. */
function turned(sample: MotionSample): MotionSample {
  const { landmarks, pose } = sample
  if (landmarks === undefined || pose === undefined) return sample
  const moved = landmarks.map((value, at) => (at % 3 === 0 ? value + 0.25 * (landmarks[at + 2] ?? 0) : value))
  return { ...sample, landmarks: moved, pose: { ...pose, yaw: pose.yaw + 15 } }
}

/** Every frame is the closing one, and told to be of its size. */
function atRest({ series, jpegs, ...rest }: StepRecord): StepRecord {
  const [mark, jpeg] = [series.frames.at(-1)!, jpegs.at(-1)!]
  return { ...rest, series: { ...series, frames: series.frames.map(({ timestampMs }) => ({ ...mark, timestampMs })) }, jpegs: jpegs.map(() => jpeg) }
}

const renamed = (record: StepRecord, { series: { action } }: StepRecord): StepRecord => ({ ...record, series: { ...record.series, action } })
