import type { CalibrationProfile, EnrolmentOutcome } from '@lintas/core'
import { checkText } from '@lintas/core/options'
import type { CaptureTask } from './capture-controller.js'
import { LintasEnrolmentEvent } from './events.js'
import type { Ports } from './ports.js'

/** What an enrolment needs of its element. */
export interface EnrolmentInputs {
  readonly ports: Ports
  readonly subject: string | null | undefined
  readonly calibration: CalibrationProfile | null | undefined
}

/** @throws TypeError without a subject */
export function enrolmentTask({ ports, subject, calibration }: EnrolmentInputs): CaptureTask {
  const subjectId = checkText('subject', subject ?? undefined)
  return {
    run: (analyser, video, options) =>
      ports.createEnrolment({ analyser, ...(calibration == null ? {} : { calibration }) }).run(video, { ...options, subjectId }),
    settle: (outcome) => ('outcome' in outcome && outcome.outcome === 'enrolled' ? 'enrolled' : 'refused'),
    event: (outcome) => new LintasEnrolmentEvent(outcome as EnrolmentOutcome),
  }
}
