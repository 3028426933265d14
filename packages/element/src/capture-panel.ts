import { html, nothing, type TemplateResult } from 'lit'
import type { CaptureActions, CaptureModel } from './capture-view.js'
import { clockTime, megabytes } from './messages.js'
import type { MessageKey } from './message-keys.js'
import { officeCode } from './office-code.js'
import { adviceOf, mayRetry, passedUnchecked, waitAdvice, type Advice } from './outcome-words.js'
import { routeChoice } from './route-choice.js'
import type { BusyState } from './state.js'

/** Words and controls of the present state. */
export function panelOf(model: CaptureModel, actions: CaptureActions): TemplateResult {
  const { kind, t } = model
  const { state } = model.snapshot
  switch (state) {
    case 'idle':
      return html`${words(model, `${kind}-title`, `${kind}-lead`)} ${officeCode(model, actions)} ${row(button(t(`${kind}-start`), actions.start))}
      ${routeChoice(model, actions)}`
    case 'loading':
    case 'permission':
    case 'searching':
    case 'holding':
    case 'acting':
    case 'comparing':
      return running(model, state, button(t('cancel'), actions.cancel, 'plain'))
    case 'admitted':
    case 'enrolled':
      return html`${accepted(model)} ${row(button(t('done'), actions.reset))}`
    case 'pending':
      return html`${words(model, `pending-${kind}-title`, `pending-${kind}-lead`)} ${row(button(t('done'), actions.reset))}`
    case 'waiting':
      return html`${words(model, 'waiting-title', 'waiting-lead')} ${row(button(t('done'), actions.reset))}`
    case 'refused':
      if (!mayRetry(model.snapshot.outcome)) return html`${refused(model)} ${row(button(t('done'), actions.reset))}`
      return html`${refused(model)} ${officeCode(model, actions)}
      ${row(button(t('retry'), actions.start), button(t('cancel'), actions.reset, 'plain'))} ${routeChoice(model, actions)}`
    case 'error':
      return html`${fault(model)} ${officeCode(model, actions)} ${row(button(t('retry'), actions.start), button(t('cancel'), actions.reset, 'plain'))}`
  }
}

/** The title of a snapshot's state: what the live region says when the state changes. */
export function titleKey({ kind, snapshot, relayed }: Pick<CaptureModel, 'kind' | 'snapshot' | 'relayed'>): MessageKey {
  switch (snapshot.state) {
    case 'idle':
      return `${kind}-title`
    case 'permission':
      return snapshot.granted === true ? 'opening-title' : 'permission-title'
    case 'comparing':
      return relayed ? 'relayed-title' : 'comparing-title'
    case 'pending':
      return `pending-${kind}-title`
    case 'refused':
      return `refused-${kind}-title`
    case 'acting':
      return snapshot.prompt === undefined ? 'holding-title' : `action:${snapshot.prompt.action}`
    case 'error':
      return `error:${snapshot.error?.code ?? 'unexpected'}`
    default:
      return `${snapshot.state}-title`
  }
}

function words({ t }: CaptureModel, title: MessageKey, lead: MessageKey): TemplateResult {
  return html`${heading(t(title))}
    <p class="lead" part="lead">${t(lead)}</p>`
}

function heading(text: string): TemplateResult {
  return html`<h2 id="title" part="title">${text}</h2>`
}

/** One template for the whole way, so that the button under the person's finger stays the same. */
function running(model: CaptureModel, state: BusyState, cancel: TemplateResult): TemplateResult {
  return html`${heading(model.t(titleKey(model)))}
    <p class="lead" part="lead">${leadOf(model, state)}</p>
    ${advance(model, state)} ${row(cancel)}`
}

function leadOf({ snapshot, relayed, t }: CaptureModel, state: BusyState): string {
  const { granted, prompt } = snapshot
  if (state === 'comparing' && relayed) return t('relayed-lead')
  if (state === 'permission' && granted === true) return t('opening-lead')
  if (state !== 'acting') return t(`${state}-lead`)
  const count = t('acting-lead', { step: prompt?.step ?? 1, of: prompt?.of ?? 1 })
  return prompt?.again === true ? `${t('acting-again')} ${count}` : count
}

function advance(model: CaptureModel, state: BusyState): TemplateResult | typeof nothing {
  if (state === 'permission') return nothing
  return state === 'loading' ? download(model) : captured(model)
}

function download({ snapshot, locale, t }: CaptureModel): TemplateResult {
  const { download: progress } = snapshot
  const bytes = progress && t('loading-bytes', { loaded: megabytes(progress.loadedBytes, locale), total: megabytes(progress.totalBytes, locale) })
  // Without a value the bar is indeterminate, which is the truth until the sizes are known.
  return html`
    ${
      progress === undefined
        ? html`<progress part="progress" aria-label=${t('loading-label')}></progress>`
        : html`<progress part="progress" aria-label=${t('loading-label')} max="1" .value=${progress.fraction}></progress>`
    }
    <p class="figures" part="bytes">${bytes ?? nothing}</p>
  `
}

function captured({ snapshot, t }: CaptureModel): TemplateResult {
  return html`<progress class="unseen" aria-label=${t('capture-label')} max="1" .value=${snapshot.progress}></progress>`
}

function accepted({ snapshot, locale, t }: CaptureModel): TemplateResult {
  const { outcome } = snapshot
  if (outcome !== undefined && 'template' in outcome) {
    return html`${heading(t('enrolled-title'))}
      <p class="lead" part="lead">${t('enrolled-lead', { count: outcome.template.sampleCount })}</p>`
  }
  const time = outcome !== undefined && 'at' in outcome ? clockTime(outcome.at, locale) : ''
  return html`${heading(t('admitted-title'))}
    <p class="lead" part="lead">${t('admitted-lead', { time })}</p>
    ${passedUnchecked(outcome) ? unchecked(t('pad-unchecked'), t('pad-unchecked-lead')) : nothing}`
}

function unchecked(title: string, lead: string): TemplateResult {
  return html`<p class="caution" part="pad-unchecked"><strong>${title}</strong> ${lead}</p>`
}

function refused(model: CaptureModel): TemplateResult {
  const { snapshot, t } = model
  return html`
    ${heading(t(titleKey(model)))}
    <p class="lead" part="lead">${t('refused-lead')}</p>
    <ul class="reasons" part="reasons">
      ${adviceOf(snapshot.outcome).map(({ code, key, values }) => html`<li data-reason=${code}>${t(key, values)}</li>`)}
    </ul>
  `
}

function fault({ snapshot, locale, t }: CaptureModel): TemplateResult {
  const { error, retryAt } = snapshot
  const code = error?.code ?? 'unexpected'
  const said = ({ key, values }: Advice): string => t(key, values)
  return html`${heading(t(`error:${code}`))}
    <p class="lead" part="lead">${t(`help:${code}`)}</p>
    ${retryAt === undefined ? nothing : html`<p part="wait">${said(waitAdvice(retryAt, locale))}</p>`}
    <p class="code" part="code">${t('code-line', { code })}</p>`
}

function row(...buttons: readonly TemplateResult[]): TemplateResult {
  return html`<div class="actions" part="actions">${buttons}</div>`
}

function button(label: string, act: () => void, look: 'main' | 'plain' = 'main'): TemplateResult {
  return html`<button type="button" class=${look} part=${look === 'main' ? 'button primary' : 'button secondary'} @click=${act}>${label}</button>`
}
