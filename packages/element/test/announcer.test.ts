import { describe, expect, it } from 'vitest'
import { Announcer } from '../src/announcer.js'

describe('Announcer', () => {
  it('says a sentence once while it comes and goes', () => {
    const announcer = new Announcer()
    const texts = [
      [0, 'closer'],
      [1300, 'brighter'],
      [2600, 'closer'],
      [3900, 'brighter'],
      [5200, 'closer'],
    ].map(([at, sentence]) => announcer.say(String(sentence), Number(at)))
    expect(texts).toEqual(['closer', 'brighter', 'brighter', 'brighter', 'brighter'])
  })

  it('says it again after a silence', () => {
    const announcer = new Announcer()
    announcer.say('closer', 0)
    announcer.say('brighter', 1000)
    expect(announcer.say('closer', 7000)).toBe('closer')
  })

  it('says everything again in a new attempt', () => {
    const announcer = new Announcer()
    announcer.say('closer', 0)
    announcer.say('brighter', 100)
    announcer.reset()
    expect(announcer.say('closer', 200)).toBe('closer')
  })
})
