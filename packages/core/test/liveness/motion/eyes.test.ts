import { describe, expect, it } from 'vitest'
import { type Script, actionsOf, filmed, sampleAt, toldOf, UPRIGHT } from './person.js'

/** Eyes shut from `at` for `forS` seconds, closing and opening in 60 ms as eyes do. */
const shut =
  (at: number, forS: number): Script =>
  (s) => ({ eyes: 0.3 * (1 - 0.9 * Math.max(0, Math.min(1, (s - at) / 0.06, (at + forS - s) / 0.06))) })

describe('a blink', () => {
  it.each([
    [0.15, 30],
    [0.25, 30],
    [0.25, 15],
    [0.3, 10],
    [1, 30],
    [1, 3],
    [3, 10],
  ])('of %f s is told at %i frames a second, when the eyes open', (forS, fps) => {
    const told = toldOf(filmed(shut(2, forS), 7, fps))
    expect(told.map(({ action }) => action)).toEqual(['blink'])
    expect(told[0]?.at).toBeGreaterThan(2)
    expect(told[0]?.at).toBeLessThanOrEqual(2 + forS + 1 / fps + 0.001)
    expect(told[0]?.from).toBeLessThanOrEqual(2.05)
  })

  it('is told in a clip that begins with it', () => {
    expect(actionsOf([0.3, 0.29, 0.12, 0.04, 0.05, 0.13, 0.24, 0.28].map((eyes, index) => sampleAt(index / 30, { eyes })))).toEqual(['blink'])
  })

  it('is told each time', () => {
    expect(actionsOf(filmed((s) => shut(Math.floor(s) + 0.3, 0.2)(s), 10, 30))).toHaveLength(10)
  })

  it('is not a wink, a squint, or eyes that stay shut', () => {
    const wink = filmed(() => ({}), 4, 30).map((sample, index) =>
      index > 60 && index < 68 ? { ...sample, eyeOpening: { right: 0.02, left: 0.28 } } : sample,
    )
    expect(actionsOf(wink)).toEqual([])
    expect(actionsOf(filmed((s) => ({ eyes: s > 2 && s < 3 ? 0.21 : 0.3 }), 5, 30))).toEqual([])
    expect(actionsOf(filmed((s) => ({ eyes: s > 2 && s < 6 ? 0.02 : 0.3 }), 9, 10))).toEqual([])
  })

  it('is not eyes that narrow slowly for good and are that wide from then on', () => {
    expect(actionsOf(filmed((s) => ({ eyes: 0.3 - 0.14 * Math.min(1, s / 6) }), 12, 30))).toEqual([])
  })

  it('is not the lids of who looks down', () => {
    const film = filmed((s) => (s > 2 && s < 3.5 ? { pitch: -22, eyes: 0.1 } : {}), 6, 15)
    expect(actionsOf(film)).toEqual(['look-down'])
  })

  it('is told of eyes that open little', () => {
    for (const eyes of [0.08, 0.12, 0.45]) {
      const film = filmed((s) => ({ eyes: (eyes / 0.3) * (shut(2, 0.25)(s).eyes ?? 0) }), 4, 30, { ...UPRIGHT, eyes })
      expect(actionsOf(film)).toEqual(['blink'])
    }
  })
})
