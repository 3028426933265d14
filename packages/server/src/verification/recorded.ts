import { decodeManifest, decodeSeries, type Manifest, type StepSeries } from '@lintas/core/evidence'
import type { MotionSample } from '@lintas/core/liveness'
import { malformed } from './errors.js'
import type { VerificationInput, VerificationStep } from './types.js'

/** A step with what the browser recorded of it. */
export interface RecordedStep extends VerificationStep {
  readonly series: StepSeries
}

/** The evidence with its parts read. */
export interface Recorded {
  readonly steps: readonly RecordedStep[]
  readonly manifest: Manifest
  /** The samples of all steps, one after another. */
  readonly samples: readonly MotionSample[]
  /** Opened frames in the order of the bundle. */
  readonly opened: readonly { readonly step: number; readonly index: number; readonly jpeg: Uint8Array }[]
}

/**
 * Reads the parts of the bundle and puts them beside the server's own record.
 * @throws LintasError, VerificationError `evidence-malformed` where parts are missing, too many or cannot be read
 */
export function readRecorded({ steps, bundle }: Pick<VerificationInput, 'steps' | 'bundle'>): Recorded {
  if (steps.length === 0 || bundle.series.length !== steps.length) throw malformed(`${bundle.series.length} series of ${steps.length} steps`)
  const asked = steps.flatMap(({ open }, step) => open.map((index) => ({ step, index })))
  if (bundle.frames.length !== asked.length) throw malformed(`${bundle.frames.length} frames, ${asked.length} were asked for`)
  const read = steps.map((step, at) => ({ ...step, series: decodeSeries(bundle.series[at] ?? new Uint8Array()) }))
  const opened = asked.map(({ step, index }, at) => ({ step, index, jpeg: bundle.frames[at] ?? new Uint8Array() }))
  for (const { step, index } of opened) {
    if (read[step]?.series.frames[index] === undefined) throw malformed(`step ${step + 1} has no frame ${index}`)
  }
  return { steps: read, manifest: decodeManifest(bundle.manifest), samples: read.flatMap(({ series }) => series.samples), opened }
}

/** Whether the step's action was done, by what the browser committed to. */
export function isDone({ claims }: VerificationStep): boolean {
  return claims.shows !== undefined
}

/** The last frame of a step that was done. */
export function isClosing({ series }: RecordedStep, index: number): boolean {
  return series.doneMs !== undefined && index === series.frames.length - 1
}
