import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ACTIONS, type Action } from '../../../src/liveness/challenge/index.js'
import { NEW_MOTION, watchMotion } from '../../../src/liveness/motion/index.js'
import type { MotionSample } from '../../../src/liveness/sample.js'
import { type Pose, NOBODY, UPRIGHT, actionsOf, after, bump, filmed, sampleAt, toldOf } from './person.js'

/** How each action looks at `much` (0 to 1) of a person whose rest is `rest`, upright. */
const LOOKS: Readonly<Record<Action, (much: number, rest: Pose) => Partial<Pose>>> = {
  'turn-left': (much, { yaw }) => ({ yaw: yaw + 25 * much }),
  'turn-right': (much, { yaw }) => ({ yaw: yaw - 25 * much }),
  'look-up': (much, { pitch }) => ({ pitch: pitch + 20 * much }),
  'look-down': (much, { pitch, eyes }) => ({ pitch: pitch - 20 * much, eyes: eyes * (1 - 0.5 * much) }),
  blink: (much, { eyes }) => ({ eyes: eyes * (1 - 0.85 * much) }),
  'open-mouth': (much, { mouth }) => ({ mouth: mouth + 0.5 * much }),
  'move-closer': (much, { distanceCm }) => ({ distanceCm: distanceCm * (1 - 0.3 * much) }),
  'move-back': (much, { distanceCm }) => ({ distanceCm: distanceCm * (1 + 0.4 * much) }),
}

// People whose rest lies far from the middle: absolute limits would shut them out.
const PEOPLE: Readonly<Record<string, Pose>> = {
  upright: UPRIGHT,
  'with narrow eyes': { ...UPRIGHT, eyes: 0.12 },
  'with the head tilted and turned': { ...UPRIGHT, roll: 14, yaw: -9, pitch: 6 },
  'with a low phone': { ...UPRIGHT, pitch: 22 },
  'with a mouth that stays open': { ...UPRIGHT, mouth: 0.18 },
}

describe('an action held for a second', () => {
  const cases = Object.entries(PEOPLE).flatMap(([name, rest]) =>
    ACTIONS.flatMap((action) => [30, 15, 10, 6, 3].map((fps) => [action, name, fps, rest] as const)),
  )
  it.each(cases)('is told once: %s by a person %s at %i frames a second', (action, _, fps, rest) => {
    const film = filmed((s) => LOOKS[action](bump(s, 2, 3.6), rest), 6, fps, rest)
    const told = toldOf(film)
    expect(told.map((one) => one.action)).toEqual([action])
    expect(told[0]?.from).toBeGreaterThan(1.2)
    expect(told[0]?.from).toBeLessThanOrEqual(2.4)
    expect(told[0]?.at).toBeLessThan(4.4)
  })

  it('is told again after every return to rest', () => {
    for (const action of ACTIONS) {
      const film = filmed((s) => LOOKS[action](bump(s, 2, 3.3) + bump(s, 5, 6.3), UPRIGHT), 8, 15)
      expect(actionsOf(film), action).toEqual([action, action])
    }
  })

  it('is the other side in the mirror', () => {
    const mirror = (sample: MotionSample): MotionSample => ({
      ...sample,
      pose: { yaw: -(sample.pose?.yaw ?? 0), pitch: sample.pose?.pitch ?? 0, roll: -(sample.pose?.roll ?? 0) },
    })
    const rest = PEOPLE['with the head tilted and turned'] ?? UPRIGHT
    const film = filmed((s) => LOOKS['turn-left'](bump(s, 2, 3.3), rest), 5, 10, rest)
    expect(actionsOf(film.map(mirror))).toEqual(['turn-right'])
  })

  // The head looks to its own left while the phone lies on its side: in the picture the nose then points up or down.
  it.each([
    [90, { pitch: -1 }, 'turn-left'],
    [-90, { pitch: 1 }, 'turn-left'],
    [180, { yaw: -1 }, 'turn-left'],
    [90, { yaw: 1 }, 'look-up'],
    [-90, { yaw: -1 }, 'look-up'],
    [180, { pitch: -1 }, 'look-up'],
  ] as const)('is told in the head’s own axes on a phone turned by %i°', (roll, axis, action) => {
    const rest = { ...UPRIGHT, roll }
    const film = filmed((s) => Object.fromEntries(Object.entries(axis).map(([name, sign]) => [name, sign * 22 * bump(s, 2, 3.3)])), 5, 10, rest)
    expect(actionsOf(film)).toEqual([action])
  })
})

