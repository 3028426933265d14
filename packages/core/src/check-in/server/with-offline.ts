import { LintasError } from '../../errors/index.js'
import type { DeviceKey, Purpose } from '../../receipt/index.js'
import type { Route } from '../../liveness/index.js'
import type { OfflineQueue } from '../queue/offline-queue.js'
import type { OfflineSession } from '../queue/offline-session.js'
import { readOutcome } from './answers.js'
import { CommittedSession } from './committed-session.js'
import type { Relay } from './relay.js'
import type { OfficePlace, ServerOutcome } from './types.js'

/** A session at the server, or one that does without. */
export type AnySession = CommittedSession | OfflineSession

/** What a session is opened with. */
export interface OpeningParts {
  readonly relay: Relay
  readonly key: DeviceKey
  readonly purpose: Purpose
  readonly route: Route
  readonly place?: OfficePlace | undefined
  readonly offline: OfflineQueue | undefined
}

/** A session at the server; where nobody answers, one from the pack. @throws LintasError `server-*`, `attempts-limited`, `queue-pack` */
export async function openAny({ offline, ...parts }: OpeningParts, signal: AbortSignal | undefined): Promise<AnySession> {
  const { key, route, purpose } = parts
  // An enrolment is approved by an officer who has the network.
  if (offline === undefined || purpose !== 'check-in') return CommittedSession.open(parts, signal)
  if (isWithoutNetwork()) return offline.seam.session(key, route)
  try {
    return await CommittedSession.open(parts, signal)
  } catch (error) {
    if (!isNetworkFault(error)) throw error
    return offline.seam.session(key, route)
  }
}

/** The browser knows that there is no network. That there is one it only believes. */
function isWithoutNetwork(): boolean {
  return typeof navigator !== 'undefined' && (navigator as Partial<Navigator>).onLine === false
}

/** Sends evidence of a session; with a queue it is kept first, and waits there when nobody answers. */
export async function submitted(
  evidence: Uint8Array<ArrayBuffer>,
  { sid }: CommittedSession,
  { relay, purpose, offline }: OpeningParts,
  signal: AbortSignal | undefined,
): Promise<ServerOutcome> {
  const path = purpose === 'check-in' ? 'check-ins' : 'enrolments'
  const seam = offline?.seam
  // A device that keeps nothing can send all the same.
  const kept = await seam?.keep(sid, path, evidence).then(
    () => true,
    () => false,
  )
  const sinceMs = seam?.now() ?? 0
  try {
    const outcome = readOutcome(await relay.submit(path, evidence, signal), sid)
    if (kept === true) await seam?.told(sid).catch(() => undefined)
    return outcome
  } catch (error) {
    signal?.throwIfAborted()
    if (kept !== true) throw error
    if (isNetworkFault(error) || isBusy(error)) {
      seam?.poke()
      return { outcome: 'waiting', next: 'wait', since: new Date(sinceMs).toISOString(), sid, assurance: 'client-asserted' }
    }
    // The person is told of it by this very fault.
    await seam?.told(sid).catch(() => undefined)
    throw error
  }
}

/** Whether the run is to be made once more, without the network that went. */
export async function mayGoOn(error: unknown, session: AnySession, { purpose, offline }: OpeningParts): Promise<boolean> {
  const isCut = session instanceof CommittedSession && purpose === 'check-in' && isNetworkFault(error)
  return isCut && offline !== undefined && (await offline.left()) > 0
}

/** Keeps count of attempts on this device, so that the count is there when the network is not. What the store says of it is of no account. */
export async function counted(offline: OfflineQueue | undefined, what: 'begun' | ServerOutcome['outcome']): Promise<void> {
  if (offline === undefined || what === 'waiting' || what === 'again') return
  const { limits } = offline.seam
  const counting = what === 'begun' ? limits.begin(true) : limits.ended(what === 'refused' ? 'failure' : 'success')
  await counting.then(
    () => undefined,
    () => undefined,
  )
}

function isNetworkFault(error: unknown): boolean {
  return error instanceof LintasError && error.code === 'server-network'
}

function isBusy(error: unknown): boolean {
  return error instanceof LintasError && error.code === 'server-busy'
}
