import type { CalibrationProfile, Comparison } from '../comparison/index.js'
import type { PadAssessment } from '../liveness/index.js'
import type { QualityAssessment } from '../quality/index.js'
import type { CheckInOutcome, Policy, RefusalReason } from './types.js'

/** What is known when a check-in ends. */
export interface Findings {
  readonly pad: PadAssessment
  /** Absent when nothing could be compared. */
  readonly comparison?: Comparison | undefined
  readonly quality?: QualityAssessment | undefined
  readonly timedOut: boolean
  /** The profile that decides, or would have. */
  readonly calibration: Pick<CalibrationProfile, 'id' | 'origin'>
}

/**
 * The biometric application decision. It fails closed: admitted is only who matched, in time, with the PAD that the policy asks for;
 * whatever is absent refuses.
 */
export function decide({ pad, comparison, quality, timedOut, calibration }: Findings, policy: Policy, at: Date): CheckInOutcome {
  const reasons: RefusalReason[] = []
  if (pad.outcome === 'attack') reasons.push('pad:attack')
  if (comparison !== undefined && comparison.decision !== 'match') reasons.push('comparison:non-match')
  if (comparison === undefined) reasons.push(...(quality?.reasons ?? []).map((reason): RefusalReason => `quality:${reason}`))
  // Absent, for callers without types, is not in time.
  if ((timedOut as unknown) !== false) reasons.push('timeout')
  // Whatever a layer of liveness may say besides `bona-fide` and `attack` counts as undetermined: a word this version does not know admits nobody.
  const waived = pad.outcome === 'undetermined' && policy.pad === 'none'
  if (pad.outcome !== 'bona-fide' && pad.outcome !== 'attack' && !waived) reasons.push('pad:undetermined')
  if (comparison === undefined && reasons.length === 0) reasons.push('timeout')
  const admitted = reasons.length === 0 && comparison?.decision === 'match'
  return {
    decision: admitted ? 'admitted' : 'refused',
    reasons,
    assurance: 'client-asserted',
    pad,
    calibration: { id: calibration.id, origin: calibration.origin },
    ...(comparison && { comparison }),
    ...(quality && { quality }),
    at: at.toISOString(),
  }
}
