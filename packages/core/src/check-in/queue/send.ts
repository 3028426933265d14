import { LintasError, type ErrorDetails } from '../../errors/index.js'
import { packBundle } from '../../evidence/index.js'
import { ShapeError, shapeList, shapeNumber, shapeObject, shapePattern } from '../../options/index.js'
import { readOutcome } from '../server/answers.js'
import type { SendPorts } from './ports.js'
import { SEALED_PART_EXTRA } from './sealing.js'
import type { QueueStore } from './store.js'
import type { KeptRecord, SealedParts, SentOutcome, WaitingRequest } from './types.js'

/** What one attempt to send a check-in came to. */
export type Sent =
  | { readonly kind: 'done'; readonly outcome: SentOutcome }
  | { readonly kind: 'failed'; readonly code: string }
  /** Not now; it goes on waiting. */
  | { readonly kind: 'later'; readonly code: string; readonly retryAfterMs?: number }

type Deferred = Extract<WaitingRequest, { readonly kind: 'deferred' }>

/** Sends `record`, the same bytes at every attempt. @throws what the store throws, and the signal's reason */
export async function send(record: KeptRecord, store: QueueStore, ports: SendPorts, signal: AbortSignal | undefined): Promise<Sent> {
  const { sid, request } = record
  // What cannot be read is never sent, and what the store throws is no word of the server's.
  const parts = request.kind === 'deferred' ? await store.parts(sid) : await store.bundle(sid)
  if (parts === undefined) return { kind: 'failed', code: 'queue-damaged' }
  try {
    const answer =
      parts instanceof Uint8Array || request.kind === 'bundle'
        ? await ports.evidence(request.kind === 'bundle' ? request.path : 'check-ins', parts as Uint8Array<ArrayBuffer>, false, signal)
        : await sendDeferred(sid, request, parts, ports, signal)
    const { outcome, hint, next } = readOutcome(answer, sid)
    return { kind: 'done', outcome: { outcome, ...(hint !== undefined && { hint }), ...(next !== undefined && { next }) } }
  } catch (error) {
    signal?.throwIfAborted()
    if (!(error instanceof LintasError)) throw error
    return judged(error)
  }
}

/** Says what was done, learns which frames are wanted, and sends these. */
async function sendDeferred(
  sid: string,
  { message, receipt }: Deferred,
  { manifest, series, frames }: SealedParts,
  ports: SendPorts,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const counts = frames.map(({ length }) => length)
  const open = readOpen(await ports.deferred(message, signal), sid, counts)
  const opened = open.flatMap((indices, step) => indices.map((index) => frames[step]?.[index] ?? new Uint8Array()))
  const bundle = packBundle({ receipt, manifest, series, frames: opened }, SEALED_PART_EXTRA)
  return ports.evidence('check-ins', bundle, true, signal)
}

/** Which frames of each step are wanted. @throws LintasError `server-reply` */
function readOpen(answer: unknown, sid: string, frames: readonly number[]): readonly (readonly number[])[] {
  try {
    const { sid: named, open } = shapeObject(answer, '$', ['sid', 'open'])
    shapePattern(named, 'sid', new RegExp(`^${sid}$`), 'that of the check-in')
    return shapeList(open, 'open', frames.length, frames.length).map((indices, step) => {
      const most = frames[step] ?? 0
      return shapeList(indices, `open[${step}]`, 0, most).map((index, place) =>
        shapeNumber(index, `open[${step}][${place}]`, (value) => Number.isInteger(value) && value >= 0 && value < most, 'the index of a frame'),
      )
    })
  } catch (cause) {
    if (!(cause instanceof ShapeError)) throw cause
    throw new LintasError('server-reply', `the server's answer is not of the protocol: ${cause.path}`, { cause, details: { path: cause.path } })
  }
}

/** Statuses that pass. */
const PASSING = [408, 425, 429]

/**
 * Final is what the server says with a code of its own. A proxy's page, a portal's or nobody's answer is none: the check-in waits on. So it does for
 * somebody who is not logged in any more.
 */
function judged({ code, details }: LintasError): Sent {
  if (code === 'evidence-too-large' || code === 'evidence-malformed') return { kind: 'failed', code }
  const { status, retryAfterMs } = details
  const isFinal = code === 'server-session' && typeof status === 'number' && status >= 400 && status < 500 && !PASSING.includes(status)
  if (isFinal) return { kind: 'failed', code: problemOf(details) }
  return { kind: 'later', code, ...(typeof retryAfterMs === 'number' && { retryAfterMs }) }
}

function problemOf({ code }: ErrorDetails): string {
  return typeof code === 'string' ? code : 'server-session'
}
