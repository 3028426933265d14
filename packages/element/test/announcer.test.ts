import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Announcer } from '../src/announcer.js'

let announcer: Announcer
/** What the region held, each time it could be seen to change. */
let texts: string[]

const see = (): void => {
  if (texts.at(-1) !== announcer.text) texts.push(announcer.text)
}
const say = (text: string, atMs: number, about?: object): string => {
  announcer.say({ text, about }, atMs)
  see()
  return announcer.text
}

beforeEach(() => {
  vi.useFakeTimers()
  texts = []
  announcer = new Announcer(see)
})
afterEach(() => vi.useRealTimers())

describe('hints', () => {
  it('are said once while they come and go', () => {
    const held = [
      ['closer', 0],
      ['brighter', 1300],
      ['closer', 2600],
      ['brighter', 3900],
      ['closer', 5200],
    ] as const
    expect(held.map(([text, at]) => say(text, at))).toEqual(['closer', 'brighter', 'brighter', 'brighter', 'brighter'])
  })

  it('are said again after a silence', () => {
    say('closer', 0)
    say('brighter', 1000)
    expect(say('closer', 7000)).toBe('closer')
  })

  it('are said again in a new attempt', () => {
    say('closer', 0)
    say('brighter', 100)
    announcer.reset()
    expect(say('closer', 200)).toBe('closer')
  })
})

describe('how an attempt ended', () => {
  it('is said however soon the same was said before', () => {
    say('no camera', 0, { attempt: 1 })
    say('getting ready', 1000)
    expect(say('no camera', 1100, { attempt: 2 })).toBe('no camera')
  })

  it('is said again with nothing between: the region is empty for a moment, so that there is a change to speak', () => {
    say('no camera', 0, { attempt: 1 })
    say('no camera', 1000, { attempt: 2 })
    vi.runAllTimers()
    expect(texts).toEqual(['no camera', '', 'no camera'])
  })

  it('is said once, however often it is drawn', () => {
    const about = {}
    for (let at = 0; at < 60_000; at += 5000) say('matches', at, about)
    vi.runAllTimers()
    expect(texts).toEqual(['matches'])
  })

  it('is said in the other language after a change of it', () => {
    const about = {}
    say('cocok', 0, about)
    expect(say('matches', 100, about)).toBe('matches')
  })
})

describe('nobody there', () => {
  it('leaves nothing for the next person to find', () => {
    say('matches', 0, {})
    expect(say('', 1000)).toBe('')
  })

  it('takes back what was about to be said', () => {
    say('no camera', 0, { attempt: 1 })
    say('no camera', 1000, { attempt: 2 })
    announcer.reset()
    vi.runAllTimers()
    expect(announcer.text).toBe('')
  })
})
