import { setTimeout as sleep } from 'node:timers/promises'
import type { StepRecord } from '../../../packages/core/src/check-in/index.js'
import { CommittedSession } from '../../../packages/core/src/check-in/server/committed-session.js'
import { evidenceOf } from '../../../packages/core/src/check-in/server/evidence-of.js'
import { Relay } from '../../../packages/core/src/check-in/server/relay.js'
import type { Action } from '../../../packages/core/src/liveness/index.js'
import { createDeviceKeys, type DeviceKey, type Purpose } from '../../../packages/core/src/receipt/index.js'
import type { AnalyserInfo } from '../../../packages/core/src/worker/index.js'
import { later } from './films.js'

/** Where a composed person's steps come from. */
export interface StepSource {
  readonly info: Pick<AnalyserInfo, 'detector' | 'files'>
  /** A film of `action` that this session has not seen yet. */
  take(action: Action): StepRecord
}

/** What somebody before a browser does, with steps that were filmed beforehand. */
export interface Attendance {
  readonly relay: string
  readonly fetch: typeof globalThis.fetch
  readonly key: DeviceKey
  readonly purpose: Purpose
  readonly source: StepSource
}

/** Evidence that is ready to be sent. */
export interface Prepared {
  readonly sid: string
  readonly relay: Relay
  readonly evidence: Uint8Array<ArrayBuffer>
  readonly actions: readonly Action[]
}

/** From the end of a step to the first frame of the next, milliseconds. */
const FRAME_MS = 125

/**
 * Does what the server asks, in as much real time as the films take, with the client's own session code; the evidence is signed and packed, not sent.
 * @throws LintasError as a browser's check-in does
 */
export async function prepare({ relay: base, fetch, key, purpose, source }: Attendance): Promise<Prepared> {
  const relay = new Relay(base, fetch)
  const route = 'standard'
  const startedAt = new Date()
  const session = await CommittedSession.open({ relay, key, purpose, route }, undefined)
  const actions: Action[] = []
  let asked: Action | undefined = await session.begin(undefined)
  let clock: { readonly beganMs: number; readonly revealedMs: number } | undefined
  let endMs = 0
  while (asked !== undefined) {
    const toldMs = performance.now()
    actions.push(asked)
    const record = after(source.take(asked), endMs)
    endMs = closingOf(record)
    const { revealedMs } = record.series
    clock ??= { beganMs: toldMs, revealedMs }
    // No film is ahead of the clock on the wall: not this step's, and not all of them together.
    const doneMs = Math.max(toldMs + (endMs - revealedMs), clock.beganMs + (endMs - clock.revealedMs))
    await sleep(Math.max(0, doneMs - performance.now()))
    asked = await session.commit(record, undefined)
  }
  const camera = { width: 640, height: 480, frameRate: 30 }
  const claims = {
    route,
    info: source.info as AnalyserInfo,
    camera,
    startedAt,
    pad: { outcome: 'bona-fide', reasons: [] },
    quality: undefined,
  } as const
  return { sid: session.sid, relay, evidence: await evidenceOf(session, claims, key), actions }
}

/** {@link prepare}, and sends it as a browser does: the same again where the server is busy. */
export async function attend(attendance: Attendance): Promise<Prepared & { readonly answer: Answer }> {
  const prepared = await prepare(attendance)
  const path = attendance.purpose === 'check-in' ? 'check-ins' : 'enrolments'
  return { ...prepared, answer: (await prepared.relay.submit(path, prepared.evidence, undefined)) as Answer }
}

/** What the server said. */
export interface Answer {
  readonly outcome?: 'admitted' | 'refused' | 'review'
  readonly next?: string
  readonly hint?: string
  readonly enrolmentId?: string
  readonly state?: 'pending'
}

function after(record: StepRecord, endMs: number): StepRecord {
  const firstMs = record.series.samples[0]?.timestampMs ?? record.series.revealedMs
  return later(record, Math.ceil(endMs + FRAME_MS - firstMs))
}

const closingOf = ({ series }: StepRecord): number => series.frames.at(-1)?.timestampMs ?? series.revealedMs

/** A device's key that lives as long as the process. */
export async function newDevice(): Promise<DeviceKey> {
  let kept: unknown
  const store = {
    get: () => Promise.resolve(kept),
    set: (choose: (kept: unknown) => unknown) => Promise.resolve((kept = choose(kept))),
    delete: () => Promise.resolve(),
  }
  return await createDeviceKeys(store).get()
}
