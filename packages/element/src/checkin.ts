import type { Policy, Template } from '@lintas/core'
import type { PropertyDeclarations } from 'lit'
import type { CaptureTask } from './capture-controller.js'
import type { CaptureKind } from './capture-view.js'
import { checkInTask } from './check-in-task.js'
import { relayedTask } from './relayed-task.js'
import { RoutedElement } from './routed-element.js'

/**
 * Checks one person in: leads through a liveness challenge and compares the face at the camera with a reference. With `relay` a server does
 * both: it asks for the actions, compares with the reference that it holds, and decides.
 *
 * @element lintas-checkin
 * @attr assets - The assets folder on the page's own origin. Default `/lintas/`.
 * @attr relay - (reflected) URL of the agency's relay to a LINTAS server, on the page's own origin. Absent: the browser decides by itself.
 * @attr subject - The claim: whose reference it must be. With a relay the agency's login says who it is.
 * @attr lang - `id` (default) or `en`.
 * @attr route - (reflected) Which actions the challenge may ask for. Default `standard`. The person may choose it before an attempt.
 * @attr hide-routes - The page has a choice of route of its own: the element offers none.
 * @attr camera - The `deviceId` of the camera to use.
 * @attr speak - Says aloud what a screen reader would announce, through a voice of the device. Default off.
 * @attr state - (read-only) Where the attempt stands.
 * @fires {LintasStateChangeEvent} lintas-state-change - After every change of `state`.
 * @fires {LintasHintEvent} lintas-hint - When another hint is shown.
 * @fires {LintasProgressEvent} lintas-progress - While models load and while pictures are taken.
 * @fires {LintasRouteChangeEvent} lintas-route-change - When the person chose another route.
 * @fires {LintasResultEvent} lintas-result - Once per attempt that came to an outcome in this browser.
 * @fires {LintasDecidedEvent} lintas-decided - Once per attempt that a server decided.
 * @fires {LintasErrorEvent} lintas-error - Once per attempt that a fault ended.
 * @fires {LintasCancelEvent} lintas-cancel - When a running attempt was given up.
 * @csspart card - The whole. @csspart stage - The picture. @csspart hint - The hint. @csspart panel - Words and buttons. @csspart routes - The choice of route.
 */
export class LintasCheckin extends RoutedElement {
  static override readonly properties: PropertyDeclarations = {
    reference: { attribute: false },
    policy: { attribute: false },
  }

  /** The subject's template. Without one, and without a relay, an attempt ends in the error `template-invalid`. Never used with a relay. */
  declare reference: Template | null | undefined
  /** Default: the strict one, which admits nobody whose liveness was not established. With a relay the server's own policy holds, and this is not used. */
  declare policy: Policy | null | undefined

  protected readonly kind: CaptureKind = 'checkin'

  protected task(): CaptureTask {
    const { ports, relay, reference, subject, policy, calibration, route } = this
    if (relay != null) return relayedTask({ ports, relay, purpose: 'check-in', route })
    return checkInTask({ ports, reference, subject, policy, calibration, route })
  }

  protected override asks(): boolean {
    return this.relay != null || this.policy?.pad !== 'none'
  }

  protected override person(): string | undefined {
    return this.relay == null ? this.reference?.subjectId : (this.subject ?? undefined)
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lintas-checkin': LintasCheckin
  }
}
