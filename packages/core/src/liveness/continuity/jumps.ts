import { clamp, type Point } from '../../numeric/index.js'
import { rigidPoints } from '../shape/points.js'
import { changeOf } from '../shape/residual.js'
import type { MotionSample } from '../sample.js'

/** What may change from one frame to the next: at once (a detector's jitter, a frame's delay), and per second besides. */
export interface JumpLimit {
  readonly slack: number
  readonly perSecond: number
}

/**
 * Twice what was seen in 2,100 frames of live clips, eager head turns and a walk about among them (docs/evaluation/shape.json, `continuity`):
 * at most 14° in 83 ms and 30° in 187 ms, 0.77 inter-eye distances in 40 ms, 10 % of size in 62 ms, 0.082 inter-eye distances of shape in 83 ms.
 */
export const JUMP_LIMITS: Readonly<Record<'angle' | 'place' | 'size' | 'shape', JumpLimit>> = {
  /** Yaw, pitch and roll, degrees. */
  angle: { slack: 10, perSecond: 250 },
  /** The box's middle, inter-eye distances. */
  place: { slack: 0.5, perSecond: 12 },
  /** The box's height, natural logarithm. */
  size: { slack: 0.1, perSecond: 1.2 },
  /** The rigid landmarks after turn, scale and shift, inter-eye distances: another head has another shape. */
  shape: { slack: 0.05, perSecond: 1.2 },
}

/** Beyond this a step says nothing, milliseconds: a person can do anything meanwhile. Such gaps are told by themselves. */
export const LONGEST_STEP_MS = 1000

/**
 * The largest step between consecutive sights of the face, as a multiple of what {@link JUMP_LIMITS} allow; 0 where there are no two. Between pictures
 * of unlike size there is no step to measure: whoever turns the phone has not leapt.
 */
export function largestJump(samples: readonly MotionSample[]): number {
  const seen = samples.filter(({ landmarks, pose, box }) => landmarks !== undefined && pose !== undefined && box !== undefined)
  let largest = 0
  for (let index = 1; index < seen.length; index += 1) {
    const [before, now] = [seen[index - 1], seen[index]]
    if (before === undefined || now === undefined) continue
    const seconds = (now.timestampMs - before.timestampMs) / 1000
    if (seconds > 0 && seconds * 1000 <= LONGEST_STEP_MS && isSameSize(before, now)) largest = Math.max(largest, jumpOf(before, now, seconds))
  }
  return largest
}

/** Of the same width and height as the picture before. */
export function isSameSize(before: MotionSample, now: MotionSample): boolean {
  return before.width === now.width && before.height === now.height
}

/** One step as a multiple of the limits; infinite for numbers that are none. */
function jumpOf(before: MotionSample, now: MotionSample, seconds: number): number {
  const steps = [
    ...(['yaw', 'pitch', 'roll'] as const).map((axis) => over('angle', difference(before.pose?.[axis], now.pose?.[axis]), seconds)),
    over('place', placeStep(before, now), seconds),
    over('size', Math.abs(Math.log((now.box?.height ?? NaN) / (before.box?.height ?? NaN))), seconds),
    over('shape', shapeStep(before, now), seconds),
  ]
  return steps.every((step) => !Number.isNaN(step)) ? Math.max(...steps) : Infinity
}

function over(kind: keyof typeof JUMP_LIMITS, step: number, seconds: number): number {
  const { slack, perSecond } = JUMP_LIMITS[kind]
  return step / (slack + perSecond * seconds)
}

/** Between angles, the short way round. */
function difference(one = NaN, other = NaN): number {
  const apart = Math.abs(one - other) % 360
  return clamp(Math.min(apart, 360 - apart), 0, 180)
}

function placeStep({ box: before, interEyeDistance }: MotionSample, { box: now }: MotionSample): number {
  if (before === undefined || now === undefined) return NaN
  const across = now.x + now.width / 2 - before.x - before.width / 2
  const down = now.y + now.height / 2 - before.y - before.height / 2
  return Math.hypot(across, down) / (interEyeDistance ?? NaN)
}

/** What turn, scale and shift leave of the step. A plane, as the layer of shape fits one, is not needed here, and costs thirty times as much. */
function shapeStep(before: MotionSample, now: MotionSample): number {
  const [one, other] = [rigidPoints(before.landmarks), rigidPoints(now.landmarks)]
  if (one === undefined || other === undefined || isOnePoint(one)) return NaN
  return changeOf(one, other, before.interEyeDistance ?? NaN)
}

/** Anything shrinks onto a single point, and nothing is left. */
function isOnePoint(points: readonly Point[]): boolean {
  return points.every(({ x, y }) => x === points[0]?.x && y === points[0].y)
}
