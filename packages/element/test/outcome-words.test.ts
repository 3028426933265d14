import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { messagesOf, translator } from '../src/messages.js'
import { adviceOf, mayRetry } from '../src/outcome-words.js'
import type { RelayedOutcome } from '../src/state.js'
import { REFUSED } from './fakes.js'

const SID = 's'.repeat(22)
const AT = '2026-11-24T00:31:00.000Z'
const refused = (more: Partial<RelayedOutcome> = {}): RelayedOutcome => ({
  ...{ outcome: 'refused', sid: SID, assurance: 'server-verified', at: AT },
  ...more,
})
const words = (outcome: RelayedOutcome): string[] => adviceOf(outcome).map(({ key, values }) => translator('en')(key, values))

const en = messagesOf('en')
const PAD_HINTS = Object.keys(en).filter((key) => key.startsWith('pad-hint:'))
const QUALITY = Object.keys(en).filter((key) => key.startsWith('reason:quality:'))

describe('a refusal by a server', () => {
  it('says its hint, of liveness or of quality, in its one sentence', () => {
    const said = (key: string): string[] => words(refused({ hint: key.slice(key.lastIndexOf(':') + 1) as 'alone' }))
    for (const key of [...PAD_HINTS, ...QUALITY]) expect(said(key), key).toEqual([en[key as 'pad-hint:alone']])
    expect([PAD_HINTS.length, QUALITY.length]).toEqual([8, 16])
  })

  it('is never mute: without a hint, or with one of a newer server, it says what helps anybody', () => {
    fc.assert(
      fc.property(fc.option(fc.string(), { nil: undefined }), (hint) => {
        const known = [...PAD_HINTS, ...QUALITY].some((key) => key.endsWith(`:${hint ?? ''}`))
        fc.pre(!known)
        expect(words(refused(hint === undefined ? {} : { hint: hint as 'alone' }))).toEqual([en['refused-unsaid']])
      }),
    )
  })

  it('that asks to wait offers no button', () => {
    const later = refused({ hint: 'more-light', next: 'wait' })
    expect([words(later), mayRetry(later)]).toEqual([[en['pad-hint:more-light'], en['next-wait']], false])
  })

  it('leads to the officer', () => {
    const assisted = refused({ next: 'assisted' })
    expect([words(assisted), mayRetry(assisted)]).toEqual([[en['next-assisted']], false])
    expect(words({ ...assisted, hint: 'alone' })).toEqual([en['pad-hint:alone'], en['next-assisted']])
  })

  it.each([undefined, 'again', 'done', 'something-newer'] as const)('may be tried again where next is %s', (next) => {
    expect(mayRetry(refused(next === undefined ? {} : { next: next as 'again' }))).toBe(true)
  })
})

it('a refusal by the browser says what it said', () => {
  const outcome = { ...REFUSED, reasons: ['pad:undetermined', 'timeout'], pad: { outcome: 'undetermined', reasons: [], hint: 'alone' } } as const
  expect(adviceOf(outcome).map(({ key }) => key)).toEqual(['reason:pad:undetermined', 'reason:timeout', 'pad-hint:alone'])
  expect(mayRetry(outcome)).toBe(true)
})
