/** What presentation attack detection says. `undetermined` is a value of its own and admits nobody. */
export type PadOutcome = 'bona-fide' | 'attack' | 'undetermined'
