import type { Picture } from './data-set.js'
import type { DetectorChoice, FaceChoice } from './options.js'
import type { StoredSample } from './store.js'

/** What the line turned out to run on. */
export interface EngineInfo {
  readonly backend: string
  readonly threads: number
  readonly detector: string
  readonly models: readonly string[]
  readonly fallbacks: readonly { readonly from: string; readonly to: string; readonly code: string }[]
  /** E.g. the browser's version. */
  readonly platform: string
}

/** What an engine is given. */
export interface EngineOptions {
  /** Folder of the assets. */
  readonly assets: string
  readonly spaces: readonly string[]
  readonly detector: DetectorChoice
  readonly face: FaceChoice
  readonly lanes: number
}

/** What came of one picture: a sample (or that it could not be read), or a fault of the machinery. */
export type Outcome = { readonly sample: Omit<StoredSample, 'sha256' | 'line'> } | { readonly fault: string }

/** Runs the line over pictures, several at once, telling each outcome as it comes. */
export type RunEngine = (options: EngineOptions, queue: PictureQueue) => Promise<EngineInfo>

/** Faults in a row, with no sample between them, after which going on is pointless. */
const FAULTS_IN_A_ROW = 10

/** Hands out pictures, each once; a picture whose analysis failed for another reason than the picture once more. */
export class PictureQueue {
  readonly #waiting: number[]
  readonly #tries = new Map<number, number>()
  readonly #onSample: (index: number, sample: Omit<StoredSample, 'sha256' | 'line'>) => void
  readonly #faults = new Map<number, string>()
  #inARow = 0
  readonly pictures: readonly Picture[]

  constructor(pictures: readonly Picture[], onSample: (index: number, sample: Omit<StoredSample, 'sha256' | 'line'>) => void) {
    this.pictures = pictures
    this.#waiting = pictures.map((_, index) => index)
    this.#onSample = onSample
  }

  /** The next picture's index, or undefined when there is none. */
  take(): number | undefined {
    if (this.#inARow >= FAULTS_IN_A_ROW) return undefined
    return this.#waiting.shift()
  }

  tell(index: number, outcome: Outcome): void {
    if ('sample' in outcome) {
      this.#inARow = 0
      this.#faults.delete(index)
      this.#onSample(index, outcome.sample)
      return
    }
    this.#inARow += 1
    this.#faults.set(index, outcome.fault)
    const tries = (this.#tries.get(index) ?? 0) + 1
    this.#tries.set(index, tries)
    if (tries < 2) this.#waiting.push(index)
  }

  /** The faults that stayed, by picture. */
  get faults(): ReadonlyMap<number, string> {
    return this.#faults
  }

  /** Pictures that nobody took: the engine gave up. */
  get left(): number {
    return this.#waiting.length
  }
}
