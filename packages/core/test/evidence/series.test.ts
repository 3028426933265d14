import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LANDMARK_COUNT } from '../../src/detection/index.js'
import { LintasError } from '../../src/errors/index.js'
import { decodeSeries, encodeSeries, EVIDENCE_LIMITS, quantiseSample, SERIES_LANDMARKS, type StepSeries } from '../../src/evidence/index.js'
import { ACTIONS, type MotionSample } from '../../src/liveness/index.js'
import { filmOf, frameOf, jitterOf, shortStep } from './person.js'

const codeOf = (work: () => unknown): unknown => {
  try {
    work()
  } catch (error) {
    return error instanceof LintasError ? error.code : error
  }
  return 'accepted'
}

/** Landmarks anywhere within `spread` of a corner of the picture and beyond it. */
const landmarks = fc.tuple(fc.nat(1_000_000), fc.double({ min: 0, max: 4000, noNaN: true })).map(([seed, spread]) => {
  const jitter = jitterOf(seed)
  return Float32Array.from({ length: LANDMARK_COUNT * 3 }, () => 200 + spread * jitter())
})
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const sample: fc.Arbitrary<MotionSample> = fc.record(
  {
    timestampMs: number(-1e9, 1e12),
    width: fc.constantFrom(640, 480, 1, 65_535),
    height: fc.constantFrom(480, 640),
    faceCount: fc.nat(255),
    landmarks,
    pose: fc.record({ yaw: number(-90, 90), pitch: number(-90, 90), roll: number(-180, 180) }),
    box: fc.record({ x: number(-500, 4000), y: number(-500, 4000), width: number(0, 4000), height: number(0, 4000) }),
    distanceCm: number(0, 1000),
    luminance: number(0, 1),
    frameHash: fc.bigInt({ min: 0n, max: (1n << 320n) - 1n }),
    noise: number(0, 50),
    padLogOdds: number(-40, 40),
  },
  { requiredKeys: ['timestampMs', 'width', 'height', 'faceCount'] },
)
const mark = fc
  .tuple(
    number(0, 1e9),
    fc.nat(4000),
    fc.nat(4000),
    fc.integer({ min: 448, max: 4000 }),
    fc.integer({ min: 448, max: 4000 }),
    fc.nat(447),
    fc.nat(447),
  )
  .map(([timestampMs, x, y, width, height, w, h]) => ({ timestampMs, region: { x, y, width, height }, width: w + 1, height: h + 1 }))
const series: fc.Arbitrary<StepSeries> = fc.record(
  {
    action: fc.constantFrom(...ACTIONS),
    revealedMs: number(-1e9, 1e12),
    doneMs: number(-1e9, 1e12),
    samples: fc.array(sample, { minLength: 1, maxLength: 8 }),
    frames: fc.array(mark, { minLength: 1, maxLength: 12 }),
  },
  { requiredKeys: ['action', 'revealedMs', 'samples', 'frames'] },
)

const HALF_TICK = 1 / 2048
const near = (one: number | undefined, other: number | undefined, within: number): void => {
  expect(one === undefined).toBe(other === undefined)
  if (one !== undefined && other !== undefined) expect(Math.abs(one - other)).toBeLessThanOrEqual(within)
}

