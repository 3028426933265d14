import { beforeEach, describe, expect, it } from 'vitest'
import { Speaker, browserSpeech } from '../src/speech.js'
import { FakeSpeech, voice } from './fake-speech.js'

const BIMA = voice('id-ID', { localService: true })
const SITI = voice('id_ID', { localService: true, default: true })
const ALAN = voice('en-GB', { localService: true })
const CLOUD = voice('id-ID', { localService: false, default: true })

let speech: FakeSpeech
let speaker: Speaker

beforeEach(() => {
  speech = new FakeSpeech([CLOUD, ALAN, BIMA])
  speaker = new Speaker(() => speech)
})

describe('the voice', () => {
  it('is one of the device and of the language, and told of the utterance too', () => {
    speaker.say('satu', 'id', false)
    speech.end()
    speaker.say('one', 'en', false)
    expect(speech.said.map((one) => [one.text, one.voice, one.lang])).toEqual([
      ['satu', BIMA, 'id-ID'],
      ['one', ALAN, 'en-GB'],
    ])
  })

  it('is the default one among those', () => {
    speech.voices.push(SITI)
    speaker.say('satu', 'id', false)
    expect(speech.said[0]?.voice).toBe(SITI)
  })

  it.each(['in_ID', 'IN', 'id'])('may carry the tag %s for Indonesian', (tag) => {
    speech.voices = [voice(tag, { localService: true })]
    speaker.say('satu', 'id', false)
    expect(speech.said).toHaveLength(1)
  })

  it.each([
    ['only remote ones', [CLOUD]],
    ['only another language’s', [ALAN, voice('idx', { localService: true })]],
    ['none at all', []],
  ])('is missing where there are %s: nothing is said, and nothing waits', (_what, voices) => {
    speech.voices = voices
    speaker.say('satu', 'id', true)
    speaker.say('dua', 'id', false)
    expect(speech.said).toEqual([])
    speech.voices = [BIMA]
    speaker.say('tiga', 'id', false)
    expect(speech.texts).toEqual(['tiga'])
  })
})

describe('what is said', () => {
  it('waits for what is being said, and of several that wait the last one is said', () => {
    for (const text of ['satu', 'dua', 'tiga']) speaker.say(text, 'id', false)
    expect(speech.texts).toEqual(['satu'])
    speech.end()
    expect(speech.texts).toEqual(['satu', 'tiga'])
  })

  it('goes on after a fault', () => {
    speaker.say('satu', 'id', false)
    speaker.say('dua', 'id', false)
    speech.fail()
    expect(speech.texts).toEqual(['satu', 'dua'])
  })

  it('cuts in when it is urgent; what was cut off neither goes on nor lets another one in when it ends late', () => {
    speaker.say('satu', 'id', false)
    speaker.say('dua', 'id', false)
    const [cut] = speech.said
    speaker.say('tiga', 'id', true)
    speaker.say('empat', 'id', false)
    expect([speech.texts, speech.cancelled]).toEqual([['satu', 'tiga'], 1])
    speech.fail(cut)
    expect(speech.texts).toEqual(['satu', 'tiga'])
    speech.end()
    expect(speech.texts).toEqual(['satu', 'tiga', 'empat'])
  })
})

describe('silence', () => {
  it('comes at once, and nothing that waited follows', () => {
    speaker.say('satu', 'id', false)
    speaker.say('dua', 'id', false)
    const [cut] = speech.said
    speaker.stop()
    speech.fail(cut)
    expect([speech.texts, speech.cancelled]).toEqual([['satu'], 1])
  })

  it('leaves alone what the rest of the page says', () => {
    speaker.stop()
    speaker.say('satu', 'id', true)
    speech.end()
    speaker.stop()
    expect(speech.cancelled).toBe(0)
  })
})

it('does nothing where there is no speech, as on a server', () => {
  expect(browserSpeech()).toBeUndefined()
  const mute = new Speaker()
  mute.prepare()
  mute.say('satu', 'id', true)
  mute.stop()
})
