import type { CalibrationProfile, CheckInOutcome, Policy, Template } from '@lintas/core'
import { LintasError } from '@lintas/core/errors'
import type { CaptureTask } from './capture-controller.js'
import { LintasResultEvent } from './events.js'
import type { Ports } from './ports.js'
import type { Outcome } from './state.js'

/** What a check-in needs of its element. */
export interface CheckInInputs {
  readonly ports: Ports
  readonly reference: Template | null | undefined
  readonly subject: string | null | undefined
  readonly policy: Policy | null | undefined
  readonly calibration: CalibrationProfile | null | undefined
}

/** @throws LintasError `template-invalid` without a reference, or when it belongs to somebody else than the claim. */
export function checkInTask({ ports, reference, subject, policy, calibration }: CheckInInputs): CaptureTask {
  if (reference == null) throw new LintasError('template-invalid', 'reference must be set before start()', { details: { option: 'reference' } })
  if (subject != null && subject !== reference.subjectId) {
    throw new LintasError('template-invalid', 'reference.subjectId is not the subject that was claimed', { details: { option: 'subject' } })
  }
  return {
    run: (analyser, video, options) =>
      ports
        .createCheckIn({ analyser, ...(policy == null ? {} : { policy }), ...(calibration == null ? {} : { calibration }) })
        .run(video, { ...options, reference }),
    settle: (outcome) => (isCheckIn(outcome) && outcome.decision === 'admitted' ? 'admitted' : 'refused'),
    event: (outcome) => new LintasResultEvent(outcome as CheckInOutcome),
  }
}

function isCheckIn(outcome: Outcome): outcome is CheckInOutcome {
  return 'decision' in outcome
}
