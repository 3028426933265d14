import type { CaptureTask } from './capture-controller.js'
import type { CaptureKind } from './capture-view.js'
import { enrolmentTask } from './enrolment-task.js'
import { relayedTask } from './relayed-task.js'
import { RoutedElement } from './routed-element.js'

/**
 * Makes a reference of one person: a template, handed to the page in an event. The element keeps and sends nothing.
 * With `relay` it is another thing: a check with liveness, whose evidence goes to the agency's server, which makes the template and keeps it
 * `pending` until an officer approves. The page gets no template then.
 *
 * @element lintas-enrolment
 * @attr assets - The assets folder on the page's own origin. Default `/lintas/`.
 * @attr relay - (reflected) URL of the agency's relay to a LINTAS server, on the page's own origin.
 * @attr subject - The new reference's subject id. With a relay the agency's login says who it is.
 * @attr lang - `id` (default) or `en`.
 * @attr route - (reflected) With a relay: which actions may be asked for. Default `standard`. The person may choose it before an attempt.
 * @attr hide-routes - The page has a choice of route of its own: the element offers none.
 * @attr camera - The `deviceId` of the camera to use.
 * @attr speak - Says aloud what a screen reader would announce, through a voice of the device. Default off.
 * @attr state - (read-only) Where the attempt stands.
 * @fires {LintasStateChangeEvent} lintas-state-change - After every change of `state`.
 * @fires {LintasHintEvent} lintas-hint - When another hint is shown.
 * @fires {LintasProgressEvent} lintas-progress - While models load and while pictures are taken.
 * @fires {LintasRouteChangeEvent} lintas-route-change - When the person chose another route.
 * @fires {LintasEnrolmentEvent} lintas-enrolment - Once per attempt that came to an outcome in this browser; carries the template.
 * @fires {LintasDecidedEvent} lintas-decided - Once per attempt that a server answered.
 * @fires {LintasErrorEvent} lintas-error - Once per attempt that a fault ended.
 * @fires {LintasCancelEvent} lintas-cancel - When a running attempt was given up.
 */
export class LintasEnrolment extends RoutedElement {
  protected readonly kind: CaptureKind = 'enrolment'

  protected task(): CaptureTask {
    const { ports, relay, subject, calibration, route } = this
    if (relay != null) return relayedTask({ ports, relay, purpose: 'enrolment', route })
    return enrolmentTask({ ports, subject, calibration })
  }

  protected override asks(): boolean {
    return this.relay != null
  }

  protected override person(): string | undefined {
    return this.subject ?? undefined
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lintas-enrolment': LintasEnrolment
  }
}