describe('a series', () => {
  it('comes back as it was, each sample as quantiseSample says, and encodes to the same bytes again', () => {
    fc.assert(
      fc.property(series, (step) => {
        const bytes = encodeSeries(step)
        const decoded = decodeSeries(bytes)
        expect(decoded.samples).toEqual(step.samples.map(quantiseSample))
        expect(encodeSeries(decoded)).toEqual(bytes)
        expect(decoded.action).toBe(step.action)
        near(decoded.revealedMs, step.revealedMs, HALF_TICK)
        near(decoded.doneMs, step.doneMs, HALF_TICK)
        decoded.frames.forEach(({ timestampMs, ...rest }, at) => {
          near(timestampMs, step.frames[at]?.timestampMs, HALF_TICK)
          expect({ ...rest, timestampMs: step.frames[at]?.timestampMs }).toEqual(step.frames[at])
        })
        expect(decoded.frames).toHaveLength(step.frames.length)
      }),
      { numRuns: 120, seed: 20_261_124 },
    )
  })

  it('is rounded to an eighth of a pixel, a 64th of a degree, a 16th of a centimetre, and no further', () => {
    fc.assert(
      fc.property(sample, (one) => {
        const rounded = quantiseSample(one)
        near(rounded.timestampMs, one.timestampMs, HALF_TICK)
        for (const axis of ['yaw', 'pitch', 'roll'] as const) near(rounded.pose?.[axis], one.pose?.[axis], 1 / 128)
        for (const side of ['x', 'y', 'width', 'height'] as const) near(rounded.box?.[side], one.box?.[side], 1 / 16)
        near(rounded.distanceCm, one.distanceCm, 1 / 32)
        near(rounded.luminance, one.luminance, 1 / 8192)
        near(rounded.noise, one.noise, 1 / 8192)
        near(rounded.padLogOdds, one.padLogOdds, 1 / 512)
        expect([rounded.frameHash, rounded.faceCount, rounded.width, rounded.height]).toEqual([one.frameHash, one.faceCount, one.width, one.height])
        for (const index of one.landmarks ? SERIES_LANDMARKS : []) {
          for (const at of [3 * index, 3 * index + 1]) near(rounded.landmarks?.[at], one.landmarks?.[at], 1 / 16)
        }
        expect(quantiseSample(rounded)).toEqual(rounded)
      }),
      { numRuns: 120, seed: 20_261_124 },
    )
  })

  it('tells of no landmark but those of the series, no depth, and no embedding', () => {
    const step = shortStep()
    const embedded = { ...step, samples: step.samples.map((one) => ({ ...one, embedding: new Float32Array(512) })) }
    expect(encodeSeries(embedded)).toEqual(encodeSeries(step))
    const [first] = decodeSeries(encodeSeries(embedded)).samples
    expect(first).not.toHaveProperty('embedding')
    const told = [...first!.landmarks!.keys()].filter((at) => !Number.isNaN(first!.landmarks![at]))
    expect(told).toEqual(SERIES_LANDMARKS.flatMap((index) => [3 * index, 3 * index + 1]))
  })

  it('computes openings and inter-eye distance from the points, whatever the sample claims', () => {
    const step = shortStep()
    const claimed = step.samples.map((one) => ({ ...one, eyeOpening: { right: 9, left: 9 }, mouthOpening: 9, interEyeDistance: 9 }))
    const decoded = decodeSeries(encodeSeries({ ...step, samples: claimed })).samples
    decoded.forEach((one, at) => {
      near(one.interEyeDistance, step.samples[at]?.interEyeDistance, 0.2)
      near(one.mouthOpening, step.samples[at]?.mouthOpening, 0.004)
      near(one.eyeOpening?.right, step.samples[at]?.eyeOpening?.right, 0.01)
      near(one.eyeOpening?.left, step.samples[at]?.eyeOpening?.left, 0.01)
    })
  })

  it('keeps times in their order, also where they fall or stand still', () => {
    const times = [10, 5, 5, 1000.25, 0]
    const step = shortStep()
    const samples = times.map((timestampMs) => ({ timestampMs, width: 640, height: 480, faceCount: 0 }))
    expect(decodeSeries(encodeSeries({ ...step, samples })).samples).toEqual(samples)
  })

  it('takes at most 220 bytes a sample at 15 frames a second, whatever is done', () => {
    const sizes = ACTIONS.map((action) => {
      const samples = filmOf([action, action], 15)
      const bytes = encodeSeries({ action, revealedMs: 6000, samples, frames: [frameOf(6000)] })
      return bytes.length / samples.length
    })
    expect(Math.max(...sizes)).toBeLessThan(220)
  })
})

