import type { Policy, QueueEntry, Template } from '@lintas/core'
import type { PropertyDeclarations } from 'lit'
import type { CaptureTask } from './capture-controller.js'
import type { CaptureKind, CaptureModel } from './capture-view.js'
import { checkInTask } from './check-in-task.js'
import { typedCode } from './office-code.js'
import { relayedTask, settledState } from './relayed-task.js'
import { RoutedElement } from './routed-element.js'
import { isBusy } from './state.js'
import { WaitingQueue, type QueuePlace } from './waiting-queue.js'

/**
 * Checks one person in: leads through a liveness challenge and compares the face at the camera with a reference. With `relay` a server does
 * both: it asks for the actions, compares with the reference that it holds, and decides.
 *
 * @element lintas-checkin
 * @attr assets - The assets folder on the page's own origin. Default `/lintas/`.
 * @attr relay - (reflected) URL of the agency's relay to a LINTAS server, on the page's own origin. Absent: the browser decides by itself.
 * @attr subject - The claim: whose reference it must be. With a relay the agency's login says who it is; check-ins without a network are kept by it.
 * @attr no-offline - Makes no check-in without a network. Default: makes them with a relay and a subject.
 * @attr office - Id of the office where it is, of the server's list; with a relay. What shows it is the network's address, or the code on its screen.
 * @attr ask-code - Asks for the code on the office's screen before an attempt; with a relay and an office.
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
 * @fires {LintasWaitingEvent} lintas-waiting - Once per attempt that waits for the network.
 * @fires {LintasQueueEvent} lintas-queue - When what waits on this device changed.
 * @fires {LintasErrorEvent} lintas-error - Once per attempt that a fault ended.
 * @fires {LintasCancelEvent} lintas-cancel - When a running attempt was given up.
 * @csspart card - The whole. @csspart stage - The picture. @csspart hint - The hint. @csspart panel - Words and buttons. @csspart routes - The choice of route.
 * @csspart office-code - The question for the office's code. @csspart office-code-input - Its field.
 */
export class LintasCheckin extends RoutedElement {
  static override readonly properties: PropertyDeclarations = {
    reference: { attribute: false },
    policy: { attribute: false },
    office: {},
    askCode: { type: Boolean, attribute: 'ask-code' },
    noOffline: { type: Boolean, attribute: 'no-offline' },
  }

  /** The subject's template. Without one, and without a relay, an attempt ends in the error `template-invalid`. Never used with a relay. */
  declare reference: Template | null | undefined
  /** Default: the strict one, which admits nobody whose liveness was not established. With a relay the server's own policy holds, and this is not used. */
  declare policy: Policy | null | undefined

  /**
   * Makes no check-in without a network. Default: with a relay and a `subject` it makes them, keeps them sealed for the server on this device, and sends
   * them when the network or the page comes back. Without `subject` nobody knows whose they are, and none is made.
   */
  declare noOffline: boolean | null | undefined

  /** Id of the office where the check-in is, of the server's list. Used with a relay only; what is made without a network tells none. */
  declare office: string | null | undefined
  /** The person types the code on the office's screen before an attempt; with a relay and an `office`. A wrong one counts as an attempt. */
  declare askCode: boolean | null | undefined

  protected readonly kind: CaptureKind = 'checkin'
  readonly #waiting = new WaitingQueue(
    this,
    () => this.#queuePlace(),
    (outcome) => this.followUp(outcome, settledState(outcome, 'check-in')),
  )

  /** What was typed, for the attempt that begins. */
  #code: string | undefined
  #malformed = false

  /** Starts an attempt, as the button does. Where the office's code is asked for and is not there yet, it asks, and starts nothing. */
  override async start(): Promise<void> {
    const asks = this.isConnected && !isBusy(this.state) && this.codeAsked() !== undefined
    if (asks) this.#code = typedCode(this.renderRoot)
    this.#malformed = asks && this.#code === undefined
    if (!this.#malformed) {
      await super.start()
      return
    }
    // After an outcome that needs no other attempt there is no field yet.
    if (this.#field === null) this.reset()
    this.requestUpdate()
    await this.updateComplete
    this.#field?.focus()
  }

  get #field(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('#office-code')
  }

  /** Whoever had the keyboard is where they have to type again. */
  protected override updated(): void {
    super.updated()
    const { activeElement } = this.shadowRoot ?? {}
    if (activeElement?.matches('.panel') === true && this.codeAsked()?.codeFault !== undefined) this.#field?.focus()
  }

  protected override codeAsked(): Pick<CaptureModel, 'asksCode' | 'codeFault'> | undefined {
    if (this.relay == null || !this.office || this.askCode !== true) return undefined
    const { code, details } = this.fault ?? {}
    const wrong = code === 'server-place' && details?.['code'] === 'place-code' ? 'office-code-wrong' : undefined
    return { asksCode: true, codeFault: this.#malformed ? 'office-code-digits' : wrong }
  }

  protected task(): CaptureTask {
    const { ports, relay, reference, subject, policy, calibration, route, office } = this
    const code = this.codeAsked() && this.#code
    const place = office ? { office, ...(code !== undefined && { code }) } : undefined
    if (relay != null) return relayedTask({ ports, relay, purpose: 'check-in', route, place, offline: this.#waiting.queue })
    return checkInTask({ ports, reference, subject, policy, calibration, route })
  }

  protected override waiting(): readonly QueueEntry[] {
    return this.#waiting.entries
  }

  protected override acknowledge(): void {
    // What the store cannot forget is shown again.
    this.#waiting.acknowledge().catch(() => undefined)
  }

  #queuePlace(): QueuePlace | undefined {
    const { ports, relay, subject, noOffline } = this
    return relay == null || subject == null || subject === '' || noOffline === true || !this.isConnected ? undefined : { ports, relay, subject }
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
