import { readFile, readdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { sayIn } from '../src/shared/language.js'
import { wordsEn } from '../src/shared/words-en.js'
import { wordsId } from '../src/shared/words-id.js'
import type { Word } from '../src/shared/words.js'

const SOURCE = new URL('../src/', import.meta.url)
const WORDS = Object.keys(wordsId) as Word[]
const marks = (text: string): string[] => [...text.matchAll(/\{\w+\}/gu)].map(([mark]) => mark).sort()
const read = (name: string): Promise<string> => readFile(new URL(name, SOURCE), 'utf8')

describe('the demo’s words', () => {
  it('are the same in both languages, with the same marks', () => {
    expect(Object.keys(wordsEn).sort()).toEqual([...WORDS].sort())
    for (const word of WORDS) expect(marks(wordsEn[word]), word).toEqual(marks(wordsId[word]))
  })

  it('write numbers as the language does', () => {
    const values = { fmr: 0.00001, data: 'lfw', subjects: 1707, comparisons: 5_161_646 }
    expect(sayIn('id')('verdict-fmr', values)).toBe('Ambang ini ditetapkan untuk FMR 0,00001 pada lfw (1.707 orang, 5.161.646 perbandingan).')
    expect(sayIn('en')('verdict-fmr', values)).toBe('The threshold was set for an FMR of 0.00001 on lfw (1,707 people, 5,161,646 comparisons).')
  })

  it('say on the page what the demo is worth', () => {
    expect(wordsId['worth-pad']).toMatch(/PAD.*belum diukur/u)
    expect(wordsEn['worth-pad']).toMatch(/PAD.*not been measured/u)
    expect(wordsId['worth-pad-off']).toMatch(/PAD.*dimatikan.*dapat lolos/u)
    expect(wordsEn['worth-pad-off']).toMatch(/PAD.* is off.*may pass/u)
    for (const words of [wordsId, wordsEn]) expect(words['worth-client']).toContain('client-asserted')
  })
})

describe.each(['index.html', 'client.html', 'officer.html', 'headless.html', 'gallery.html'])('%s', (name) => {
  it('takes every word from the tables and has none of its own', async () => {
    const html = await read(name)
    for (const [, word] of html.matchAll(/data-t="([^"]*)"/gu)) expect(WORDS).toContain(word)
    const own = html
      .replace(/<title>.*<\/title>/u, '')
      .replace(/<[^>]*>/gu, ' ')
      .match(/[\p{L}]{2,}/gu)
    expect(own).toBeNull()
  })

  it('has neither inline script nor inline style, and nothing from elsewhere', async () => {
    const html = await read(name)
    expect(html).not.toMatch(/ style=| on\w+=|<style|<script(?![^>]* src=)|https?:|\/\//u)
  })
})

it('every page has its script, and every script its page', async () => {
  const files = await readdir(SOURCE)
  const stems = (suffix: string): string[] =>
    files
      .filter((file) => file.endsWith(suffix))
      .map((file) => file.slice(0, -suffix.length))
      .sort()
  expect(stems('.ts')).toEqual(stems('.html'))
})
