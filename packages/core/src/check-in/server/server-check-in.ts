import { LintasError } from '../../errors/index.js'
import { ROUTES, policyOf, type Action, type PadAssessment, type PadPolicy, type PadPreset, type Route } from '../../liveness/index.js'
import { checkChoice, checkKeys, checkNumber, checkText } from '../../options/index.js'
import { PURPOSES, createDeviceKeys, openDeviceKeyStore, type DeviceKeys, type Purpose } from '../../receipt/index.js'
import type { QualityAssessment } from '../../quality/index.js'
import type { AgreementLimits } from '../../reference/index.js'
import { untilAborted, type AnalyserInfo } from '../../worker/index.js'
import { framesOf } from '../frames-of.js'
import { knownLimits } from '../limits.js'
import { LivenessRun } from '../liveness-run.js'
import { EvidenceRecorder, type StepRecord } from '../recording/index.js'
import { OneAtATime, runSession, type FrameFeed, type SessionSteps } from '../session.js'
import type { OfflineQueue } from '../queue/offline-queue.js'
import type { Assurance, RunOptions, SessionPhase } from '../types.js'
import { CommittedSession } from './committed-session.js'
import { evidenceOf } from './evidence-of.js'
import { paced } from './paced.js'
import { Relay } from './relay.js'
import type { OfficePlace, ServerCheckIn, ServerCheckInOptions, ServerOutcome } from './types.js'
import { counted, mayGoOn, openAny, submitted, type AnySession, type OpeningParts } from './with-offline.js'

const KEYS = ['analyser', 'timeoutMs', 'relay', 'deviceKeys', 'camera', 'policy', 'agreementLimits', 'offline', 'fetch'] as const

/** Longer than the challenge's own limit, which is told as what it is. */
const TIMEOUT_MS = 150_000

/** The options, checked. */
interface Settings {
  readonly options: ServerCheckInOptions
  readonly relay: Relay
  readonly keys: DeviceKeys
  readonly policy: PadPreset | PadPolicy
  readonly known: AgreementLimits
  readonly timeoutMs: number
}

/** One run. */
interface Going {
  readonly source: HTMLVideoElement | FrameFeed
  readonly run: RunOptions
  readonly purpose: Purpose
  readonly route: Route
  readonly place: OfficePlace | undefined
}

/**
 * A check-in or enrolment over the agency's relay: the server draws the actions, repeats the line on the frames that it asks for, and decides.
 * @throws TypeError that names a wrong option
 * @throws LintasError `server-origin` for a relay that is not on the page's origin
 */
export function createServerCheckIn(options: ServerCheckInOptions): ServerCheckIn {
  const settings = checked(options)
  const turn = new OneAtATime()
  return {
    run: (source, run = {}) =>
      turn.run(async () => {
        const purpose = checkChoice('purpose', run.purpose, 'check-in', PURPOSES)
        const route = checkChoice('route', run.route, 'standard', Object.keys(ROUTES) as Route[])
        const place = checkPlace(run.place)
        const told = toldOnce(run)
        const outcome = await attend(settings, { source, run: told, purpose, route, place })
        told.onPhase?.('done')
        return outcome
      }),
  }
}

function checked(options: ServerCheckInOptions): Settings {
  checkKeys('createServerCheckIn', options, KEYS)
  const policy = options.policy ?? 'standard'
  policyOf(policy)
  return {
    ...{ options, policy, relay: new Relay(options.relay, options.fetch) },
    keys: options.deviceKeys ?? createDeviceKeys(openDeviceKeyStore()),
    known: knownLimits(options.agreementLimits),
    timeoutMs: checkNumber('timeoutMs', options.timeoutMs, TIMEOUT_MS, { min: 1000, max: 300_000 }),
  }
}

const OFFICE = /^[a-z0-9][a-z0-9-]{0,62}$/
const CODE = /^\d{6}$/

/** What the server would not read is told here, and counts as no attempt. */
function checkPlace(place: OfficePlace | undefined): OfficePlace | undefined {
  if (place === undefined) return undefined
  checkKeys('place', place, ['office', 'code'])
  const { office, code } = place
  if (!OFFICE.test(checkText('place.office', office))) throw new TypeError('place.office must be the id of an office')
  if (code === undefined) return { office }
  if (!CODE.test(checkText('place.code', code))) throw new TypeError('place.code must have six digits')
  return { office, code }
}

async function attend(settings: Settings, going: Going): Promise<ServerOutcome> {
  const { run, purpose, route, place } = going
  const { relay, keys, options } = settings
  run.onPhase?.('loading')
  run.signal?.throwIfAborted()
  const key = await untilAborted(keys.get(), run.signal)
  const parts: OpeningParts = { relay, key, purpose, route, place, offline: options.offline }
  const [info, session] = await Promise.all([untilAborted(options.analyser.ready, run.signal), openAny(parts, run.signal)])
  try {
    const outcome = await attempted(settings, going, { info, session, parts })
    await counted(options.offline, outcome.outcome)
    return outcome
  } catch (error) {
    // The session's own id, read late: without a network it is known when it begins.
    if (isForOfficer(error)) return { outcome: 'refused', next: 'assisted', sid: session.sid, assurance: assuranceOf(session) }
    if (await mayGoOn(error, session, parts))
      return { outcome: 'again', reason: 'network', next: 'again', sid: session.sid, assurance: 'client-asserted' }
    throw error
  }
}

