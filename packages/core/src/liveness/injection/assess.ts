import { median } from '../../numeric/index.js'
import type { LayerEvidence } from '../layers.js'
import type { MotionSample } from '../sample.js'
import type { PictureDetail } from './detail.js'
import { labelKind } from './labels.js'
import { INJECTION_REASONS, type InjectionReason } from './reasons.js'
import { INJECTION_RAISES, INJECTION_WEIGHTS } from './weights.js'

/** What is known of the camera. */
export interface InjectionFacts {
  /** The device's name. */
  readonly label?: string
  /** Pixels that the camera says it gives. */
  readonly width?: number
  readonly height?: number
  /** Frames a second that the camera says it gives. */
  readonly frameRate?: number
  /** Of a few frames, e.g. the key frames. */
  readonly details?: readonly PictureDetail[]
}

/** Limits of the hints; docs/evaluation/shape.json, `injection`, has what they find and what they blame. */
export const INJECTION_LIMITS = {
  /** Least frames for anything about time or noise. */
  frames: 12,
  /** Share of the claimed step between frames below which they come faster than a camera could give them. */
  fastestStep: 0.6,
  /** Largest difference between steps that counts as none, milliseconds. */
  jitterMs: 0.02,
  /** Noise up to here is none, grey levels. */
  noise: 0.02,
  /** From this softness on the picture may be enlarged. */
  softness: 2.6,
  /** From this periodicity on it has the traces of it. */
  periodicity: 12,
} as const

/**
 * Hints that the stream does not come from a sensor. The outcome is always `undetermined`: the absence of hints proves no camera, and hints prove no
 * attack. The score is the sum of the hints' weights, 0 to 1; from the threshold on fusion asks for more of the other layers.
 */
export function assessInjection(samples: readonly MotionSample[], facts: InjectionFacts = {}): LayerEvidence<InjectionReason> {
  const steps = stepsOf(samples)
  const noise = noiseOf(samples)
  const detail = detailOf(facts.details ?? [])
  const kind = labelKind(facts.label)
  const holds: Readonly<Record<InjectionReason, boolean>> = {
    'injection-virtual-camera': kind === 'program',
    'injection-size-differs': sizeDiffers(samples, facts),
    'injection-rate-differs':
      steps !== undefined && facts.frameRate !== undefined && steps.usual < (INJECTION_LIMITS.fastestStep * 1000) / facts.frameRate,
    'injection-upscaled':
      detail !== undefined && (detail.periodicity >= INJECTION_LIMITS.periodicity || detail.softness >= INJECTION_LIMITS.softness),
    'injection-no-jitter': steps !== undefined && steps.range <= INJECTION_LIMITS.jitterMs,
    'injection-no-noise': noise !== undefined && noise <= INJECTION_LIMITS.noise,
  }
  const reasons = INJECTION_REASONS.filter((reason) => holds[reason])
  const score = Math.min(
    reasons.reduce((sum, reason) => sum + INJECTION_WEIGHTS[reason], 0),
    1,
  )
  const evidence = {
    label: kind,
    ...(steps && { usualStepMs: steps.usual, stepRangeMs: steps.range }),
    ...(noise !== undefined && { noise }),
    ...(detail && { softness: detail.softness, periodicity: detail.periodicity }),
  }
  return { layer: 'injection', outcome: 'undetermined', score, threshold: INJECTION_RAISES, weight: 0, reasons, evidence }
}

/** Steps between frames; undefined for too few, or times that are no numbers or fall: continuity tells of those. */
function stepsOf(samples: readonly MotionSample[]): { readonly usual: number; readonly range: number } | undefined {
  const steps = samples.slice(1).map(({ timestampMs }, index) => timestampMs - (samples[index]?.timestampMs ?? NaN))
  if (samples.length < INJECTION_LIMITS.frames || !steps.every((step) => step > 0 && Number.isFinite(step))) return undefined
  return { usual: median(steps), range: Math.max(...steps) - Math.min(...steps) }
}

function noiseOf(samples: readonly MotionSample[]): number | undefined {
  const values = samples.flatMap(({ noise }) => (noise === undefined || !Number.isFinite(noise) ? [] : [noise]))
  return values.length < INJECTION_LIMITS.frames ? undefined : median(values)
}

function detailOf(details: readonly PictureDetail[]): PictureDetail | undefined {
  const sound = details.filter(({ softness, periodicity }) => Number.isFinite(softness) && Number.isFinite(periodicity))
  if (sound.length === 0) return undefined
  return { softness: median(sound.map(({ softness }) => softness)), periodicity: median(sound.map(({ periodicity }) => periodicity)) }
}

/** An upright phone gives the sides exchanged. */
function sizeDiffers(samples: readonly MotionSample[], { width, height }: InjectionFacts): boolean {
  if (width === undefined || height === undefined) return false
  const fits = (sample: MotionSample): boolean =>
    (sample.width === width && sample.height === height) || (sample.width === height && sample.height === width)
  return samples.some((sample) => !fits(sample))
}
