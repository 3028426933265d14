import type { wordsId } from './words-id.js'

/** A key of the demo's words. */
export type Word = keyof typeof wordsId

/** Every word of the demo's pages in one language. */
export type Words = Readonly<Record<Word, string>>
