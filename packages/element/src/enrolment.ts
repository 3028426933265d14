import { CaptureElement } from './capture-element.js'
import type { CaptureTask } from './capture-controller.js'
import type { CaptureKind } from './capture-view.js'
import { enrolmentTask } from './enrolment-task.js'

/**
 * Makes a reference of one person: a template, handed to the page in an event. The element keeps and sends nothing.
 *
 * @element lintas-enrolment
 * @attr assets - The assets folder on the page's own origin. Default `/lintas/`.
 * @attr subject - The new reference's subject id.
 * @attr lang - `id` (default) or `en`.
 * @attr camera - The `deviceId` of the camera to use.
 * @attr speak - Says aloud what a screen reader would announce, through a voice of the device. Default off.
 * @attr state - (read-only) Where the attempt stands.
 * @fires {LintasStateChangeEvent} lintas-state-change - After every change of `state`.
 * @fires {LintasHintEvent} lintas-hint - When another hint is shown.
 * @fires {LintasProgressEvent} lintas-progress - While models load and while pictures are taken.
 * @fires {LintasEnrolmentEvent} lintas-enrolment - Once per attempt that came to an outcome; carries the template.
 * @fires {LintasErrorEvent} lintas-error - Once per attempt that a fault ended.
 * @fires {LintasCancelEvent} lintas-cancel - When a running attempt was given up.
 */
export class LintasEnrolment extends CaptureElement {
  protected readonly kind: CaptureKind = 'enrolment'

  protected task(): CaptureTask {
    return enrolmentTask({ ports: this.ports, subject: this.subject, calibration: this.calibration })
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lintas-enrolment': LintasEnrolment
  }
}
