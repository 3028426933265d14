import type { Analyser, AssetProgress } from '@lintas/core'
import type { CaptureSettings } from './capture-controller.js'
import type { Ports } from './ports.js'

/** Keeps one analyser over attempts, so that a retry does not load the models again, until what it was made with changes. */
export class AnalyserKeeper {
  readonly #onProgress: (progress: AssetProgress) => void
  #analyser: Analyser | undefined
  #key = ''
  #ports: Ports | undefined

  constructor(onProgress: (progress: AssetProgress) => void) {
    this.#onProgress = onProgress
  }

  /** The analyser for `settings`, made when there is none that fits. */
  take({ ports, assets, spaces }: Pick<CaptureSettings, 'ports' | 'assets' | 'spaces'>): Analyser {
    const key = JSON.stringify([assets, spaces])
    if (this.#analyser !== undefined && this.#key === key && this.#ports === ports) return this.#analyser
    this.close()
    this.#key = key
    this.#ports = ports
    const analyser = ports.createAnalyser({
      assets,
      ...(spaces === undefined ? {} : { spaces }),
      onProgress: (progress) => {
        if (this.#analyser === analyser) this.#onProgress(progress)
      },
    })
    this.#analyser = analyser
    return analyser
  }

  /** Ends the worker; the next {@link take} makes another. */
  close(): void {
    this.#analyser?.close()
    this.#analyser = undefined
  }
}
