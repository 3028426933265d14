import type { Policy, Route, Template } from '@lintas/core'
import type { PropertyDeclarations, PropertyValues } from 'lit'
import { CaptureElement } from './capture-element.js'
import type { CaptureTask } from './capture-controller.js'
import type { CaptureKind } from './capture-view.js'
import { checkInTask } from './check-in-task.js'
import { LintasRouteChangeEvent } from './events.js'

/**
 * Checks one person in: leads through a liveness challenge and compares the face at the camera with a reference.
 *
 * @element lintas-checkin
 * @attr assets - The assets folder on the page's own origin. Default `/lintas/`.
 * @attr subject - The claim: whose reference it must be.
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
 * @fires {LintasResultEvent} lintas-result - Once per attempt that came to an outcome.
 * @fires {LintasErrorEvent} lintas-error - Once per attempt that a fault ended.
 * @fires {LintasCancelEvent} lintas-cancel - When a running attempt was given up.
 * @csspart card - The whole. @csspart stage - The picture. @csspart hint - The hint. @csspart panel - Words and buttons. @csspart routes - The choice of route.
 */
export class LintasCheckin extends CaptureElement {
  static override readonly properties: PropertyDeclarations = {
    reference: { attribute: false },
    policy: { attribute: false },
    route: { reflect: true },
    hideRoutes: { type: Boolean, attribute: 'hide-routes' },
  }

  /** The subject's template. Without one an attempt ends in the error `template-invalid`. */
  declare reference: Template | null | undefined
  /** Default: the strict one, which admits nobody whose liveness was not established. */
  declare policy: Policy | null | undefined
  /**
   * Which actions the challenge may ask for: `standard` (default), `no-blink`, `no-turn`, `no-mouth`, `distance`. The person chooses, without a
   * reason, and `lintas-route-change` tells. What they chose holds over retries, until they are admitted or the reference is somebody else's.
   */
  declare route: Route | null | undefined
  /** The page has a choice of route of its own: the element offers none. Under `pad: 'none'` nothing is asked for, so it offers none either. */
  declare hideRoutes: boolean | null | undefined

  /** What the person chose, and what the page had set. */
  #choice: { readonly route: Route; readonly before: Route | null | undefined } | undefined
  #subject: string | undefined

  protected readonly kind: CaptureKind = 'checkin'

  constructor() {
    super()
    // At once and before any listener of the page's: a kiosk may be ready for the next person before anything is drawn.
    this.addEventListener('lintas-state-change', ({ state }) => {
      if (state === 'admitted') this.#forgetChoice()
    })
  }

  protected task(): CaptureTask {
    const { ports, reference, subject, policy, calibration, route } = this
    return checkInTask({ ports, reference, subject, policy, calibration, route })
  }

  protected override choosableRoute(): Route | undefined {
    return this.hideRoutes === true || this.policy?.pad === 'none' ? undefined : (this.route ?? 'standard')
  }

  protected override chooseRoute(route: Route): void {
    if (route === (this.route ?? 'standard')) return
    this.#choice = { route, before: this.#choice === undefined ? this.route : this.#choice.before }
    this.route = route
    this.dispatchEvent(new LintasRouteChangeEvent(route))
  }

  protected override willUpdate(changed: PropertyValues): void {
    const subject = this.reference?.subjectId
    if (subject !== this.#subject && this.#subject !== undefined) this.#forgetChoice()
    this.#subject = subject
    super.willUpdate(changed)
  }

  /** The next person starts from what the page set: what the last one cannot do is nobody's business. */
  #forgetChoice(): void {
    const choice = this.#choice
    this.#choice = undefined
    if (choice !== undefined && this.route === choice.route) this.route = choice.before
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lintas-checkin': LintasCheckin
  }
}
