import { smoothstep } from './pictures.js'
import { randomOf, wander } from './random.js'
import type { Action, ScriptedAction } from './types.js'

/** How something before the camera lies and what a face does; degrees in the sense of `Pose`. */
export interface Stance {
  readonly yaw: number
  readonly pitch: number
  readonly roll: number
  /** Pixels of the frame. */
  readonly dx: number
  readonly dy: number
  /** Size over the neutral size. */
  readonly scale: number
  /** 0 open to 1 closed. */
  readonly blink: number
  /** 0 as in the portrait to 1 wide open. */
  readonly mouth: number
}

export type Motion = (timestampMs: number) => Stance

export const NEUTRAL: Stance = { yaw: 0, pitch: 0, roll: 0, dx: 0, dy: 0, scale: 1, blink: 0, mouth: 0 }

const RAMP_MS = 350
const BLINK_RAMP_MS = 100

/** What each action changes at its end. */
const ENDS: Readonly<Record<Action, readonly [key: keyof Stance, by: number]>> = {
  'turn-left': ['yaw', 28],
  'turn-right': ['yaw', -28],
  'look-up': ['pitch', 20],
  'look-down': ['pitch', -20],
  blink: ['blink', 1],
  'open-mouth': ['mouth', 1],
  'move-closer': ['scale', 0.4],
  'move-back': ['scale', -0.28],
}

/** How far an action is done, 0 to 1. */
export function progress({ action, startMs, holdMs }: ScriptedAction, timestampMs: number): number {
  const ramp = action === 'blink' ? BLINK_RAMP_MS : RAMP_MS
  const since = timestampMs - startMs
  return smoothstep(0, ramp, since) * (1 - smoothstep(ramp + holdMs, 2 * ramp + holdMs, since))
}

/** The actions one after another, from the neutral stance and back to it. @param strength multiplies angles */
export function scripted(actions: readonly ScriptedAction[], strength = 1): Motion {
  return (timestampMs) => {
    const stance = { ...NEUTRAL }
    for (const scriptedAction of actions) {
      const [key, by] = ENDS[scriptedAction.action]
      stance[key] += by * progress(scriptedAction, timestampMs) * (key === 'yaw' || key === 'pitch' ? strength : 1)
    }
    return stance
  }
}

/** Nobody holds still: the small motion of a head, or of a hand that holds something. @param size 1 for a head */
export function tremor(seed: number, size = 1): Motion {
  const random = randomOf(seed, 7)
  const keys = ['yaw', 'pitch', 'roll', 'dx', 'dy', 'scale'] as const
  const sizes = { yaw: 1.4, pitch: 1, roll: 0.8, dx: 2.5, dy: 1.8, scale: 0.012 }
  const paths = keys.map((key) => [key, wander(random, 0.35), sizes[key] * size] as const)
  return (timestampMs) => {
    const stance = { ...NEUTRAL, scale: 0 }
    for (const [key, path, by] of paths) stance[key] = by * path(timestampMs)
    return { ...stance, scale: 1 + stance.scale }
  }
}

/** Moved, tilted and turned to and fro: yaw and pitch to 40°, with periods that do not coincide. */
export function turnedAbout(seed: number): Motion {
  const random = randomOf(seed, 8)
  const phases = [random.next(), random.next(), random.next()]
  const swing = (phase: number, seconds: number, timestampMs: number): number => Math.sin(2 * Math.PI * (phase + timestampMs / 1000 / seconds))
  return (timestampMs) => ({
    ...NEUTRAL,
    yaw: 40 * swing(phases[0]!, 3.1, timestampMs),
    pitch: 40 * swing(phases[1]!, 4.3, timestampMs),
    roll: 12 * swing(phases[2]!, 5.3, timestampMs),
    dx: 25 * swing(phases[1]!, 3.7, timestampMs),
    dy: 12 * swing(phases[0]!, 2.9, timestampMs),
    scale: 1 + 0.1 * swing(phases[2]!, 4.7, timestampMs),
  })
}

/** Both at once. */
export function together(first: Motion, second: Motion): Motion {
  return (timestampMs) => {
    const [a, b] = [first(timestampMs), second(timestampMs)]
    return {
      yaw: a.yaw + b.yaw,
      pitch: a.pitch + b.pitch,
      roll: a.roll + b.roll,
      dx: a.dx + b.dx,
      dy: a.dy + b.dy,
      scale: a.scale * b.scale,
      blink: Math.max(a.blink, b.blink),
      mouth: Math.max(a.mouth, b.mouth),
    }
  }
}
