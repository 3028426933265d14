import { html, nothing, type TemplateResult } from 'lit'
import type { CaptureActions, CaptureModel } from './capture-view.js'
import { clockTime } from './messages.js'
import { isBusy } from './state.js'

/** How many check-ins wait on this device and since when, and how many the server did not take; nothing while an attempt is going on. */
export function queueLine({ snapshot, waiting: entries, locale, t }: CaptureModel, actions: CaptureActions): TemplateResult | typeof nothing {
  const waiting = entries.filter(({ state }) => state === 'waiting')
  const failed = entries.length - waiting.length
  if (entries.length === 0 || isBusy(snapshot.state)) return nothing
  const [oldest] = waiting
  const since = oldest && t('queue-waiting', { count: waiting.length, time: clockTime(oldest.since, locale) })
  return html`${since === undefined ? nothing : html`<p class="figures" part="queue">${since}</p>`}
  ${failed === 0 ? nothing : lost(t('queue-failed', { count: failed }), t('done'), actions.acknowledge)}`
}

function lost(text: string, done: string, acknowledge: () => void): TemplateResult {
  return html`<p class="caution" part="queue-failed">${text}</p>
    <div class="actions"><button type="button" class="plain" part="button secondary" @click=${acknowledge}>${done}</button></div>`
}