describe('the form of a series', () => {
  it('is schema 1 with these landmarks and actions: another set is another schema', () => {
    const text = JSON.stringify([SERIES_LANDMARKS, ACTIONS])
    expect(SERIES_LANDMARKS).toHaveLength(63)
    expect(createHash('sha256').update(text).digest('hex')).toBe('7ca3efef3aa4c2deab668ed69a9cb7d4a69f41edc4f43defc61b8b9c6a7e0318')
  })

  it('is these bytes for this step', () => {
    const samples = [
      { timestampMs: 1000, width: 640, height: 480, faceCount: 0 },
      { timestampMs: 1066.5, width: 640, height: 480, faceCount: 2, luminance: 0.5, frameHash: 258n },
    ]
    const bytes = encodeSeries({ action: 'blink', revealedMs: 1000, samples, frames: [frameOf(1066.5)] })
    const revealed = [0x80, 0x80, 0x7d] // zigzag of 1000 × 1024
    const first = [0, 1, 0x80, 0x05, 0xe0, 0x03, 0] // no time later, no face and a size: 640 × 480, no flags
    const moved = [0x80, 0xa8, 0x08] // zigzag of 66.5 × 1024
    const second = [...moved, 4, 0x90, 0x80, 0x20, ...new Array<number>(38).fill(0), 1, 2] // two faces, flags, zigzag of 2048, hash
    const frame = [1, ...moved, 100, 20, 0xc2, 0x03, 0xcc, 0x03, 0xb6, 0x03, 0xc0, 0x03]
    expect([...bytes]).toEqual([...Buffer.from('lintas-series/1'), 4, 0, ...revealed, 2, ...first, ...second, ...frame])
  })
})

describe('what cannot be written', () => {
  const step = shortStep()
  const [one] = step.samples as [MotionSample]
  const withSample = (change: Partial<MotionSample>) => codeOf(() => encodeSeries({ ...step, samples: [{ ...one, ...change }] }))
  const withFrame = (change: object) => codeOf(() => encodeSeries({ ...step, frames: [{ ...step.frames[0]!, ...change }] }))

  it('is refused: moments, sizes, poses, boxes and points that are no numbers or out of all bounds', () => {
    const spoilt = (value: number) => Float32Array.from(one.landmarks!, (old, at) => (at === 3 * 33 ? value : old))
    const wrong: Partial<MotionSample>[] = [
      ...[NaN, Infinity, 1e16].map((timestampMs) => ({ timestampMs })),
      ...[0, 0.5, -1, NaN, 70_000].flatMap((side) => [{ width: side }, { height: side }]),
      ...[-1, 0.5, 256, NaN].map((faceCount) => ({ faceCount })),
      ...[NaN, Infinity, 400].map((yaw) => ({ pose: { yaw, pitch: 0, roll: 0 } })),
      ...[NaN, -Infinity, 1e6].map((x) => ({ box: { x, y: 0, width: 1, height: 1 } })),
      ...[NaN, Infinity, 1e6].map((value) => ({ landmarks: spoilt(value) })),
      ...[{ landmarks: new Float32Array(9) }, { frameHash: -1n }, { frameHash: 1n << 320n }, { distanceCm: -1 }, { luminance: 2 }],
    ]
    for (const change of wrong) expect(withSample(change), Object.keys(change).join()).toBe('evidence-malformed')
  })

  it('is no measure where it is no number', () => {
    for (const name of ['distanceCm', 'luminance', 'noise', 'padLogOdds'] as const) {
      expect(quantiseSample({ ...one, [name]: NaN })).not.toHaveProperty(name)
      expect(quantiseSample({ ...one, [name]: Infinity })).not.toHaveProperty(name)
    }
  })

  it('is refused: frames that are not of whole pixels, larger than what they show, or than a frame may be', () => {
    const { region } = step.frames[0]!
    const wrong = [
      ...[NaN, 1e16].map((timestampMs) => ({ timestampMs })),
      ...[-1, 0.5, NaN, 70_000].flatMap((side) => [{ region: { ...region, x: side } }, { region: { ...region, y: side } }]),
      ...[0, -1, 0.5].flatMap((side) => [{ region: { ...region, width: side } }, { region: { ...region, height: side } }]),
      ...[0, 0.5, 449].flatMap((side) => [{ width: side }, { height: side }]),
      { region: { ...region, width: 400 } },
    ]
    for (const change of wrong) expect(withFrame(change), JSON.stringify(change)).toBe('evidence-malformed')
  })

  it('is refused: nothing, too much, and an action that nobody knows', () => {
    const many = (count: number) => Array.from({ length: count }, (_, at) => ({ timestampMs: at, width: 1, height: 1, faceCount: 0 }))
    const { samples, framesPerStep } = EVIDENCE_LIMITS
    expect(codeOf(() => encodeSeries({ ...step, samples: [] }))).toBe('evidence-malformed')
    expect(codeOf(() => encodeSeries({ ...step, frames: [] }))).toBe('evidence-malformed')
    expect(codeOf(() => encodeSeries({ ...step, samples: many(samples) }))).toBe('accepted')
    expect(codeOf(() => encodeSeries({ ...step, samples: many(samples + 1) }))).toBe('evidence-too-large')
    expect(codeOf(() => encodeSeries({ ...step, samples: new Array<MotionSample>(1500).fill(one) }))).toBe('evidence-too-large')
    expect(codeOf(() => encodeSeries({ ...step, frames: new Array(framesPerStep + 1).fill(step.frames[0]) }))).toBe('evidence-too-large')
    expect(codeOf(() => encodeSeries({ ...step, action: 'smile' as never }))).toBe('evidence-malformed')
  })
})

