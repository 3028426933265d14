import { LANDMARK_COUNT, landmarkAt } from '../detection/index.js'
import type { MotionSample } from '../liveness/index.js'
import { eyeOpenings, interEyeDistance, mouthOpening } from '../quality/index.js'
import { within } from './bytes.js'
import { malformed } from './faults.js'
import { SERIES_LANDMARKS } from './series-landmarks.js'

/** Of a moment, a 1024th of a millisecond: a stream without jitter keeps none (`INJECTION_LIMITS.jitterMs` is 0.02 ms). */
export const TIME_STEPS = 1024
/** 70 years of milliseconds. */
const MOST_TIME = 2 ** 51
export const MOST_SIDE = 65_535
export const MOST_FACES = 255
/** Of a frame's hash. */
export const HASH_BITS = 320

/** The root of the nose: it moves with the head's middle, so that the others are told by how they differ from it. */
const LEADING_POINT = 168

/** Points of a series in the order in which they are written. */
export const WRITTEN_POINTS: readonly number[] = [LEADING_POINT, ...SERIES_LANDMARKS.filter((index) => index !== LEADING_POINT)]

/** Measures of a sample that are numbers of one kind. */
export interface Measure {
  /** Steps a unit: 8 of a pixel are eighths. */
  readonly steps: number
  /** Least and most, in units. */
  readonly range: readonly [number, number]
  /** The numbers as the sample has them; undefined where it has none. */
  readonly of: (sample: MotionSample) => readonly number[] | undefined
  readonly length: number
  /** How many of the first numbers the others move with: 2 where they are points, x and y in turn. */
  readonly leads: number
}

const PIXELS = [-131_072, 131_072] as const
/** A measure that is no number is none. */
const single = (name: 'distanceCm' | 'luminance' | 'noise' | 'padLogOdds', steps: number, range: readonly [number, number]): Measure => ({
  ...{ steps, range, length: 1, leads: 1 },
  of: ({ [name]: value }) => (value !== undefined && Number.isFinite(value) ? [value] : undefined),
})

export type MeasureName = 'landmarks' | 'pose' | 'box' | 'distanceCm' | 'luminance' | 'noise' | 'padLogOdds'

/** In the order of their flags. */
export const MEASURES: Readonly<Record<MeasureName, Measure>> = {
  landmarks: { steps: 8, range: PIXELS, length: 2 * WRITTEN_POINTS.length, leads: 2, of: ({ landmarks }) => landmarks && pointsOf(landmarks) },
  pose: { steps: 64, range: [-360, 360], length: 3, leads: 3, of: ({ pose }) => pose && [pose.yaw, pose.pitch, pose.roll] },
  box: { steps: 8, range: PIXELS, length: 4, leads: 4, of: ({ box }) => box && [box.x, box.y, box.width, box.height] },
  distanceCm: single('distanceCm', 16, [0, 65_536]),
  luminance: single('luminance', 4096, [0, 1]),
  noise: single('noise', 4096, [0, 256]),
  padLogOdds: single('padLogOdds', 256, [-65_536, 65_536]),
}

export const MEASURE_NAMES = Object.keys(MEASURES) as readonly MeasureName[]

/** A sample as whole numbers: what is written of it. */
export interface QuantisedSample {
  /** Steps of {@link TIME_STEPS}. */
  readonly time: number
  readonly width: number
  readonly height: number
  readonly faceCount: number
  readonly frameHash?: bigint
  /** Steps of each measure that is there. */
  readonly measures: { readonly [Name in MeasureName]?: readonly number[] }
}

/**
 * The sample as it will be decoded: rounded, with the landmarks of a series only (x and y; all else of them is NaN), without an embedding, eye and mouth
 * opening and inter-eye distance computed anew. Who judges this judges what the server will judge.
 * @throws LintasError `evidence-malformed` for a sample that cannot be told: a moment, pose, box or landmark that is no number or out of all bounds
 */
export function quantiseSample(sample: MotionSample): MotionSample {
  return restored(quantised(sample))
}