/** A session that is open, and what it was opened with. */
interface Opened {
  readonly info: AnalyserInfo
  readonly session: AnySession
  readonly parts: OpeningParts
}

async function attempted(settings: Settings, going: Going, { info, session, parts }: Opened): Promise<ServerOutcome> {
  const { run, route } = going
  const startedAt = new Date()
  const { liveness, complete } = await challenge(settings, going, info, session)
  const pad = await liveness.judge(settings.policy)
  const { camera, quality } = liveness
  if (!complete) return refusedHere(session.sid, pad, quality)
  const claims = { route, info, camera, startedAt, pad, quality }
  if (session instanceof CommittedSession) return submitted(await evidenceOf(session, claims, parts.key), session, parts, run.signal)
  const sinceMs = parts.offline?.seam.now() ?? Date.now()
  await session.finish(claims, sinceMs)
  parts.offline?.seam.poke()
  return { outcome: 'waiting', next: 'wait', since: new Date(sinceMs).toISOString(), sid: session.sid, assurance: 'deferred' }
}

function assuranceOf(session: AnySession): Assurance {
  return session instanceof CommittedSession ? 'server-verified' : 'client-asserted'
}

/** Leads the person through the server's actions; `complete` when all were done and the server took every step. */
async function challenge(
  { options, known, timeoutMs }: Settings,
  { source, run, purpose, route }: Going,
  info: AnalyserInfo,
  session: AnySession,
): Promise<{ readonly liveness: LivenessRun; readonly complete: boolean }> {
  const recorder = new EvidenceRecorder()
  const asking = new AbortController()
  const drawAction = (): Promise<Action> => nextAction(session, options.offline, recorder.take(), asking.signal)
  const drawing = { drawAction, ...(options.camera && { camera: options.camera }) }
  const liveness = new LivenessRun({ options: drawing, limits: limitsOf(info, known), route, run, source, recorder })
  const stopWatching = liveness.watchPage()
  try {
    const feed = paced(typeof source === 'function' ? source : framesOf(source), () => liveness.challenge.phase !== 'idle')
    const end = await runSession(feed, { analyser: options.analyser, timeoutMs, ...stepsOf(liveness, purpose) }, run)
    run.onPhase?.('comparing')
    const last = end === 'complete' && liveness.challenge.phase === 'passed' ? recorder.take() : undefined
    if (last !== undefined && (await session.commit(last, run.signal)) !== undefined)
      throw unlike('the server asks for more actions than the route has')
    return { liveness, complete: last !== undefined }
  } finally {
    stopWatching()
    // A question that is still open when the session has ended needs no answer.
    asking.abort()
  }
}

async function nextAction(
  session: AnySession,
  offline: OfflineQueue | undefined,
  ended: StepRecord | undefined,
  signal: AbortSignal,
): Promise<Action> {
  const action = ended === undefined ? await session.begin(signal) : await session.commit(ended, signal)
  // Without a network it was counted before it was allowed.
  if (ended === undefined && session instanceof CommittedSession) await counted(offline, 'begun')
  if (action === undefined) throw unlike('the server asks for fewer actions than the route has')
  return action
}

/** A reference is compared with for years: of an enrolment the frontal frames must be better. */
function stepsOf(liveness: LivenessRun, purpose: Purpose): Pick<SessionSteps, 'check' | 'ask' | 'see' | 'hint' | 'phase'> {
  const { steps } = liveness
  return purpose === 'check-in' ? steps : { ...steps, ask: () => ({ ...steps.ask(), requirements: 'strict' }) }
}

/** Whatever the analyser embeds may tell whether one person stood there throughout; what is compared is the server's affair. */
function limitsOf({ spaces }: AnalyserInfo, known: AgreementLimits): AgreementLimits {
  return Object.fromEntries(
    spaces.map((space) => {
      const limit = known[space]
      if (limit === undefined) throw new TypeError(`agreementLimits must have a limit for ${space}: none is known`)
      return [space, limit]
    }),
  )
}

/** The challenge failed before the camera: nothing is sent. */
function refusedHere(sid: string, { hint: padHint }: PadAssessment, quality: QualityAssessment | undefined): ServerOutcome {
  const hint = padHint ?? quality?.reasons[0]
  return { outcome: 'refused', ...(hint !== undefined && { hint }), next: 'again', sid, assurance: 'client-asserted' }
}

/** Too many failures: trying again is of no use, and an officer is. An outcome, not a fault. */
function isForOfficer(error: unknown): boolean {
  return error instanceof LintasError && error.code === 'attempts-limited' && error.details['code'] === 'assisted'
}

function unlike(message: string): LintasError {
  return new LintasError('server-reply', message)
}

/** Tells a phase when it changes: the session and its opening both begin with `loading`. */
function toldOnce(run: RunOptions): RunOptions {
  const { onPhase } = run
  if (onPhase === undefined) return run
  let told: SessionPhase | undefined
  const once = (phase: SessionPhase): void => {
    if (phase === told) return
    told = phase
    onPhase(phase)
  }
  return { ...run, onPhase: once }
}
