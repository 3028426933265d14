import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ACTIONS, type Action } from '../../src/liveness/index.js'
import type { Analysis } from '../../src/worker/index.js'
import { embeddingOf } from './people.js'
import { ADMITTED, ANI, BUDI, essenceOf, play, type Played, type Scene } from './staged.js'

const number = fc.oneof(fc.double(), fc.double({ min: -200, max: 800 }), fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, -1, 1))
const numbers = (length: number): fc.Arbitrary<Float32Array> =>
  fc.oneof(
    fc.array(number, { minLength: length, maxLength: length }).map((values) => Float32Array.from(values)),
    number.map((value) => new Float32Array(length).fill(value)),
    fc.array(number, { maxLength: 9 }).map((values) => Float32Array.from(values)),
  )
/** 1,434 numbers are too many to draw each. */
const landmarks = fc.oneof(
  fc
    .tuple(number, number, number)
    .map(([first, step, odd]) => Float32Array.from({ length: 478 * 3 }, (_, at) => (at === 300 ? odd : first + at * step))),
  numbers(3),
)
const face = fc.record({
  landmarks,
  matrix: numbers(16),
  pose: fc.record({ yaw: number, pitch: number, roll: number }),
  box: fc.record({ x: number, y: number, width: number, height: number }),
})
const measures = fc.record({
  ...{ interEyeDistance: number, overExposure: number, underExposure: number, luminance: number, dynamicRange: number, sharpness: number },
  ...{ illuminationUniformity: number, pose: fc.record({ yaw: number, pitch: number, roll: number }), eyeOpening: number, mouthOpening: number },
  ...{ margin: number, relativeSize: number, faceCount: fc.oneof(number, fc.nat(3)), visibility: number },
})
const readings = fc.record(
  {
    frameHash: fc.bigInt({ min: 0n, max: (1n << 320n) - 1n }),
    noise: number,
    padLogOdds: number,
    detail: fc.record({ softness: number, periodicity: number }),
  },
  { requiredKeys: ['frameHash'] },
)
const embedding = fc.oneof(
  fc.constantFrom(ANI, BUDI, 180).map(embeddingOf),
  numbers(4).map((vector) => ({ ...embeddingOf(ANI), vector: vector.length === 4 ? vector : new Float32Array(4) })),
)

/** Anything that has an analysis' form; embedders' dimensions are a matter of models, and of faults. */
const analysis: fc.Arbitrary<Analysis> = fc.record(
  {
    timestampMs: number,
    width: number,
    height: number,
    faces: fc.array(face, { maxLength: 3 }),
    quality: fc.record(
      { acceptable: fc.boolean(), reasons: fc.constantFrom([], ['no-face' as const], ['turned' as const]), score: number, measures },
      { requiredKeys: ['acceptable', 'reasons'] },
    ),
    timingsMs: fc.constant({}),
    embeddings: fc.array(embedding, { minLength: 1, maxLength: 1 }),
    liveness: readings,
  },
  { requiredKeys: ['timestampMs', 'width', 'height', 'faces', 'quality', 'timingsMs'] },
)

/** Arbitrary frames by their numbers; they tell the true time, or one of their own. */
const interruptions = fc.dictionary(fc.nat(70).map(String), fc.record({ analysis, ownTime: fc.boolean() }), { maxKeys: 6 })

const broken =
  (frames: Record<string, { analysis: Analysis; ownTime: boolean }>): NonNullable<Scene['instead']> =>
  ({ frame }, timestampMs) => {
    const found = frames[String(frame)]
    return found && { ...found.analysis, ...(!found.ownTime && { timestampMs }) }
  }

function isSafe({ outcome }: Played): void {
  const { decision, why, compared, pad } = essenceOf(outcome)
  if (decision === 'refused') return
  expect({ pad, why, compared }).toEqual({ pad: 'bona-fide', why: [], compared: 'match' })
  const [challenge, , continuity] = outcome.pad.layers ?? []
  expect(challenge).toMatchObject({ outcome: 'bona-fide', score: 3, threshold: 3 })
  expect(continuity).toMatchObject({ outcome: 'bona-fide' })
}

describe('whatever an analyser says', () => {
  it('throws nothing and admits nobody where it says nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(analysis, { maxLength: 40 }), async (frames) => {
        const { outcome } = await play({ seconds: frames.length / 10, instead: ({ frame }) => frames[frame] })
        expect(essenceOf(outcome).decision).toBe('refused')
      }),
    )
  })

  it('in between, throws nothing and admits only who passed the challenge, as one person', async () => {
    let admitted = 0
    await fc.assert(
      fc.asyncProperty(interruptions, async (frames) => {
        const played = await play({ seconds: 20, instead: broken(frames) })
        isSafe(played)
        if (played.outcome.decision === 'admitted') admitted += 1
      }),
    )
    // One in five is admitted all the same: the property says something.
    expect(admitted).toBeGreaterThan(0)
  })

  it('admits nobody who does not do what is asked', async () => {
    const other = (asked: Action, at: number): Action => ACTIONS.filter((action) => action !== asked)[at] ?? 'blink'
    await fc.assert(
      fc.asyncProperty(interruptions, fc.nat(ACTIONS.length - 2), async (frames, at) => {
        const { outcome } = await play({ seconds: 20, does: (asked) => other(asked, at), instead: broken(frames) })
        expect(essenceOf(outcome).decision).toBe('refused')
      }),
    )
  })

  it('without a disturbance admits', async () => {
    expect(essenceOf((await play({ instead: broken({}) })).outcome)).toEqual(ADMITTED)
  })
})

describe('an embedding that is none', () => {
  const NONE = [
    ['no numbers', Float32Array.of(NaN, NaN, NaN, NaN)],
    ['infinite', Float32Array.of(Infinity, 0, 0, 0)],
    ['no direction', new Float32Array(4)],
  ] as const

  it.each(NONE)('of %s is nobody’s: the next frame is embedded instead', async (_what, vector) => {
    let left = 2
    const { outcome, prompts } = await play({ mishap: () => (left-- > 0 ? vector : undefined) })
    expect(essenceOf(outcome)).toEqual(ADMITTED)
    expect(prompts).toHaveLength(3)
  })

  it.each(NONE)('of %s, and no other, begins nothing', async (_what, vector) => {
    const { outcome } = await play({ seconds: 10, mishap: () => vector })
    expect(essenceOf(outcome)).toMatchObject({
      decision: 'refused',
      reasons: ['timeout', 'pad:undetermined'],
      why: expect.arrayContaining(['challenge-unfinished']) as unknown,
    })
  })
})
