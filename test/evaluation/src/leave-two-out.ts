import { subjectMeans, vectorOf, type Gallery } from './gallery.js'
import { Refusal } from './refusal.js'
import type { Scorer, WeightedSpace } from './scorer.js'

/**
 * Compares with the mean of everybody but the pair's two people subtracted. A matrix has a mean of its own for each of a million pairs of people:
 * none is ever made. With m = (S − a − b) / n of the sum S of all people's means and the two people's own a and b, the cosine of x − m and y − m
 * follows from dot products of x, y, S, a and b, of which only x · y is new for each comparison.
 */
export function createLeaveTwoOutScorer(gallery: Gallery, models: readonly WeightedSpace[]): Scorer {
  const { subjectOf } = gallery
  const spaces = models.map(({ space, weight }) => ({ weight, part: new CentredSpace(gallery, space) }))
  let pair = -1
  return {
    score(first, second) {
      const [a, b] = [subjectOf[first]!, subjectOf[second]!]
      const [low, high] = a < b ? [a, b] : [b, a]
      const next = low * gallery.subjectNames.length + high
      if (next !== pair) for (const { part } of spaces) part.leaveOut(low, high)
      pair = next
      return spaces.reduce((sum, { weight, part }) => sum + weight * part.cosine(first, second), 0)
    },
  }
}

const NONE = new Float64Array(0)

/** One space of the gallery; in double precision, for differences of dot products lose digits. */
class CentredSpace {
  readonly #membersOf: Gallery['membersOf']
  /** By sample, empty where nothing was acquired. */
  readonly #vectors: readonly Float64Array[]
  /** By person, empty where nothing was acquired. */
  readonly #means: readonly Float64Array[]
  readonly #people: number
  /** Dot products: S · S, by person a · S and a · a; by sample x · x, x · S and x · its own person's mean. */
  readonly #sumSquare: number
  readonly #meanSum: Float64Array
  readonly #meanSquare: Float64Array
  readonly #square: Float64Array
  readonly #withSum: Float64Array
  readonly #withOwn: Float64Array
  /** Of the pair left out: m · m, and by sample of its people x · m and the length of x − m. */
  #meanOfRest = 0
  readonly #withMean: Float64Array
  readonly #length: Float64Array

  constructor(gallery: Gallery, space: string) {
    const { samples, subjectOf, acquired, membersOf } = gallery
    const { sum, count, means } = subjectMeans(gallery, space)
    if (count < 3) throw new Refusal('--mean leave-two-out needs three people or more with an acquired picture')
    this.#membersOf = membersOf
    this.#people = count
    this.#vectors = samples.map((sample, index) => (acquired[index] === 1 ? Float64Array.from(vectorOf(sample, space)) : NONE))
    this.#means = means.map((mean) => mean ?? NONE)
    this.#sumSquare = dot(sum, sum)
    this.#meanSum = Float64Array.from(this.#means, (mean) => dot(mean, sum))
    this.#meanSquare = Float64Array.from(this.#means, (mean) => dot(mean, mean))
    this.#square = Float64Array.from(this.#vectors, (vector) => dot(vector, vector))
    this.#withSum = Float64Array.from(this.#vectors, (vector) => dot(vector, sum))
    this.#withOwn = Float64Array.from(this.#vectors, (vector, index) => dot(vector, this.#means[subjectOf[index]!]!))
    this.#withMean = new Float64Array(samples.length)
    this.#length = new Float64Array(samples.length)
  }

  /** Everybody but `a` and `b` (who may be one person) makes the mean from now on. */
  leaveOut(a: number, b: number): void {
    const rest = this.#people - (a === b ? 1 : 2)
    this.#meanOfRest = this.#restSquare(a, b) / rest ** 2
    for (const [own, other] of a === b ? [[a, a] as const] : [[a, b] as const, [b, a] as const]) {
      for (const sample of this.#membersOf[own]!) {
        const withOther = own === other ? 0 : dot(this.#vectors[sample]!, this.#means[other]!)
        const withMean = (this.#withSum[sample]! - this.#withOwn[sample]! - withOther) / rest
        this.#withMean[sample] = withMean
        this.#length[sample] = Math.sqrt(this.#square[sample]! - 2 * withMean + this.#meanOfRest)
      }
    }
  }

  /** (S − a − b) · (S − a − b), or (S − a) · (S − a). */
  #restSquare(a: number, b: number): number {
    const one = this.#sumSquare - 2 * this.#meanSum[a]! + this.#meanSquare[a]!
    return a === b ? one : one - 2 * this.#meanSum[b]! + this.#meanSquare[b]! + 2 * dot(this.#means[a]!, this.#means[b]!)
  }

  cosine(first: number, second: number): number {
    const [x, y] = [this.#vectors[first]!, this.#vectors[second]!]
    if (x.length === 0 || y.length === 0) throw new Error(`sample ${x.length === 0 ? first : second} has no embedding to compare`)
    const product = dot(x, y) - (this.#withMean[first]! + this.#withMean[second]!) + this.#meanOfRest
    return product / (this.#length[first]! * this.#length[second]!)
  }
}

/** Four sums side by side; of vectors of one length, or 0 with an empty one. */
function dot(a: Float64Array, b: Float64Array): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  const length = Math.min(a.length, b.length)
  const whole = length - (length % 4)
  let index = 0
  for (; index < whole; index += 4) {
    s0 += a[index]! * b[index]!
    s1 += a[index + 1]! * b[index + 1]!
    s2 += a[index + 2]! * b[index + 2]!
    s3 += a[index + 3]! * b[index + 3]!
  }
  for (; index < length; index += 1) s0 += a[index]! * b[index]!
  return s0 + s1 + s2 + s3
}
