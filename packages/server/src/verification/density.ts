import { EVIDENCE_LIMITS } from '@lintas/core/evidence'
import { VERIFICATION_LIMITS } from './limits.js'
import { isDone, type RecordedStep } from './recorded.js'

/** How much a step gave the server to choose from. */
export interface Density {
  /** Moments of the series, {@link VERIFICATION_LIMITS}.candidateEveryMs apart at least, at which one face was there to be kept. */
  readonly chances: number
  /** Different pictures among the candidates. */
  readonly pictures: number
  /** Most chances that passed from the reveal to the first candidate, or from one to the next, the next one's own included. */
  readonly widest: number
}

/**
 * Counts what could have been kept by the series itself, so that a slow phone need not keep more than it saw. A browser that keeps two frames of thirty
 * knows which two will be opened.
 */
export function densityOf({ series, claims }: RecordedStep): Density {
  const { samples, frames, revealedMs } = series
  const marks = frames.map(({ timestampMs }) => timestampMs)
  const closingMs = marks.at(-1) ?? revealedMs
  const chances: number[] = []
  for (const { timestampMs, faceCount } of samples) {
    const inStep = timestampMs > revealedMs && timestampMs <= closingMs && faceCount === 1
    if (inStep && timestampMs - (chances.at(-1) ?? -Infinity) >= VERIFICATION_LIMITS.candidateEveryMs) chances.push(timestampMs)
  }
  const passed = marks.map((mark, at) => {
    const before = marks[at - 1] ?? revealedMs
    return chances.filter((chance) => chance > before && chance <= mark).length
  })
  return { chances: chances.length, pictures: new Set(claims.frames).size, widest: Math.max(0, ...passed) }
}

/** Of a step that was done: too few candidates, or a stretch without any. One that was not done opens nothing. */
export function sparseFaults(step: RecordedStep): readonly string[] {
  if (!isDone(step)) return []
  const { candidateShare, candidateGap } = VERIFICATION_LIMITS
  const { chances, pictures, widest } = densityOf(step)
  // A browser foretells the next frame by the last: where frames stop for a moment it may miss one.
  const least = Math.floor(candidateShare * (Math.min(chances, EVIDENCE_LIMITS.framesPerStep) - 1))
  const most = 2 + Math.ceil((candidateGap * chances) / EVIDENCE_LIMITS.framesPerStep)
  const faults: string[] = []
  if (pictures < least) faults.push(`step ${step.n}: ${pictures} pictures where ${least} or more could be kept`)
  if (widest > most) faults.push(`step ${step.n}: ${widest} moments without a candidate`)
  return faults
}
