import { LintasError } from '../../errors/index.js'
import { ROUTE_STEPS, type Action, type Route } from '../../liveness/index.js'
import { randomId, signBegin, type DeviceKey, type Purpose } from '../../receipt/index.js'
import type { StepRecord } from '../recording/index.js'
import { readBegun, readSession, readTaken, type AskedStep, type OpenedSession } from './answers.js'
import type { Relay } from './relay.js'
import { stepMessage } from './step-message.js'
import type { OfficePlace } from './types.js'

/** A frame that the server wants to see. */
export interface OpenedFrame {
  /** From 1. */
  readonly step: number
  /** Among the frames that the step committed to. */
  readonly index: number
  readonly sha256: string
  readonly jpeg: Uint8Array<ArrayBuffer>
}

/** A step that the server took. */
export interface CommittedStep {
  /** Identity of the message. */
  readonly hash: string
  readonly series: Uint8Array<ArrayBuffer>
  readonly seriesSha256: string
  readonly opened: readonly OpenedFrame[]
}

/** What a {@link CommittedSession} is of. */
export interface SessionParts {
  readonly relay: Relay
  /** The same for all messages of the session. */
  readonly key: DeviceKey
  readonly purpose: Purpose
  readonly route: Route
  readonly place?: OfficePlace | undefined
}

/**
 * A session at the server: opened, begun, and its steps committed to one after the other, each before the server says which of its frames it wants.
 * Frames that nobody asked for are forgotten.
 */
export class CommittedSession {
  readonly #parts: SessionParts
  readonly #opened: OpenedSession
  readonly #steps: CommittedStep[] = []
  #asked: AskedStep | undefined

  /** @throws LintasError `server-*` */
  static async open(parts: SessionParts, signal: AbortSignal | undefined): Promise<CommittedSession> {
    const { relay, purpose, place } = parts
    const asked = { purpose, ...(place && { place }) }
    return new CommittedSession(parts, readSession(await relay.send('session', asked, signal)))
  }

  private constructor(parts: SessionParts, opened: OpenedSession) {
    this.#parts = parts
    this.#opened = opened
  }

  get sid(): string {
    return this.#opened.sid
  }

  /** Those that the server took, in order. */
  get steps(): readonly CommittedStep[] {
    return this.#steps
  }

  /** Proves the device's key; gives the first action. The server counts the attempt. @throws LintasError `server-*`, `attempts-limited` */
  async begin(signal: AbortSignal | undefined): Promise<Action> {
    const { relay, route, key } = this.#parts
    const { sid, token } = this.#opened
    const path = `sessions/${sid}/begin`
    const proof = await signBegin({ token, method: 'POST', url: relay.urlOf(path), jti: randomId() }, key)
    this.#asked = readBegun(await relay.send(path, { token, proof, route }, signal), route, ROUTE_STEPS[route])
    return this.#asked.action
  }

  /** Commits to a step that has ended; gives the next action, undefined after the last. @throws LintasError `server-*`, `evidence-*` */
  async commit(record: StepRecord, signal: AbortSignal | undefined): Promise<Action | undefined> {
    const { relay, route, key } = this.#parts
    const { sid } = this.#opened
    const asked = this.#asked
    if (asked?.action !== record.series.action) throw new LintasError('unexpected', 'a step that the server did not ask for was recorded')
    const { n, nonce } = asked
    const { message, hash, series, seriesSha256, frames } = await stepMessage(record, { sid, n, nonce }, key)
    const { open, next } = readTaken(await relay.send(`sessions/${sid}/steps/${n}`, { message }, signal), route, n, frames.length)
    const opened = open.map((index) => ({ step: n, index, ...committedTo(record, frames, index) }))
    this.#steps.push({ hash, series, seriesSha256, opened })
    this.#asked = next
    return next?.action
  }
}

function committedTo({ jpegs }: StepRecord, frames: readonly string[], index: number): Pick<OpenedFrame, 'sha256' | 'jpeg'> {
  const [jpeg, sha256] = [jpegs[index], frames[index]]
  if (jpeg === undefined || sha256 === undefined) throw new RangeError(`the step has no frame ${index}`)
  return { jpeg, sha256 }
}