describe('what cannot be read', () => {
  const good = encodeSeries(shortStep())
  const read = (bytes: Uint8Array) => codeOf(() => decodeSeries(bytes))

  it('is refused: every beginning of a series, and anything after its end', () => {
    for (let length = 0; length < good.length; length += 1) expect(read(good.subarray(0, length)), String(length)).toBe('evidence-malformed')
    for (const byte of [0, 1, 0x80, 0xff]) expect(read(Uint8Array.of(...good, byte))).toBe('evidence-malformed')
  })

  it('is refused: another schema, action or way of being done; no bytes at all', () => {
    for (const [at, byte] of [
      [0, 0x4c],
      [14, 0x32],
      [15, ACTIONS.length],
      [16, 2],
    ] as const) {
      expect(read(good.with(at, byte))).toBe('evidence-malformed')
    }
    for (const value of [undefined, null, 'lintas-series/1', [...good], {}, good.buffer]) expect(read(value as never)).toBe('evidence-malformed')
  })

  it('is refused for its size, or for what it says will come, before anything is made room for', () => {
    expect(read(new Uint8Array(EVIDENCE_LIMITS.seriesBytes + 1))).toBe('evidence-too-large')
    const header = [...Buffer.from('lintas-series/1'), 0, 0, 0]
    for (const count of [[0], [0xd1, 0x0f], [0xff, 0xff, 0xff, 0xff, 0x0f], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]]) {
      expect(read(Uint8Array.from([...header, ...count]))).toBe('evidence-malformed')
    }
  })

  it('is refused: numbers spelt another way, a size told again, a first sample without one', () => {
    const header = [...Buffer.from('lintas-series/1'), 0, 0, 0, 2]
    const first = [0, 1, 1, 1, 0]
    const end = [0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1]
    expect(read(Uint8Array.from([...header, ...first, ...end]))).toBe('accepted')
    expect(read(Uint8Array.from([...header, 0x80, 0, 1, 1, 1, 0, ...end]))).toBe('evidence-malformed')
    expect(read(Uint8Array.from([...header, ...first, 0, 1, 1, 1, 0, ...end.slice(3)]))).toBe('evidence-malformed')
    expect(read(Uint8Array.from([...header, 0, 0, 0, ...end]))).toBe('evidence-malformed')
  })
})
