import { averageEmbeddings, type Embedding } from '../embedding/index.js'
import type { QualityAssessment } from '../quality/index.js'
import { samplesAgree, type AgreementLimits } from '../reference/index.js'
import { hintOf } from './hint-filter.js'
import { QualityRecord } from './quality-record.js'
import type { SessionSteps } from './session.js'
import type { RunOptions } from './types.js'

/** Good frames in a row before the first is embedded: one good frame may be a passer-by or a face still moving. */
const STEADY_FRAMES = 2

/**
 * Collects the embeddings of good frames; a bad frame in between starts the steadiness anew, not the collection. A sample that is of somebody
 * else than those before starts the collection anew: the mean of two people would be like both.
 */
export class ProbeCollector {
  readonly #wanted: number
  readonly #limits: AgreementLimits
  readonly #run: RunOptions
  readonly #samples: (readonly Embedding[])[] = []
  readonly #qualities = new QualityRecord()
  #steady = 0

  constructor(wanted: number, limits: AgreementLimits, run: RunOptions) {
    this.#wanted = wanted
    this.#limits = limits
    this.#run = run
  }

  /** The best frame's quality; without a good one that of the fault seen most; undefined when no frame came. */
  get quality(): QualityAssessment | undefined {
    return this.#qualities.told
  }

  /** One embedding a space: the mean over the samples, scaled to length 1. */
  get embeddings(): readonly Embedding[] {
    return averageEmbeddings(this.#samples)
  }

  get steps(): Pick<SessionSteps, 'ask' | 'see' | 'hint'> {
    return {
      ask: () => ({ embed: this.#steady >= STEADY_FRAMES ? 'acceptable' : 'never' }),
      hint: ({ quality }) => hintOf(quality.reasons, 'hold-still'),
      see: ({ quality, embeddings }) => {
        this.#steady = quality.acceptable ? this.#steady + 1 : 0
        this.#qualities.add(quality)
        // Whatever an analyser embeds: a frame with a fault is nobody's probe.
        if (embeddings === undefined || !quality.acceptable) return false
        if (!this.#samples.every((sample) => samplesAgree(sample, embeddings, this.#limits))) this.#samples.length = 0
        this.#samples.push(embeddings)
        this.#run.onProgress?.(this.#samples.length / this.#wanted)
        return this.#samples.length >= this.#wanted
      },
    }
  }
}
