import { ROUTES, type Route } from '@lintas/core'
import { html, nothing, type TemplateResult } from 'lit'
import { live } from 'lit/directives/live.js'
import type { CaptureActions, CaptureModel } from './capture-view.js'

/** The routes in the order in which they are offered. */
const OFFERED = Object.keys(ROUTES) as Route[]

/** Lets the person leave out what they cannot do, and asks for no reason. It opens downwards, below the buttons, so that none of them moves. */
export function routeChoice({ route, t }: CaptureModel, { chooseRoute }: CaptureActions): TemplateResult | typeof nothing {
  if (route === undefined) return nothing
  const option = (one: Route): TemplateResult => html`
    <label>
      <input type="radio" name="route" value=${one} .checked=${live(one === route)} @change=${() => chooseRoute(one)} />
      <span>${t(`route:${one}`)}</span>
    </label>
  `
  const chosen = route === 'standard' ? nothing : html`<strong part="route">${t('route-chosen', { route: t(`route:${route}`) })}</strong>`
  return html`
    <details class="routes" part="routes">
      <summary>
        <span><span class="question">${t('route-question')}</span> ${chosen}</span>
      </summary>
      <fieldset>
        <legend>${t('route-legend')}</legend>
        ${OFFERED.map(option)}
      </fieldset>
    </details>
  `
}
