/**
 * Looks of the passive net at each stage of an attempt (before an action, after the last): the layer wants five, apart in time, over the whole; three
 * actions give seven or eight. With a third look a stage the line misses its aim of 15 % of the time of landmarks (docs/evaluation/liveness-cost.json).
 */
const LOOKS_A_STAGE = 2

/** Least time between two looks, milliseconds; the layer counts frames that are 100 apart. */
const LOOK_APART_MS = 120

/** When the passive net looks: on few frames, spread over the attempt, for each costs as much as finding the face. */
export class LookBudget {
  #left = LOOKS_A_STAGE
  #lastMs = -Infinity

  /** Another stage has begun. */
  renew(): void {
    this.#left = LOOKS_A_STAGE
  }

  /** Whether it may look at a frame after `timestampMs`. */
  mayLook(timestampMs: number): boolean {
    return this.#left > 0 && timestampMs - this.#lastMs >= LOOK_APART_MS
  }

  /** It looked. */
  spend(timestampMs: number): void {
    this.#left -= 1
    this.#lastMs = timestampMs
  }
}
