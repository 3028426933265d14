import { describe, expect, it } from 'vitest'
import { assessContinuity, CONTINUITY_LIMITS, JUMP_LIMITS, largestJump, repeatsOf } from '../../../src/liveness/continuity/index.js'
import type { MotionSample } from '../../../src/liveness/sample.js'
import { HEAD, sampleOfSight, sightOf } from '../shape/head.js'

const STEP = 50
/** A hash that no other frame has: `index` spread over both parts. */
const hashAt = (index: number): bigint => {
  let bits = BigInt(index + 1)
  for (let round = 0; round < 40; round += 1) bits = (bits * 0x9e3779b97f4a7c15n + 0x1234567n) % (1n << 320n)
  return bits
}

type Change = (sample: MotionSample, index: number) => Partial<MotionSample>

/** A head that sways slowly, at 20 frames a second. */
function session(count = 100, change: Change = () => ({})): readonly MotionSample[] {
  return Array.from({ length: count }, (_, index) => {
    const pose = { yaw: 20 * Math.sin(index / 15), pitch: 5 * Math.sin(index / 11), roll: 0 }
    const sample = sampleOfSight(sightOf(HEAD, { ...pose, x: Math.sin(index / 20) }), index * STEP, pose)
    const whole = { ...sample, frameHash: hashAt(index) }
    return { ...whole, ...change(whole, index) }
  })
}

const vector = (...values: number[]): Float32Array => Float32Array.from(values)
const withoutFace = ({ timestampMs, width, height, frameHash }: MotionSample): MotionSample => ({
  ...{ timestampMs, width, height, faceCount: 0 },
  ...(frameHash !== undefined && { frameHash }),
})

describe('continuity', () => {
  it('finds nothing against a head that sways', () => {
    const found = assessContinuity(session())
    expect(found).toMatchObject({ layer: 'continuity', outcome: 'bona-fide', reasons: [], weight: 1, threshold: 1 })
    expect(found.score).toBeGreaterThan(0)
    expect(found.score).toBeLessThan(1)
    expect(found.evidence).toMatchObject({ frames: 100, framesWithFace: 100, longestGapMs: STEP, lengthMs: 99 * STEP, embedded: 0 })
  })

  it('is undetermined on nothing, on one frame, without any face', () => {
    for (const samples of [[], session(1), session(20).map(withoutFace)]) {
      const { outcome, reasons } = assessContinuity(samples)
      expect(outcome).toBe('undetermined')
      expect(reasons).toContain('continuity-too-few')
    }
  })

  it.each([
    [
      'a person of another shape',
      {
        landmarks: sightOf(
          HEAD.map(([x, y, z]) => [x * 1.5, y, z] as const),
          {},
        ),
      },
    ],
    ['a pose', { pose: { yaw: 75, pitch: 0, roll: 0 } }],
    ['a place', { box: { x: 500, y: 300, width: 100, height: 120 } }],
    ['a size', { box: { x: 100, y: 100, width: 300, height: 360 } }],
    ['a pose that is no number', { pose: { yaw: NaN, pitch: 0, roll: 0 } }],
    ['landmarks that are no numbers', { landmarks: new Float32Array(478 * 3).fill(NaN) }],
    ['landmarks that are too few', { landmarks: new Float32Array(9) }],
  ] as const)('sees %s leap', (_what, extra) => {
    const found = assessContinuity(session(60, (_sample, index) => (index >= 30 ? extra : {})))
    expect(found).toMatchObject({ outcome: 'attack', reasons: ['continuity-jump'] })
  })

  it('does not call a step a leap because frames are far apart', () => {
    const slow = session(40).filter((_, index) => index % 8 === 0)
    expect(largestJump(slow)).toBeLessThan(1)
    const turned = (seconds: number): readonly MotionSample[] =>
      [0, 1].map((at) => ({ ...session(1)[0]!, timestampMs: at * seconds * 1000, pose: { yaw: at * 60, pitch: 0, roll: 0 } }))
    expect(largestJump(turned(0.05))).toBeCloseTo(60 / (JUMP_LIMITS.angle.slack + JUMP_LIMITS.angle.perSecond * 0.05), 6)
    expect(largestJump(turned(0.9))).toBeLessThan(1)
    expect(largestJump(turned(5))).toBe(0)
  })

  it('takes the short way round for angles', () => {
    const rolled = [179, -179].map((roll, at) => ({ ...session(1)[0]!, timestampMs: at * STEP, pose: { yaw: 0, pitch: 0, roll } }))
    expect(largestJump(rolled)).toBeLessThan(0.1)
  })
})

