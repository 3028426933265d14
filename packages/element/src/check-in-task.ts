import { toldPad, type CalibrationProfile, type CheckInOutcome, type Policy, type Route, type Template } from '@lintas/core'
import { LintasError } from '@lintas/core/errors'
import type { CaptureTask } from './capture-controller.js'
import { LintasResultEvent, type ToldOutcome } from './events.js'
import type { Ports } from './ports.js'
import type { Outcome } from './state.js'

/** What a check-in needs of its element. */
export interface CheckInInputs {
  readonly ports: Ports
  readonly reference: Template | null | undefined
  readonly subject: string | null | undefined
  readonly policy: Policy | null | undefined
  readonly calibration: CalibrationProfile | null | undefined
  readonly route: Route | null | undefined
}

/** @throws LintasError `template-invalid` without a reference, or when it belongs to somebody else than the claim. */
export function checkInTask({ ports, reference, subject, policy, calibration, route }: CheckInInputs): CaptureTask {
  if (reference == null) throw new LintasError('template-invalid', 'reference must be set before start()', { details: { option: 'reference' } })
  if (subject != null && subject !== reference.subjectId) {
    throw new LintasError('template-invalid', 'reference.subjectId is not the subject that was claimed', { details: { option: 'subject' } })
  }
  return {
    run: (analyser, video, options) =>
      ports
        .createCheckIn({ analyser, ...(policy == null ? {} : { policy }), ...(calibration == null ? {} : { calibration }) })
        .run(video, { ...options, reference, ...(route == null ? {} : { route }) }),
    settle: (outcome) => (isCheckIn(outcome) && outcome.decision === 'admitted' ? 'admitted' : 'refused'),
    event: (outcome) => new LintasResultEvent(told(outcome as CheckInOutcome)),
  }
}

/** Scores and limits of liveness stay inside: whoever could read them could climb them. */
function told({ pad, ...outcome }: CheckInOutcome): ToldOutcome {
  return { ...outcome, pad: toldPad(pad) }
}

function isCheckIn(outcome: Outcome): outcome is CheckInOutcome {
  return 'decision' in outcome
}
