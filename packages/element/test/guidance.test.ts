import type { Prompt } from '@lintas/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { Guidance } from '../src/guidance.js'
import { messagesOf, translator } from '../src/messages.js'
import { Speaker } from '../src/speech.js'
import type { Snapshot } from '../src/state.js'
import { REFUSED } from './fakes.js'
import { FakeSpeech, voice } from './fake-speech.js'

const id = messagesOf('id')
const TURN: Prompt = { action: 'turn-left', step: 1, of: 3, again: false }
const BLINK: Prompt = { action: 'blink', step: 2, of: 3, again: false }
const TURN_WORDS = 'Tolehkan kepala ke kiri. Gerakan 1 dari 3. Tahan sebentar, lalu kembali ke posisi semula.'

let speech: FakeSpeech
let guidance: Guidance
/** What the assertive region held, each time that it changed. */
let urgent: string[]

/** Draws a snapshot, `speak` being set. */
function draw(snapshot: Partial<Snapshot> & Pick<Snapshot, 'state'>, atMs = 0): { readonly polite: string; readonly urgent: string } {
  guidance.follow({ kind: 'checkin', locale: 'id', relayed: false, t: translator('id'), snapshot: { progress: 0, ...snapshot } }, atMs)
  guidance.speak(true, 'id')
  if (guidance.texts.urgent !== urgent.at(-1)) urgent.push(guidance.texts.urgent)
  return guidance.texts
}

beforeEach(() => {
  speech = new FakeSpeech([voice('id-ID', { localService: true })])
  guidance = new Guidance(() => undefined, new Speaker(() => speech))
  urgent = ['']
})

describe('an asked action', () => {
  it('is said assertively at once: what, which of how many, and how', () => {
    draw({ state: 'holding', hint: 'hold-still' })
    expect(draw({ state: 'acting', prompt: TURN })).toEqual({ polite: '', urgent: TURN_WORDS })
  })

  it('is one change of the region, however often it is drawn and whatever hint comes in between', () => {
    draw({ state: 'holding' })
    for (let i = 0; i < 5; i++) draw({ state: 'acting', prompt: TURN, progress: i / 5 }, i * 100)
    draw({ state: 'acting', prompt: TURN, hint: 'too-far' }, 500)
    draw({ state: 'acting', prompt: TURN }, 600)
    draw({ state: 'holding' }, 700)
    draw({ state: 'holding', hint: 'face-forward' }, 800)
    draw({ state: 'acting', prompt: BLINK }, 900)
    expect(urgent).toEqual(['', TURN_WORDS, expect.stringMatching(/^Kedipkan kedua mata sekali\. Gerakan 2 dari 3\./u)])
  })

  it('says first that it replaces one that was not done as asked', () => {
    draw({ state: 'acting', prompt: TURN })
    expect(draw({ state: 'acting', prompt: { ...BLINK, step: 1, again: true } }).urgent).toBe(
      `${id['acting-again']} Kedipkan kedua mata sekali. Gerakan 1 dari 3. Tahan sebentar, lalu kembali ke posisi semula.`,
    )
  })

  it.each(['comparing', 'refused', 'admitted', 'error', 'idle'] as const)('is not left to be found in the state %s', (state) => {
    draw({ state: 'acting', prompt: TURN })
    expect(draw({ state }).urgent).toBe('')
  })

  it('lets the way back be said after each of them, and not the state in between', () => {
    const polite: string[] = []
    for (const [at, prompt] of [TURN, BLINK].entries()) {
      draw({ state: 'acting', prompt }, at * 1000)
      polite.push(draw({ state: 'holding' }, at * 1000 + 100).polite)
      polite.push(draw({ state: 'holding', hint: 'face-forward' }, at * 1000 + 200).polite)
    }
    expect(polite).toEqual(['', id['hint:face-forward'], '', id['hint:face-forward']])
  })
})

it('a refusal is said with what the person can do better', () => {
  const outcome = {
    ...REFUSED,
    reasons: ['pad:undetermined'],
    pad: { outcome: 'undetermined', reasons: ['not-assessed'], hint: 'move-clearly' },
  } as const
  const words = `${id['refused-checkin-title']}. ${id['reason:pad:undetermined']} ${id['pad-hint:move-clearly']}`
  expect(draw({ state: 'refused', outcome })).toEqual({ polite: words, urgent: '' })
})

describe('aloud', () => {
  it('an action cuts in, a hint waits, and how it ended cuts in', () => {
    draw({ state: 'holding', hint: 'hold-still' })
    draw({ state: 'acting', prompt: TURN })
    draw({ state: 'holding', hint: 'face-forward' })
    expect(speech.texts).toEqual([id['hint:hold-still'], TURN_WORDS])
    draw({ state: 'refused', outcome: REFUSED })
    expect(speech.texts.at(-1)).toContain(id['reason:comparison:non-match'])
    expect([speech.said.length, speech.cancelled]).toEqual([3, 2])
  })

  it('says nothing unless it is wanted, and nothing late', () => {
    guidance.follow(
      { kind: 'checkin', locale: 'id', relayed: false, t: translator('id'), snapshot: { state: 'acting', progress: 0, prompt: TURN } },
      0,
    )
    guidance.speak(false, 'id')
    guidance.speak(true, 'id')
    expect(speech.said).toEqual([])
  })

  it('is silent once the attempt was given up, and when a new one begins', () => {
    draw({ state: 'acting', prompt: TURN })
    draw({ state: 'idle' })
    expect(speech.cancelled).toBe(1)
    draw({ state: 'refused', outcome: REFUSED })
    draw({ state: 'loading' })
    expect(speech.cancelled).toBe(2)
    expect(speech.texts.at(-1)).toBe(id['loading-title'])
  })
})