/** @throws LintasError `evidence-malformed` */
export function quantised(sample: MotionSample): QuantisedSample {
  const { timestampMs, width, height, faceCount, frameHash } = sample
  const found = MEASURE_NAMES.flatMap((name) => {
    const values = MEASURES[name].of(sample)
    return values === undefined ? [] : [[name, values.map((value) => stepsOf(name, value))] as const]
  })
  return {
    time: timeSteps(timestampMs),
    width: wholeWithin(width, 'a picture’s width', 1, MOST_SIDE),
    height: wholeWithin(height, 'a picture’s height', 1, MOST_SIDE),
    faceCount: wholeWithin(faceCount, 'a count of faces', 0, MOST_FACES),
    ...(frameHash !== undefined && { frameHash: checkHash(frameHash) }),
    measures: Object.fromEntries(found),
  }
}

export function restored({ time, width, height, faceCount, frameHash, measures }: QuantisedSample): MotionSample {
  const units = (name: MeasureName): readonly number[] | undefined => measures[name]?.map((steps) => steps / MEASURES[name].steps)
  const [points, pose, box] = [units('landmarks'), units('pose'), units('box')]
  const [[distanceCm] = [], [luminance] = [], [noise] = [], [padLogOdds] = []] = [
    units('distanceCm'),
    units('luminance'),
    units('noise'),
    units('padLogOdds'),
  ]
  const [yaw = NaN, pitch = NaN, roll = NaN] = pose ?? []
  const [x = NaN, y = NaN, across = NaN, down = NaN] = box ?? []
  return {
    ...{ timestampMs: time / TIME_STEPS, width, height, faceCount },
    ...(points && measuredOn(landmarksOf(points))),
    ...(pose && { pose: { yaw, pitch, roll } }),
    ...(box && { box: { x, y, width: across, height: down } }),
    ...(distanceCm !== undefined && { distanceCm }),
    ...(luminance !== undefined && { luminance }),
    ...(frameHash !== undefined && { frameHash }),
    ...(noise !== undefined && { noise }),
    ...(padLogOdds !== undefined && { padLogOdds }),
  }
}

/** @throws LintasError `evidence-malformed` */
export function timeSteps(ms: number): number {
  return checkTime(toSteps(ms, TIME_STEPS))
}

/** @throws LintasError `evidence-malformed` */
export function checkTime(steps: number): number {
  return within(steps, 'a moment', -MOST_TIME, MOST_TIME)
}

/** `steps` where the measure may be so. @throws LintasError `evidence-malformed` */
export function checkSteps(name: MeasureName, steps: number): number {
  const { steps: perUnit, range } = MEASURES[name]
  return within(steps, `a number of ${name}`, range[0] * perUnit, range[1] * perUnit)
}

/** @throws LintasError `evidence-malformed` */
export function wholeWithin(value: number, what: string, min: number, max: number): number {
  if (!Number.isInteger(value)) throw malformed(`${what} must be a whole number`)
  return within(value, what, min, max)
}

function stepsOf(name: MeasureName, value: number): number {
  return checkSteps(name, toSteps(value, MEASURES[name].steps))
}

/** There is no negative 0 among steps. */
function toSteps(value: number, perUnit: number): number {
  return Math.round(value * perUnit) + 0
}

function checkHash(hash: bigint): bigint {
  if (hash < 0n || hash >> BigInt(HASH_BITS) !== 0n) throw malformed(`a frame’s hash must have ${HASH_BITS} bits`)
  return hash
}

function pointsOf(landmarks: Float32Array): readonly number[] {
  if (landmarks.length !== LANDMARK_COUNT * 3) throw malformed(`there must be ${LANDMARK_COUNT} landmarks`)
  return WRITTEN_POINTS.flatMap((index) => {
    const { x, y } = landmarkAt(landmarks, index)
    return [x, y]
  })
}

function landmarksOf(points: readonly number[]): Float32Array {
  const landmarks = new Float32Array(LANDMARK_COUNT * 3).fill(NaN)
  WRITTEN_POINTS.forEach((index, at) => landmarks.set(points.slice(2 * at, 2 * at + 2), index * 3))
  return landmarks
}

/** Landmarks with what is computed from them, as far as it is a number. */
function measuredOn(landmarks: Float32Array): Partial<MotionSample> {
  const [eyes, mouth] = [eyeOpenings(landmarks), mouthOpening(landmarks)]
  return {
    landmarks,
    interEyeDistance: interEyeDistance(landmarks),
    ...(Number.isFinite(eyes.right) && Number.isFinite(eyes.left) && { eyeOpening: eyes }),
    ...(Number.isFinite(mouth) && { mouthOpening: mouth }),
  }
}
