/** What presentation attack detection says. `undetermined` is a value of its own and admits nobody. */
export type PadOutcome = 'bona-fide' | 'attack' | 'undetermined'

/** Why PAD came to its outcome. The layers of liveness add theirs here. */
export type PadReason = 'not-assessed'

/** The outcome of presentation attack detection with its reasons. */
export interface PadAssessment {
  readonly outcome: PadOutcome
  readonly reasons: readonly PadReason[]
}
