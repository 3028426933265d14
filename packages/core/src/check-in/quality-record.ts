import type { QualityAssessment } from '../quality/index.js'
import { FaultTally } from './fault-tally.js'

/** The quality that an outcome tells: the best frame's; without a good one that of the fault seen most; undefined when no frame came. */
export class QualityRecord {
  readonly #faults = new FaultTally()
  #best: QualityAssessment | undefined

  add(quality: QualityAssessment): void {
    if (!quality.acceptable) this.#faults.add(quality)
    else if (this.#best === undefined || (quality.score ?? -1) > (this.#best.score ?? -1)) this.#best = quality
  }

  get told(): QualityAssessment | undefined {
    return this.#best ?? this.#faults.commonest
  }
}