describe('rest', () => {
  it('is there once somebody keeps still, at 3 frames a second, too', () => {
    expect(after(filmed(() => ({}), 0.25, 30)).sees.neutral).toBe(false)
    expect(after(filmed(() => ({}), 0.5, 30)).sees.neutral).toBe(true)
    expect(after(filmed(() => ({}), 0.34, 3)).sees.neutral).toBe(false)
    expect(after(filmed(() => ({}), 1.1, 3)).sees.neutral).toBe(true)
  })

  it('is not where nobody rests, and not while turned, closer or with an open mouth', () => {
    expect(after(filmed(() => ({ yaw: 50 }), 3, 10)).sees.neutral).toBe(false)
    for (const action of ['turn-left', 'look-up', 'open-mouth', 'move-closer', 'move-back'] as const) {
      const film = filmed((s) => LOOKS[action](bump(s, 1, 9), UPRIGHT), 3, 10)
      expect(after(film).sees.neutral, action).toBe(false)
      expect(after(film).sees.faces).toBe(1)
    }
  })

  it('follows a person who slowly sinks in the chair, and tells nothing', () => {
    const film = filmed((s) => ({ pitch: -0.8 * s, distanceCm: 45 + 0.5 * s, yaw: 0.5 * s }), 20, 10)
    expect(actionsOf(film)).toEqual([])
    expect(after(film).sees.neutral).toBe(true)
  })

  it('is found again where a person comes to stay a little beside it', () => {
    const film = filmed((s) => ({ yaw: 9 * bump(s, 2, 99), distanceCm: 45 * (1 - 0.15 * bump(s, 2, 99)) }), 5, 10)
    expect(actionsOf(film)).toEqual([])
    expect(after(film).sees.neutral).toBe(true)
  })

  it('is wherever a person stops who came back from moving closer, without the opposite being told', () => {
    const film = filmed((s) => ({ distanceCm: 45 * (1 - 0.35 * bump(s, 2, 3.5) + 0.15 * bump(s, 3.6, 99)) }), 7, 10)
    expect(actionsOf(film)).toEqual(['move-closer'])
    expect(after(film).sees.neutral).toBe(true)
  })

  it('is never told for swaying and chatting', () => {
    const film = filmed((s) => ({ yaw: 7 * Math.sin(2 * s), pitch: 5 * Math.sin(3.1 * s), mouth: 0.12 + 0.1 * Math.sin(17 * s) }), 60, 30)
    expect(actionsOf(film)).toEqual([])
  })
})

describe('a head that trembles at the limit', () => {
  it('acts once', () => {
    const film = filmed((s) => ({ yaw: s < 2 ? 0 : 12 + 2 * Math.sin(40 * s) }), 5, 30)
    expect(actionsOf(film)).toEqual(['turn-left'])
  })

  it('does not act in a single frame, which a slip of the landmarks makes', () => {
    const film = filmed(() => ({}), 4, 30).map((sample, index) => (index === 70 ? { ...sample, pose: { yaw: 40, pitch: 0, roll: 0 } } : sample))
    expect(actionsOf(film)).toEqual([])
  })
})

