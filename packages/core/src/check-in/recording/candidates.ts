import type { EvidenceFrame } from '../../worker/index.js'

/** A frame that may become evidence. */
export interface Candidate {
  readonly frame: EvidenceFrame
  /** How clearly it shows what was asked for; larger is clearer. What cannot be told is -Infinity. */
  readonly strength: number
  /** The head is turned little enough for others to find the same landmarks. */
  readonly legible: boolean
}

/** More are not kept in memory: a person may take 15 seconds, and a blink needs every frame. */
const MOST_KEPT = 36

/** The clearest are kept however many come: they may be those that show the action. */
const CLEAREST_KEPT = 6

/** The candidate frames of one step, in order of time; however many come, few are kept, evenly spread. */
export class Candidates {
  #kept: readonly Candidate[] = []

  get all(): readonly Candidate[] {
    return this.#kept
  }

  add(candidate: Candidate): void {
    const all = [...this.#kept, candidate]
    this.#kept = all.length > MOST_KEPT ? thinned(all, MOST_KEPT, clearestOf(all)) : all
  }
}

/**
 * At most `most` of `all`, evenly spread in time: again and again the one goes that leaves the smallest gap. The first, the last and those in
 * `kept` stay.
 */
export function thinned(all: readonly Candidate[], most: number, kept: ReadonlySet<Candidate>): readonly Candidate[] {
  const left = [...all]
  while (left.length > most) {
    const gaps = left.map((candidate, index) => (kept.has(candidate) ? Infinity : gapWithout(left, index)))
    const least = gaps.indexOf(Math.min(...gaps))
    if (gaps[least] === Infinity) break
    left.splice(least, 1)
  }
  return left
}

function gapWithout(candidates: readonly Candidate[], index: number): number {
  const [before, after] = [candidates[index - 1], candidates[index + 1]]
  return before === undefined || after === undefined ? Infinity : after.frame.timestampMs - before.frame.timestampMs
}

function clearestOf(candidates: readonly Candidate[]): ReadonlySet<Candidate> {
  const byStrength = [...candidates].sort((one, other) => other.strength - one.strength)
  return new Set(byStrength.slice(0, CLEAREST_KEPT))
}
