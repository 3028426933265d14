import { framesOf } from '../../../../../test/attacks/index.js'
import type { FrameFeed, Prompt } from '../../../src/check-in/index.js'
import type { Action } from '../../../src/liveness/index.js'
import type { Raster } from '../../../src/numeric/index.js'

/** From an action's reveal to its beginning, milliseconds: somebody reads, understands and moves. */
const REACTION_MS = 700
const HOLD_MS = 1200

/** Somebody before a camera of `fps` frames a second who does what is asked: the puppet of a portrait, frame by frame as it is needed. */
export class FilmPerson {
  readonly #fps: number
  readonly #portrait: 'obama3' | 'biden'
  readonly #idle: AsyncGenerator<{ readonly raster: Raster }>
  #acting: AsyncGenerator<{ readonly raster: Raster }> | undefined
  #asked: { readonly action: Action; readonly fromMs: number } | undefined
  #nowMs = 0
  #seed = 20

  constructor(portrait: 'obama3' | 'biden', fps: number) {
    this.#portrait = portrait
    this.#fps = fps
    this.#idle = framesOf('puppet', { portrait, seconds: 120, seed: 11, fps })
  }

  readonly prompt = (prompt: Prompt | undefined): void => {
    if (prompt !== undefined) this.#asked = { action: prompt.action, fromMs: this.#nowMs + REACTION_MS }
  }

  readonly feed: FrameFeed = async (take, signal) => {
    for (let frame = 0; frame < 110 * this.#fps && !signal.aborted; frame += 1) {
      this.#nowMs = (frame * 1000) / this.#fps
      await take(await this.#next(), this.#nowMs)
    }
  }

  async #next(): Promise<Raster> {
    if (this.#asked !== undefined && this.#nowMs >= this.#asked.fromMs) {
      const actions = [{ action: this.#asked.action, startMs: 0, holdMs: HOLD_MS }]
      const seconds = (350 + HOLD_MS + 350) / 1000 + 0.15
      this.#acting = framesOf('puppet', { portrait: this.#portrait, actions, seconds, seed: (this.#seed += 1), fps: this.#fps })
      this.#asked = undefined
    }
    const acted = await this.#acting?.next()
    if (acted?.done === false) return acted.value.raster
    this.#acting = undefined
    const idle = await this.#idle.next()
    if (idle.done === true) throw new Error('the film is over')
    return idle.value.raster
  }
}
