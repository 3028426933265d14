import type { Analyser, PadHint, QualityReason, Route, RunOptions } from '@lintas/core'
import type { Purpose } from '@lintas/core/receipt'

/** Options of `createServerCheckIn`. */
export interface ServerCheckInOptions {
  readonly analyser: Analyser
  readonly relay: string | URL
}

/** What a server's answer comes to. */
export interface ServerOutcome {
  readonly outcome: 'admitted' | 'refused' | 'review' | 'pending'
  readonly hint?: PadHint | QualityReason
  readonly next?: 'done' | 'again' | 'wait' | 'assisted'
  readonly sid: string
  readonly retryAfterMs?: number
}

/** A check-in or enrolment that a server decides. */
export interface ServerCheckIn {
  run(source: HTMLVideoElement, options: RunOptions & { readonly purpose: Purpose; readonly route?: Route }): Promise<ServerOutcome>
}
