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

/**
 * Longest stretch, milliseconds, over which `holds` is true of every frame, from the frame before it to the frame after it: what happened between
 * two frames nobody saw. 0 where it never is; a single frame between others does not count, detectors err once.
 */
export function longestStretchMs(samples: readonly MotionSample[], holds: (sample: MotionSample) => boolean): number {
  let [longest, start, count] = [0, 0, 0]
  samples.forEach((sample, index) => {
    if (!holds(sample)) {
      count = 0
      return
    }
    if (count === 0) start = samples[Math.max(index - 1, 0)]?.timestampMs ?? NaN
    count += 1
    const end = samples[Math.min(index + 1, samples.length - 1)]?.timestampMs ?? NaN
    if (count > 1 || samples.length === 1) longest = Math.max(longest, end - start)
  })
  return longest
}
