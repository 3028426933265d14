import type { Route } from '@lintas/core'
import type { PropertyDeclarations, PropertyValues } from 'lit'
import { CaptureElement } from './capture-element.js'
import { LintasRouteChangeEvent } from './events.js'

/** An element whose attempts may ask for actions, and in which the person may leave out those that they cannot do. */
export abstract class RoutedElement extends CaptureElement {
  static override readonly properties: PropertyDeclarations = {
    route: { reflect: true },
    hideRoutes: { type: Boolean, attribute: 'hide-routes' },
  }

  /**
   * Which actions the challenge may ask for: `standard` (default), `no-blink`, `no-turn`, `no-mouth`, `distance`. The person chooses, without a
   * reason, and `lintas-route-change` tells. What they chose holds over retries, until they are through or it is somebody else's turn.
   */
  declare route: Route | null | undefined
  /** The page has a choice of route of its own: the element offers none. Where nothing is asked for it offers none either. */
  declare hideRoutes: boolean | null | undefined

  /** What the person chose, and what the page had set. */
  #choice: { readonly route: Route; readonly before: Route | null | undefined } | undefined
  #person: string | undefined

  constructor() {
    super()
    // At once and before any listener of the page's: a kiosk may be ready for the next person before anything is drawn.
    this.addEventListener('lintas-state-change', ({ state }) => {
      if (state === 'admitted' || state === 'pending' || state === 'waiting') this.#forgetChoice()
    })
  }

  /** Whether an attempt would ask for actions. */
  protected abstract asks(): boolean
  /** Who is at the element, as far as the page tells it. */
  protected abstract person(): string | undefined

  protected override choosableRoute(): Route | undefined {
    return this.hideRoutes === true || !this.asks() ? undefined : (this.route ?? 'standard')
  }

  protected override chooseRoute(route: Route): void {
    if (route === (this.route ?? 'standard')) return
    this.#choice = { route, before: this.#choice === undefined ? this.route : this.#choice.before }
    this.route = route
    this.dispatchEvent(new LintasRouteChangeEvent(route))
  }

  protected override willUpdate(changed: PropertyValues): void {
    const person = this.person()
    if (person !== this.#person && this.#person !== undefined) this.#forgetChoice()
    this.#person = person
    super.willUpdate(changed)
  }

  /** The next person starts from what the page set: what the last one cannot do is nobody's business. */
  #forgetChoice(): void {
    const choice = this.#choice
    this.#choice = undefined
    if (choice !== undefined && this.route === choice.route) this.route = choice.before
  }
}
