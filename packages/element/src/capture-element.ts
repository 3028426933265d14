import type { Analyser, CalibrationProfile, LintasError, QueueEntry, Route } from '@lintas/core'
import { LitElement, type CSSResultGroup, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit'
import { createRef, type Ref } from 'lit/directives/ref.js'
import { CaptureController, type CaptureSettings, type CaptureTask } from './capture-controller.js'
import { captureView, type CaptureActions, type CaptureKind, type CaptureModel } from './capture-view.js'
import { captureStyles } from './capture-view.styles.js'
import { CORE_PORTS } from './core-ports.js'
import { Guidance } from './guidance.js'
import type { Messages } from './message-keys.js'
import { localeOf, translator } from './messages.js'
import { officeCodeStyles } from './office-code.styles.js'
import type { Ports } from './ports.js'
import { routeStyles } from './route-choice.styles.js'
import type { CaptureState, RelayedOutcome } from './state.js'
import { theme } from './theme.styles.js'

/** Where the assets lie unless an element says otherwise. */
const ASSETS = '/lintas/'

/**
 * What both elements are: a camera view with an oval, one hint at a time, states, and a result. A subclass says what to do with the
 * camera. Every property may be set before or after the element is attached and is read when an attempt starts. null, which a removed
 * attribute leaves behind, and undefined mean that it is absent: its default holds.
 */
export abstract class CaptureElement extends LitElement {
  static override styles: CSSResultGroup = [theme, captureStyles, routeStyles, officeCodeStyles]

  static override readonly properties: PropertyDeclarations = {
    assets: {},
    relay: { reflect: true },
    subject: {},
    lang: {},
    camera: {},
    speak: { type: Boolean },
    calibration: { attribute: false },
    analyser: { attribute: false },
    messages: { attribute: false },
    ports: { attribute: false },
  }

  /** The assets folder on the page's own origin. Default `/lintas/`. */
  declare assets: string | null | undefined
  /**
   * URL of the agency's relay to a LINTAS server, on the page's own origin, e.g. `/lintas-api/`. With it the server asks for the actions, compares and
   * decides, and `lintas-decided` tells; absent, the browser does it all and nobody vouches for it. An empty text is a relay that does not work, never none.
   */
  declare relay: string | null | undefined
  /** Whom it is about: the claim of a check-in, the new reference's subject. A random or agency-given id, never a name. */
  declare subject: string | null | undefined
  /** `id` (default) or `en`. */
  declare lang: string
  /** The `deviceId` of the camera to use. Default: the front camera. */
  declare camera: string | null | undefined
  /**
   * Says aloud what a screen reader would announce, through a voice of the device in the element's language; silent where there is none.
   * Off by default: who uses a screen reader would hear everything twice.
   */
  declare speak: boolean | null | undefined
  /** Default: the shipped profile; its origin is told in every result. */
  declare calibration: CalibrationProfile | null | undefined
  /** An analyser of the page's own, used instead of one made from `assets` and never closed. */
  declare analyser: Analyser | null | undefined
  /** Words that replace the shipped ones, key by key. */
  declare messages: Partial<Messages> | null | undefined
  /** What the element needs of core; for tests and galleries. */
  declare ports: Ports

  protected abstract readonly kind: CaptureKind
  /** @throws when the element lacks what an attempt needs */
  protected abstract task(): CaptureTask

  /** Check-ins that wait on this device. */
  protected waiting(): readonly QueueEntry[] {
    return []
  }

  /** The person has seen what was not taken. */
  protected acknowledge(): void {
    // Nothing waits here.
  }

  /** What a check-in came to that has waited. */
  protected followUp(outcome: RelayedOutcome, state: CaptureState): void {
    this.#controller.followUp(outcome, state)
  }

  /** Whether a code is to be typed before an attempt, and what was wrong with the last one; undefined where none is. */
  protected codeAsked(): Pick<CaptureModel, 'asksCode' | 'codeFault'> | undefined {
    return undefined
  }

  /** The fault that is shown. */
  protected get fault(): LintasError | undefined {
    return this.#controller.snapshot.error
  }

  /** The route that stands, where the person may choose one; undefined where not. */
  protected choosableRoute(): Route | undefined {
    return undefined
  }

  /** The person chose a route. */
  protected chooseRoute(_route: Route): void {
    // There is none to choose, unless a subclass has some.
  }

  readonly #controller: CaptureController = new CaptureController(this, () => this.#settings())
  readonly #guidance: Guidance = new Guidance(() => this.requestUpdate())
  readonly #video: Ref<HTMLVideoElement> = createRef()
  readonly #actions: CaptureActions = {
    start: () => void this.start(),
    cancel: () => this.cancel(),
    reset: () => this.reset(),
    chooseRoute: (route) => this.chooseRoute(route),
    acknowledge: () => this.acknowledge(),
    resized: () => this.requestUpdate(),
    video: this.#video,
  }
  #focused: Element | null = null
  #givenUp = 0

  constructor() {
    super()
    this.assets = ASSETS
    this.lang = 'id'
    this.ports = CORE_PORTS
  }

  /** Where the attempt stands; reflected to the attribute `state` for CSS. */
  get state(): CaptureState {
    return this.#controller.snapshot.state
  }

  /**
   * Starts an attempt, as the button does: call it from a tap of the person. Resolves when the attempt is over; never rejects. Where the
   * element is in no document there is nobody to see, so it resolves at once and starts nothing, then or later.
   */
  async start(): Promise<void> {
    if (!this.isConnected) return
    if (this.speak === true) this.#guidance.prepare()
    const before = this.#givenUp
    await this.updateComplete
    await this.#begin(before)
  }

  /** Gives a running attempt up, one that is about to begin too, and stops the camera. */
  cancel(): void {
    this.#givenUp += 1
    this.#controller.cancel()
  }

  /** Back to the start button, for the next attempt or person. */
  reset(): void {
    this.#givenUp += 1
    this.#controller.reset()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#guidance.stop()
  }

  protected override willUpdate(_changed: PropertyValues): void {
    this.#guidance.follow(this.#model(), performance.now())
    this.#focused = this.shadowRoot?.activeElement ?? null
  }

  protected override updated(): void {
    if (this.getAttribute('state') !== this.state) this.setAttribute('state', this.state)
    this.#guidance.speak(this.isConnected && this.speak === true, localeOf(this.lang))
    // The button that was pressed is gone: keep the keyboard where the person was, on words that cannot be pressed by accident.
    if (this.#focused?.isConnected === false) this.renderRoot.querySelector<HTMLElement>('.panel')?.focus({ preventScroll: true })
  }

  protected override render(): TemplateResult {
    return captureView(this.#model(), this.#actions)
  }

  /** Unless the start was taken back, or its place, while the element was drawn. */
  async #begin(givenUpBefore: number): Promise<void> {
    if (this.isConnected && givenUpBefore === this.#givenUp) await this.#controller.start()
  }

  #model(): CaptureModel {
    const locale = localeOf(this.lang)
    return {
      kind: this.kind,
      ...(this.codeAsked() ?? { asksCode: false, codeFault: undefined }),
      snapshot: this.#controller.snapshot,
      locale,
      t: translator(locale, this.messages ?? undefined),
      portrait: this.#portrait(),
      relayed: this.relay != null,
      route: this.choosableRoute(),
      announcements: this.#guidance.texts,
      waiting: this.waiting(),
    }
  }

  /** The camera's own proportion once it is known; before, the screen's, which a phone's camera follows. */
  #portrait(): boolean {
    const { videoWidth = 0, videoHeight = 0 } = this.#video.value ?? {}
    return videoWidth > 0 ? videoHeight > videoWidth : matchMedia('(orientation: portrait) and (max-width: 40rem)').matches
  }

  #settings(): CaptureSettings {
    const video = this.#video.value
    if (video === undefined) throw new TypeError('the element must be attached to a document before start()')
    return {
      ports: this.ports,
      assets: this.assets ?? ASSETS,
      spaces: this.calibration?.models.map(({ space }) => space),
      analyser: this.analyser ?? undefined,
      deviceId: this.camera ?? undefined,
      video,
      task: this.task(),
    }
  }
}
