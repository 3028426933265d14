import { median } from '../../numeric/index.js'
import type { MotionSample } from '../sample.js'
import { FOLLOW_MS, PLAUSIBLE_REST_DEG, SETTLE_MS, STILL_DEG, STILL_DISTANCE } from './limits.js'
import type { Deviation, Reading, Rest } from './types.js'

const RADIANS = Math.PI / 180

/** The measures of a sample; undefined where one is missing or no finite number. */
export function readingOf({ timestampMs, pose, distanceCm, mouthOpening }: MotionSample): Reading | undefined {
  if (pose === undefined || distanceCm === undefined || mouthOpening === undefined) return undefined
  const { yaw, pitch, roll } = pose
  // A turn foreshortens the distance between the eyes, over which the mouth's opening is told.
  const turn = yaw * Math.cos(roll * RADIANS) - pitch * Math.sin(roll * RADIANS)
  const reading = { timestampMs, yaw, pitch, roll, distanceCm, mouth: mouthOpening * Math.cos(turn * RADIANS) }
  return Object.values(reading).every(Number.isFinite) && distanceCm > 0 ? reading : undefined
}

/** Whether a person may rest like this. */
export function isPlausible({ yaw, pitch }: Rest): boolean {
  return Math.hypot(yaw, pitch) <= PLAUSIBLE_REST_DEG
}

/** The last frames that are needed to tell stillness over `forMs`: those within it, and at least three. */
export function recentOf(recent: readonly Reading[], reading: Reading, forMs: number = SETTLE_MS): readonly Reading[] {
  const all = [...recent, reading]
  const first = all.findIndex(({ timestampMs }) => reading.timestampMs - timestampMs <= forMs)
  return all.slice(Math.max(0, Math.min(first - 1, all.length - 3)))
}

/** The middle of the readings where they keep still for {@link SETTLE_MS}; undefined where they do not. */
export function stillRest(readings: readonly Reading[], forMs: number = SETTLE_MS): Rest | undefined {
  const [first, last] = [readings[0], readings.at(-1)]
  if (first === undefined || last === undefined || readings.length < 3 || last.timestampMs - first.timestampMs < forMs) return undefined
  const of = (name: keyof Rest): number[] => readings.map((reading) => reading[name])
  const middle = { yaw: median(of('yaw')), pitch: median(of('pitch')), roll: circular(of('roll')), distanceCm: median(of('distanceCm')) }
  const still = spread(of('yaw')) <= STILL_DEG && spread(of('pitch')) <= STILL_DEG && spread(of('distanceCm')) <= STILL_DISTANCE * middle.distanceCm
  // Who talks has the mouth at rest when it is closed.
  return still && isPlausible({ ...middle, mouth: 0 }) ? { ...middle, mouth: Math.min(...of('mouth')) } : undefined
}

/** How far `reading` lies from `rest`: yaw and pitch are the camera's axes, turned into the head's own by how it lies (a phone held sideways: 90°). */
export function deviationOf(rest: Rest, reading: Reading): Deviation {
  const [yaw, pitch] = [reading.yaw - rest.yaw, reading.pitch - rest.pitch]
  const [cos, sin] = [Math.cos(rest.roll * RADIANS), Math.sin(rest.roll * RADIANS)]
  return {
    turn: yaw * cos - pitch * sin,
    look: yaw * sin + pitch * cos,
    distance: reading.distanceCm / rest.distanceCm,
    mouth: reading.mouth - rest.mouth,
  }
}

/** `rest` moved a little towards `reading`, `elapsedMs` after the frame before; a mouth that is more closed is followed at once. */
export function follow(rest: Rest, reading: Reading, elapsedMs: number): Rest {
  const share = 1 - Math.exp(-elapsedMs / FOLLOW_MS)
  const towards = (name: keyof Rest): number => rest[name] + share * (reading[name] - rest[name])
  const mouth = Math.min(towards('mouth'), reading.mouth)
  return { yaw: towards('yaw'), pitch: towards('pitch'), roll: rest.roll, distanceCm: towards('distanceCm'), mouth }
}

function spread(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values)
}

/** The middle of angles that lie close together, also across ±180°. */
function circular(degrees: readonly number[]): number {
  const [reference = 0] = degrees
  const middle = reference + median(degrees.map((angle) => wrap(angle - reference)))
  return wrap(middle)
}

function wrap(degrees: number): number {
  return degrees - 360 * Math.round(degrees / 360)
}
