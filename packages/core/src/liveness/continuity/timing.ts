import type { MotionSample } from '../sample.js'

/** How the frames' times run. */
export interface Timing {
  /** A time that is not a number, or not later than the one before. */
  readonly broken: boolean
  /** From the first to the last frame, milliseconds. */
  readonly lengthMs: number
  /** Longest step, milliseconds; 0 for fewer than two frames. */
  readonly longestGapMs: number
}

export function timingOf(samples: readonly MotionSample[]): Timing {
  const steps = samples.slice(1).map(({ timestampMs }, index) => timestampMs - (samples[index]?.timestampMs ?? NaN))
  const [first, last] = [samples[0]?.timestampMs ?? 0, samples.at(-1)?.timestampMs ?? 0]
  const broken = !Number.isFinite(first) || steps.some((step) => !(step > 0) || step === Infinity)
  return { broken, lengthMs: last - first, longestGapMs: Math.max(0, ...steps) }
}

/** A stretch of frames: the numbers of its first and its last, and how long it was, milliseconds. */
export interface Stretch {
  readonly from: number
  readonly to: number
  readonly ms: number
}

/**
 * The stretches over which `holds` is true of every frame. Each is timed from the frame before it to the frame after it: what happened between two
 * frames nobody saw. A single frame between others does not count, detectors err once.
 */
export function stretchesOf(samples: readonly MotionSample[], holds: (sample: MotionSample) => boolean): readonly Stretch[] {
  const stretches: Stretch[] = []
  let from: number | undefined
  samples.forEach((sample, index) => {
    if (holds(sample)) from ??= index
    if (from === undefined || (holds(sample) && index < samples.length - 1)) return
    const to = holds(sample) ? index : index - 1
    const start = samples[Math.max(from - 1, 0)]?.timestampMs ?? NaN
    const end = samples[Math.min(to + 1, samples.length - 1)]?.timestampMs ?? NaN
    if (to > from || samples.length === 1) stretches.push({ from, to, ms: end - start })
    from = undefined
  })
  return stretches
}

/** The longest of {@link stretchesOf}, milliseconds; 0 where there is none. */
export function longestStretchMs(stretches: readonly Stretch[]): number {
  return Math.max(0, ...stretches.map(({ ms }) => ms))
}
