import { find } from './dom.js'
import type { Side } from './drop-zones.js'
import type { Say } from './language.js'
import type { Word } from './words.js'

/** What is told of one picture. */
export interface Told {
  readonly word: Word
  readonly values?: Readonly<Record<string, string | number>>
  readonly fault?: boolean
}

/** A line for each picture: what happens to one does not overwrite what happened to the other. Kept as words to say, for a change of language. */
export class StatusLines {
  readonly #told: Partial<Record<Side, Told>> = {}

  tell(side: Side, told: Told, say: Say): void {
    this.#told[side] = told
    this.show(say)
  }

  /** The sides of which `word` is told. */
  sidesAt(word: Word): readonly Side[] {
    return (['a', 'b'] as const).filter((side) => this.#told[side]?.word === word)
  }

  show(say: Say): void {
    for (const side of ['a', 'b'] as const) {
      const { word, values, fault = false } = this.#told[side] ?? {}
      const line = find(`#status [data-side=${side}]`)
      line.textContent = word === undefined ? '' : `${say(`picture-${side}`)}: ${say(word, values)}`
      line.classList.toggle('fault', fault)
    }
  }
}
