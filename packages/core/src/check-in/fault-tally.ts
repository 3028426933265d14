import type { QualityAssessment, QualityReason } from '../quality/index.js'

/**
 * Faulty frames by their most important reason. Why nobody could be taken is what most frames say: the last one may be a blink, a detector
 * that lost a small face, or a person who has given up and left.
 */
export class FaultTally {
  readonly #seen = new Map<QualityReason | undefined, { readonly count: number; readonly latest: QualityAssessment }>()

  add(quality: QualityAssessment): void {
    const count = this.#seen.get(quality.reasons[0])?.count ?? 0
    this.#seen.set(quality.reasons[0], { count: count + 1, latest: quality })
  }

  /** The latest frame of the reason that most frames gave; undefined without a faulty frame. */
  get commonest(): QualityAssessment | undefined {
    return [...this.#seen.values()].sort((one, other) => other.count - one.count)[0]?.latest
  }
}
