import type { MotionSample } from '../../../src/liveness/sample.js'
import { type MotionState, type Watched, NEW_MOTION, watchMotion } from '../../../src/liveness/motion/index.js'

/** What a computed person does: degrees, centimetres, shares; as a function of seconds. */
export interface Pose {
  readonly yaw: number
  readonly pitch: number
  readonly roll: number
  readonly distanceCm: number
  readonly mouth: number
  readonly eyes: number
}

export const UPRIGHT: Pose = { yaw: 0, pitch: 0, roll: 0, distanceCm: 45, mouth: 0.01, eyes: 0.3 }

export type Script = (seconds: number) => Partial<Pose>

/** 0 → 1 → 0 between `from` and `to` seconds, with slopes of `slope` seconds. */
export function bump(seconds: number, from: number, to: number, slope = 0.3): number {
  return Math.max(0, Math.min(1, (seconds - from) / slope, (to - seconds) / slope))
}

/** A sample of a person whose own rest is `rest`, seen at `seconds`. */
export function sampleAt(seconds: number, pose: Partial<Pose>, rest: Pose = UPRIGHT): MotionSample {
  const { yaw, pitch, roll, distanceCm, mouth, eyes } = { ...rest, ...pose }
  return {
    timestampMs: 1000 * seconds,
    width: 640,
    height: 480,
    faceCount: 1,
    pose: { yaw, pitch, roll },
    distanceCm,
    eyeOpening: { right: eyes, left: eyes },
    mouthOpening: mouth / Math.cos((yaw * Math.PI) / 180),
  }
}

export const NOBODY = (seconds: number): MotionSample => ({ timestampMs: 1000 * seconds, width: 640, height: 480, faceCount: 0 })

/** What is told over the samples: actions with the second at which they are. */
export function toldOf(samples: readonly MotionSample[], from: MotionState = NEW_MOTION): { action: string; at: number; from: number }[] {
  let state = from
  return samples.flatMap((sample) => {
    const watched: Watched = watchMotion(state, sample)
    state = watched.state
    const { performed } = watched.sees
    return performed === undefined ? [] : [{ action: performed.action, at: sample.timestampMs / 1000, from: performed.fromMs / 1000 }]
  })
}

export function filmed(script: Script, seconds: number, fps: number, rest: Pose = UPRIGHT): MotionSample[] {
  return Array.from({ length: Math.floor(seconds * fps) + 1 }, (_, index) => sampleAt(index / fps, script(index / fps), rest))
}

export const actionsOf = (samples: readonly MotionSample[]): string[] => toldOf(samples).map(({ action }) => action)

export function after(samples: readonly MotionSample[]): Watched {
  let watched: Watched = { state: NEW_MOTION, sees: { faces: 0, neutral: false } }
  for (const sample of samples) watched = watchMotion(watched.state, sample)
  return watched
}
