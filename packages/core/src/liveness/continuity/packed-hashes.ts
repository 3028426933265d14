/** 64-bit words of a hash: four of the finer one, then one of the coarser. */
const WORDS = 5
const HALVES = 2 * WORDS
const COARSE_HALF = HALVES - 2
const WORD_BITS = 64n

/** Hashes of `frameHash`, each turned into machine words once: to compare two big integers costs as much as to compare forty of these. */
export class PackedHashes {
  readonly #halves: Uint32Array

  constructor(hashes: readonly bigint[]) {
    const words = new BigUint64Array(hashes.length * WORDS)
    hashes.forEach((hash, index) => {
      // Assigning keeps the lowest 64 bits.
      for (let word = 0; word < WORDS; word += 1) words[index * WORDS + word] = hash >> (BigInt(word) * WORD_BITS)
    })
    this.#halves = new Uint32Array(words.buffer)
  }

  /** As `coarseDistance` of hashes number `one` and `other`: differing bits, 0 to 64. */
  coarse(one: number, other: number): number {
    return this.#differing(one, other, COARSE_HALF, HALVES)
  }

  /** As `fineDistance` of hashes number `one` and `other`: differing bits, 0 to 256. */
  fine(one: number, other: number): number {
    return this.#differing(one, other, 0, COARSE_HALF)
  }

  /** Whether `coarse` is at most `mostCoarse` and `fine` at most `mostFine`; most pairs are told apart by their first word. */
  isAlike(one: number, other: number, mostCoarse: number, mostFine: number): boolean {
    const [first, second] = [one * HALVES, other * HALVES]
    let left = mostCoarse
    for (let half = COARSE_HALF; half < HALVES && left >= 0; half += 1) left -= this.#ones(first + half, second + half)
    return left >= 0 && this.fine(one, other) <= mostFine
  }

  #differing(one: number, other: number, from: number, to: number): number {
    const [first, second] = [one * HALVES, other * HALVES]
    let count = 0
    for (let half = from; half < to; half += 1) count += this.#ones(first + half, second + half)
    return count
  }

  #ones(one: number, other: number): number {
    return ones32((this.#halves[one] ?? 0) ^ (this.#halves[other] ?? 0))
  }
}

/** Bits that are set in the lowest 32 of `word`. */
export function ones32(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555)
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