describe('who is there', () => {
  it('one person throughout: embeddings of the first, key and last frames', () => {
    const same = session(40, (_, index) => (index % 13 === 0 ? { embedding: vector(1, 0.1 * (index % 3), 0) } : {}))
    expect(assessContinuity(same, { embeddedFrames: 3 })).toMatchObject({ outcome: 'bona-fide', evidence: { embedded: 4 } })
  })

  it.each([
    ['another at the end', vector(0, 1, 0)],
    ['a vector of another length', vector(1, 0)],
    ['a vector that is no direction', vector(0, 0, 0)],
    ['a vector that is no numbers', vector(NaN, 0, 0)],
  ])('%s is a changed person', (_what, last) => {
    const samples = session(40, (_, index) =>
      index === 0 || index === 20 ? { embedding: vector(1, 0, 0) } : index === 39 ? { embedding: last } : {},
    )
    expect(assessContinuity(samples)).toMatchObject({ outcome: 'attack', reasons: ['continuity-person-changed'] })
  })

  it('somebody in between who is gone again is found, too', () => {
    const at = new Map([0, 20, 39].map((index) => [index, index === 20 ? vector(0, 1) : vector(1, 0)]))
    const samples = session(40, (_, index) => (at.has(index) ? { embedding: at.get(index)! } : {}))
    expect(assessContinuity(samples).reasons).toEqual(['continuity-person-changed'])
  })

  it('is undetermined when embeddings were asked for and did not come', () => {
    expect(assessContinuity(session(40), { embeddedFrames: 3 })).toMatchObject({ outcome: 'undetermined', reasons: ['continuity-too-few'] })
  })

  it('is undetermined when the person leaves and returns, and not for a frame or two', () => {
    const gone = (from: number, to: number): readonly MotionSample[] =>
      session(60).map((sample, index) => (index >= from && index < to ? withoutFace(sample) : sample))
    expect(assessContinuity(gone(20, 22)).outcome).toBe('bona-fide')
    expect(assessContinuity(gone(20, 40))).toMatchObject({ outcome: 'undetermined', reasons: ['continuity-face-lost'] })
  })

  describe('who is away for longer than a detector blinks', () => {
    const key = { embedding: vector(1, 0) }
    /** Away in frames 20 to 39 and 60 to 79; embedded in the frames of `keys`. */
    const leaving = (keys: readonly number[], change: Change = () => ({})): readonly MotionSample[] =>
      session(100, (sample, index) => ({ ...(keys.includes(index) && key), ...change(sample, index) })).map((sample, index) =>
        (index >= 20 && index < 40) || (index >= 60 && index < 80) ? withoutFace(sample) : sample,
      )

    it('is held against those before where each stay was embedded', () => {
      expect(assessContinuity(leaving([10, 50, 90]))).toMatchObject({ outcome: 'bona-fide', evidence: { faceLostMs: 21 * STEP } })
      const other = leaving([10, 50, 90], (_, index) => (index === 50 ? { embedding: vector(0, 1) } : {}))
      expect(assessContinuity(other)).toMatchObject({ outcome: 'attack', reasons: ['continuity-person-changed'] })
    })

    it.each([[[50, 90]], [[10, 90]], [[10, 50]], [[]]])('is lost where one stay was not: embedded at %j', (keys) => {
      expect(assessContinuity(leaving(keys))).toMatchObject({ outcome: 'undetermined', reasons: ['continuity-face-lost'] })
    })

    it('is lost where a stay ends in a short absence and was not embedded: the place may have been given back in it', () => {
      const swapped = session(100, (_, index) => (index === 10 || index === 90 ? key : {})).map((sample, index) =>
        (index >= 20 && index < 40) || (index >= 60 && index < 63) ? withoutFace(sample) : sample,
      )
      expect(assessContinuity(swapped)).toMatchObject({ outcome: 'undetermined', reasons: ['continuity-face-lost'] })
    })

    it('is lost after two seconds whoever was embedded', () => {
      const gone = session(100, (_, index) => (index % 10 === 5 ? key : {})).map((sample, index) =>
        index >= 20 && index < 60 ? withoutFace(sample) : sample,
      )
      expect(assessContinuity(gone)).toMatchObject({ outcome: 'undetermined', reasons: ['continuity-face-lost'] })
    })
  })

  it('is undetermined when the face could not be measured, as when it was not there', () => {
    const unmeasured = session(60).map((sample, index) => (index >= 20 && index < 40 ? { ...withoutFace(sample), faceCount: 1 } : sample))
    expect(assessContinuity(unmeasured)).toMatchObject({ outcome: 'undetermined', reasons: ['continuity-face-lost'] })
  })

  it('is undetermined when the picture changes its size: another camera, or a phone that was turned', () => {
    const turned = session(60, ({ box, pose }, index) =>
      index < 30 ? {} : { width: 480, height: 640, box: { ...box!, x: 0 }, pose: { ...pose!, roll: 90 } },
    )
    expect(assessContinuity(turned)).toMatchObject({ outcome: 'undetermined', reasons: ['continuity-size'] })
  })

  it('is undetermined when somebody else is there, and not for one frame of a wrong detection', () => {
    const company = (from: number, to: number): readonly MotionSample[] =>
      session(60, (_, index) => (index >= from && index < to ? { faceCount: 2 } : {}))
    expect(assessContinuity(company(20, 21)).outcome).toBe('bona-fide')
    expect(assessContinuity(company(20, 30))).toMatchObject({ outcome: 'undetermined', reasons: ['continuity-several-faces'] })
  })
})