describe('bad input', () => {
  const still = filmed(() => ({}), 2, 10)
  const turned = (from: number): MotionSample[] =>
    filmed(() => ({ yaw: 25 }), 1, 10).map((sample) => ({ ...sample, timestampMs: sample.timestampMs + from }))

  it.each([
    ['NaN landmarks', { pose: { yaw: NaN, pitch: 0, roll: 0 } }],
    ['an infinite distance', { distanceCm: Infinity }],
    ['a distance of zero', { distanceCm: 0 }],
    ['a mouth that is not a number', { mouthOpening: NaN }],
  ])('counts as no face: %s', (_, fault) => {
    const { sees, deviation } = after([...still, { ...sampleAt(2.1, {}), ...fault }])
    expect(sees).toEqual({ faces: 0, neutral: false })
    expect(deviation).toBeUndefined()
  })

  it('survives eyes that are not numbers', () => {
    const film = filmed(() => ({}), 3, 10).map((sample, index) => (index % 3 === 0 ? { ...sample, eyeOpening: { right: NaN, left: 0.3 } } : sample))
    expect(actionsOf(film)).toEqual([])
    expect(after(film).sees).toEqual({ faces: 1, neutral: true })
  })

  it('says how many faces there are, and tells nothing of them', () => {
    expect(after([...still, { ...sampleAt(2.1, { yaw: 30 }), faceCount: 3 }]).sees).toEqual({ faces: 3, neutral: false })
    expect(after([...still, NOBODY(2.1)]).sees).toEqual({ faces: 0, neutral: false })
  })

  it('breaks off a turn that was begun before the face was gone', () => {
    expect(actionsOf([...still, ...turned(2100)])).toEqual(['turn-left'])
    expect(actionsOf([...still, NOBODY(2.1), ...turned(2200)])).toEqual([])
    const back = filmed(() => ({}), 1, 10).map((sample) => ({ ...sample, timestampMs: sample.timestampMs + 2200 }))
    expect(actionsOf([...still, NOBODY(2.1), ...back, ...turned(3300)])).toEqual(['turn-left'])
  })

  it('breaks off a blink over which the face was gone', () => {
    const shut = sampleAt(2.1, { eyes: 0.02 })
    expect(actionsOf([...still, shut, sampleAt(2.2, {})])).toEqual(['blink'])
    expect(actionsOf([...still, shut, NOBODY(2.2), sampleAt(2.3, {})])).toEqual([])
    expect(actionsOf([...still, NOBODY(2.1), sampleAt(2.2, { eyes: 0.02 }), sampleAt(2.3, {})])).toEqual([])
  })

  it.each([
    ['time that runs back', (sample: MotionSample) => ({ ...sample, timestampMs: sample.timestampMs - 5000 })],
    ['a long gap', (sample: MotionSample) => ({ ...sample, timestampMs: sample.timestampMs + 2500 })],
    ['a picture of another size', (sample: MotionSample) => ({ ...sample, width: 480, height: 640 })],
  ])('forgets the person at %s', (_, change) => {
    const first = sampleAt(2.1, { yaw: 20 })
    const watched = watchMotion(after(still).state, change(first))
    expect(watched).toEqual(watchMotion(NEW_MOTION, change(first)))
    expect(watched.sees).toEqual({ faces: 1, neutral: false })
  })

  it('forgets the person at a time that is no number, and takes the next frame as the first', () => {
    const { state, sees } = watchMotion(after(still).state, { ...sampleAt(2.1, {}), timestampMs: NaN })
    expect(sees).toEqual({ faces: 0, neutral: false })
    expect(watchMotion(state, sampleAt(2.2, {})).sees).toEqual({ faces: 1, neutral: false })
  })

  it('never throws, whatever comes, tells nothing without exactly one face, and stays bounded', () => {
    const number = fc.oneof(fc.double({ min: -60, max: 60, noNaN: true }), fc.constantFrom(NaN, Infinity, -Infinity, 0))
    const sample = fc.record({
      gap: fc.integer({ min: -100, max: 3000 }),
      faceCount: fc.nat(2),
      yaw: number,
      pitch: number,
      roll: number,
      z: number,
      mouth: number,
      eye: number,
    })
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 60 }), (samples) => {
        let [state, t] = [NEW_MOTION, 0]
        for (const { gap, faceCount, yaw, pitch, roll, z, mouth, eye } of samples) {
          t += gap / 10
          const seen = watchMotion(state, {
            ...{ timestampMs: t, width: 640, height: 480, faceCount },
            ...{ pose: { yaw, pitch, roll }, distanceCm: z, mouthOpening: mouth, eyeOpening: { right: eye, left: 0.3 } },
          })
          if (faceCount !== 1) expect(seen.sees).toEqual({ faces: faceCount, neutral: false })
          if (seen.sees.performed !== undefined) expect(seen.sees.performed.fromMs).toBeLessThan(t)
          state = seen.state
        }
        expect(state.eyes.seen.length).toBeLessThanOrEqual(60)
      }),
    )
  })
})
