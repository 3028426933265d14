import type { Policy, Route, Template } from '@lintas/core'
import type { PropertyDeclarations } from 'lit'
import { CaptureElement } from './capture-element.js'
import type { CaptureTask } from './capture-controller.js'
import type { CaptureKind } from './capture-view.js'
import { checkInTask } from './check-in-task.js'

/**
 * Checks one person in: leads through a liveness challenge and compares the face at the camera with a reference.
 *
 * @element lintas-checkin
 * @attr assets - The assets folder on the page's own origin. Default `/lintas/`.
 * @attr subject - The claim: whose reference it must be.
 * @attr lang - `id` (default) or `en`.
 * @attr route - Which actions the challenge may ask for. Default `standard`.
 * @attr camera - The `deviceId` of the camera to use.
 * @attr state - (read-only) Where the attempt stands.
 * @fires {LintasStateChangeEvent} lintas-state-change - After every change of `state`.
 * @fires {LintasHintEvent} lintas-hint - When another hint is shown.
 * @fires {LintasProgressEvent} lintas-progress - While models load and while pictures are taken.
 * @fires {LintasResultEvent} lintas-result - Once per attempt that came to an outcome.
 * @fires {LintasErrorEvent} lintas-error - Once per attempt that a fault ended.
 * @fires {LintasCancelEvent} lintas-cancel - When a running attempt was given up.
 * @csspart card - The whole. @csspart stage - The picture. @csspart hint - The hint. @csspart panel - Words and buttons.
 */
export class LintasCheckin extends CaptureElement {
  static override readonly properties: PropertyDeclarations = {
    reference: { attribute: false },
    policy: { attribute: false },
    route: {},
  }

  /** The subject's template. Without one an attempt ends in the error `template-invalid`. */
  declare reference: Template | null | undefined
  /** Default: the strict one, which admits nobody whose liveness was not established. */
  declare policy: Policy | null | undefined

  /** Which actions the challenge may ask for: `standard` (default), `no-blink`, `no-turn`, `no-mouth`, `distance`. The person chooses, without a reason. */
  declare route: Route | null | undefined

  protected readonly kind: CaptureKind = 'checkin'

  protected task(): CaptureTask {
    const { ports, reference, subject, policy, calibration, route } = this
    return checkInTask({ ports, reference, subject, policy, calibration, route })
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lintas-checkin': LintasCheckin
  }
}
