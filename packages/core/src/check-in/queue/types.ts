import type { Route } from '../../liveness/index.js'
import type { NextAct } from '../server/types.js'

/** What `POST deferred` is told; the same at every repeat. */
export interface DeferredMessage {
  readonly nonce: string
  /** Begin proof over the nonce, made with the check-in: its `jti` comes again with every repeat, and single use rests on the nonce. */
  readonly proof: string
  readonly route: Route
  /** Signed step messages, in order. */
  readonly steps: readonly string[]
  /** Of the sealed parts, sealed to the server. */
  readonly contentKey: string
}

/** How a check-in that waits is to be sent. */
export type WaitingRequest =
  /** Made without a network. */
  | { readonly kind: 'deferred'; readonly message: DeferredMessage; readonly receipt: string; readonly day: string }
  /** Made in a session of the server's, and cut off while the evidence was sent: complete and signed, sent as it is. */
  | { readonly kind: 'bundle'; readonly path: 'check-ins' | 'enrolments' }

/** Sealed parts of a check-in that was made without a network; candidates of each step, in order, since nobody has said yet which are wanted. */
export interface SealedParts {
  readonly manifest: Uint8Array<ArrayBuffer>
  readonly series: readonly Uint8Array<ArrayBuffer>[]
  readonly frames: readonly (readonly Uint8Array<ArrayBuffer>[])[]
}

/** What the server said in the end. */
export interface SentOutcome {
  readonly outcome: 'admitted' | 'refused' | 'review' | 'pending'
  readonly hint?: string
  readonly next?: NextAct
}

/** Where a kept check-in stands. */
export type KeptState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'done'; readonly outcome: SentOutcome }
  /** The server will not take it, or it cannot be read again. `code`: the server's, or a LintasError's. */
  | { readonly kind: 'failed'; readonly code: string }

/** A check-in that is kept, without its parts. */
export interface KeptRecord {
  readonly schema: 'lintas-waiting/1'
  readonly sid: string
  readonly subject: string
  /** Rises by one with every check-in of this device. No clock: that may be set back. */
  readonly order: number
  /** By this device's clock: told, never decisive. Milliseconds since 1970. */
  readonly sinceMs: number
  readonly request: WaitingRequest
  readonly state: KeptState
}

/** A check-in that is to be kept. */
export type NewRecord = Omit<KeptRecord, 'schema' | 'order' | 'state'>

/** A kept check-in as a page is told of it. */
export type QueueEntry = {
  readonly sid: string
  /** ISO 8601, by this device's clock. */
  readonly since: string
  /** Since then by this device's clock, milliseconds, never less than 0. */
  readonly ageMs: number
  /** Made without a network (`deferred`), or cut off while it was sent. */
  readonly kind: WaitingRequest['kind']
} & KeptStateTold

type KeptStateTold =
  { readonly state: 'waiting' } | { readonly state: 'done'; readonly outcome: SentOutcome } | { readonly state: 'failed'; readonly code: string }