describe('time', () => {
  it.each([
    ['falls', -400],
    ['stands still', 0],
    ['is no number', NaN],
    ['is infinite', Infinity],
  ])('that %s leaves it undetermined', (_what, step) => {
    const samples = session(40, ({ timestampMs }, index) =>
      index === 20 ? { timestampMs: step === 0 ? timestampMs - STEP : timestampMs + step } : {},
    )
    expect(assessContinuity(samples)).toMatchObject({ outcome: 'undetermined', reasons: ['continuity-clock'] })
  })

  it('that leaps ahead, a tab hidden in between, is a gap', () => {
    const samples = session(40, ({ timestampMs }, index) => ({ timestampMs: timestampMs + (index >= 20 ? 8000 : 0) }))
    expect(assessContinuity(samples)).toMatchObject({ outcome: 'undetermined', reasons: ['continuity-gap'] })
  })

  it('at three frames a second is enough', () => {
    expect(assessContinuity(session(100).filter((_, index) => index % 7 === 0)).outcome).toBe('bona-fide')
  })
})

describe('pictures that come again', () => {
  it('stand still', () => {
    const held = Math.ceil(CONTINUITY_LIMITS.frozenMs / STEP)
    const frozen = (count: number): readonly MotionSample[] => session(80, (_, index) => (index >= 20 && index < 20 + count ? { frameHash: 5n } : {}))
    expect(assessContinuity(frozen(held)).outcome).toBe('bona-fide')
    expect(assessContinuity(frozen(held + 1))).toMatchObject({ outcome: 'attack', reasons: ['continuity-frozen'] })
  })

  it.each([
    ['forwards', (index: number): number => index % 30],
    ['forwards and back', (index: number): number => (index % 60 < 30 ? index % 60 : 59 - (index % 60))],
    ['once, later', (index: number): number => (index >= 60 && index < 80 ? index - 50 : index)],
  ])('run %s', (_what, source) => {
    const looped = session(100, (_, index) => ({ frameHash: hashAt(source(index)) }))
    expect(assessContinuity(looped)).toMatchObject({ outcome: 'attack', reasons: ['continuity-looped'] })
  })

  it('encoded anew, at another phase, with a few bits turned, are the same', () => {
    const looped = session(100, (_, index) => ({
      frameHash: hashAt(index % 30) ^ BigInt((index * 7) % 16),
      timestampMs: index * STEP + (index % 3) * 9,
    }))
    expect(assessContinuity(looped).reasons).toContain('continuity-looped')
  })

  it('of somebody who sits still tell nothing', () => {
    const still = session(100, (_, index) => ({ frameHash: BigInt(index % 8) }))
    expect(repeatsOf(still)).toMatchObject({ repeated: 0, telling: 0 })
    expect(assessContinuity(still).outcome).toBe('bona-fide')
  })

  it('that were not hashed are not judged', () => {
    const blind = session(40).map(({ frameHash: _none, ...sample }) => sample)
    expect(assessContinuity(blind)).toMatchObject({ outcome: 'bona-fide', evidence: { frozenMs: 0, tellingMoments: 0 } })
  })
})
