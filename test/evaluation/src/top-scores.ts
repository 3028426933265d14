/** Scores with the two subjects each belongs to, highest first. */
export interface Tail {
  readonly scores: Float64Array
  /** Indices of subjects. */
  readonly subjectsA: Int32Array
  readonly subjectsB: Int32Array
}

/**
 * Keeps the highest `capacity` of any number of scores exactly, in memory for twice as many: false matches are made in the tail, and of
 * millions of comparisons no other part is needed.
 */
export class TopScores {
  readonly #capacity: number
  readonly #scores: Float64Array
  readonly #subjectsA: Int32Array
  readonly #subjectsB: Int32Array
  #size = 0
  #cut = -Infinity
  #seen = 0

  constructor(capacity: number) {
    this.#capacity = Math.max(1, capacity)
    this.#scores = new Float64Array(2 * this.#capacity)
    this.#subjectsA = new Int32Array(2 * this.#capacity)
    this.#subjectsB = new Int32Array(2 * this.#capacity)
  }

  /** How many were added. */
  get seen(): number {
    return this.#seen
  }

  add(score: number, subjectA: number, subjectB: number): void {
    this.#seen += 1
    if (score <= this.#cut) return
    if (this.#size === this.#scores.length) this.#shrink()
    this.#scores[this.#size] = score
    this.#subjectsA[this.#size] = subjectA
    this.#subjectsB[this.#size] = subjectB
    this.#size += 1
  }

  /** The highest, at most `capacity` of them, in falling order. */
  sorted(): Tail {
    const order = this.#order()
    return {
      scores: Float64Array.from(order, (index) => this.#scores[index]!),
      subjectsA: Int32Array.from(order, (index) => this.#subjectsA[index]!),
      subjectsB: Int32Array.from(order, (index) => this.#subjectsB[index]!),
    }
  }

  #order(): Uint32Array {
    const order = Uint32Array.from({ length: this.#size }, (_, index) => index)
    return order.sort((a, b) => this.#scores[b]! - this.#scores[a]!).subarray(0, this.#capacity)
  }

  #shrink(): void {
    const { scores, subjectsA, subjectsB } = this.sorted()
    this.#scores.set(scores)
    this.#subjectsA.set(subjectsA)
    this.#subjectsB.set(subjectsB)
    this.#size = scores.length
    this.#cut = scores[scores.length - 1]!
  }
}
