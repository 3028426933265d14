import { ERROR_CODES } from '@lintas/core/errors'
import { describe, expect, it } from 'vitest'
import type { MessageKey } from '../src/message-keys.js'
import { LOCALES, clockTime, localeOf, megabytes, messagesOf, translator } from '../src/messages.js'

const marks = (text: string): string[] => [...text.matchAll(/\{\w+\}/gu)].map(([mark]) => mark).sort()

describe.each(LOCALES)('locale %s', (locale) => {
  const table = messagesOf(locale)

  it('has a title and a help sentence for every error code', () => {
    for (const code of ERROR_CODES) {
      expect(table[`error:${code}`], code).toMatch(/\S/u)
      expect(table[`help:${code}`], code).toMatch(/\.$/u)
    }
  })

  it('has no message for a code that does not exist', () => {
    const codes = Object.keys(table).flatMap((key) => /^(?:error|help):(.*)$/u.exec(key)?.[1] ?? [])
    expect([...new Set(codes)].sort()).toEqual([...ERROR_CODES].sort())
  })

  it('has a reason for every quality hint, so that a refusal says what to do', () => {
    const hints = Object.keys(table)
      .filter((key) => key.startsWith('hint:'))
      .map((key) => key.slice('hint:'.length))
    const quality = hints.filter((hint) => !['hold-still', 'move-a-little', 'more-room', 'face-forward'].includes(hint))
    expect(quality).toHaveLength(16)
    for (const hint of quality) expect(table[`reason:quality:${hint}` as MessageKey], hint).toMatch(/\.$/u)
  })

  it('keeps hints short enough to be read at a glance', () => {
    for (const [key, text] of Object.entries(table)) if (key.startsWith('hint:')) expect(text.length, text).toBeLessThanOrEqual(42)
  })

  it('uses the same marks as Indonesian', () => {
    for (const [key, text] of Object.entries(messagesOf('id'))) expect(marks(table[key as MessageKey]), key).toEqual(marks(text))
  })

  it('has no empty, untrimmed or doubled text', () => {
    for (const [key, text] of Object.entries(table)) {
      expect(text.trim(), key).toBe(text)
      expect(text, key).not.toMatch(/^$| {2}/u)
    }
  })
})

it('has the same keys in every language', () => {
  const keys = Object.keys(messagesOf('id')).sort()
  for (const locale of LOCALES) expect(Object.keys(messagesOf(locale)).sort()).toEqual(keys)
})

it('does not leave one language in the words of another', () => {
  const [id, en] = [messagesOf('id'), messagesOf('en')]
  const same = Object.keys(id).filter((key) => id[key as MessageKey] === en[key as MessageKey])
  expect(same).toEqual([])
})

describe('localeOf', () => {
  it.each([
    ['en', 'en'],
    ['en-GB', 'en'],
    ['EN_us', 'en'],
    ['id-ID', 'id'],
    ['jv', 'id'],
    ['', 'id'],
    [undefined, 'id'],
  ])('takes %s for %s', (tag, locale) => expect(localeOf(tag)).toBe(locale))
})

describe('translator', () => {
  it('fills marks', () => expect(translator('en')('code-line', { code: 'camera-denied' })).toBe('Code: camera-denied'))
  it('leaves a mark without a value visible', () => expect(translator('en')('code-line')).toBe('Code: {code}'))
  it('does not fill a value that looks like a mark', () => expect(translator('en')('code-line', { code: '{count}', count: 3 })).toBe('Code: {count}'))
  it('takes an integrator’s words', () => {
    const t = translator('id', { done: 'Tutup' })
    expect([t('done'), t('cancel')]).toEqual(['Tutup', 'Batal'])
  })
  it.each(LOCALES)('says of a fault that it does not know that it is unexpected, in %s', (locale) => {
    const t = translator(locale)
    expect(t('error:moon-phase' as MessageKey)).toBe(messagesOf(locale)['error:unexpected'])
    expect(t('help:moon-phase' as MessageKey)).toBe(messagesOf(locale)['help:unexpected'])
  })
  it('takes an integrator’s words for a code that it does not know', () => {
    expect(translator('en', { 'error:moon-phase': 'Full moon' } as object)('error:moon-phase' as MessageKey)).toBe('Full moon')
  })
  it('shows the code of a hint or reason that it does not know', () => {
    const t = translator('id')
    expect([t('hint:wink' as MessageKey), t('reason:quality:wink' as MessageKey)]).toEqual(['wink', 'quality:wink'])
  })
})

it('writes numbers as the language does', () => {
  expect(megabytes(12_345_678, 'id')).toBe('12,3 MB')
  expect(megabytes(12_345_678, 'en')).toBe('12.3 MB')
})

it('writes the time of day with hour and minute', () => {
  const at = new Date(2026, 10, 24, 7, 31).toISOString()
  expect(clockTime(at, 'id')).toBe('07.31')
  expect(clockTime(at, 'en')).toBe('07:31')
})
