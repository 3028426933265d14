import { html, nothing, type TemplateResult } from 'lit'
import type { CaptureActions, CaptureModel } from './capture-view.js'
import type { MessageKey } from './message-keys.js'

/** What is wrong with what was typed: it is no code, or not the one that the office shows. */
export type CodeFault = Extract<MessageKey, 'office-code-digits' | 'office-code-wrong'>

/** Asks for the code on the office's screen. It stands above the button that starts: whoever types it has it at hand for as short a time as possible. */
export function officeCode({ asksCode, codeFault, t }: CaptureModel, { start }: CaptureActions): TemplateResult | typeof nothing {
  if (!asksCode) return nothing
  const typed = ({ key, isComposing }: KeyboardEvent): void => {
    if (key === 'Enter' && !isComposing) start()
  }
  return html`
    <div class="office-code" part="office-code">
      <label for="office-code">${t('office-code-label')}</label>
      <input
        id="office-code"
        part="office-code-input"
        inputmode="numeric"
        autocomplete="off"
        maxlength="9"
        aria-describedby="office-code-fault office-code-note"
        aria-invalid=${codeFault === undefined ? 'false' : 'true'}
        @keydown=${typed}
      />
      <p id="office-code-fault" role="alert">${codeFault === undefined ? nothing : t(codeFault)}</p>
      <p id="office-code-note">${t('office-code-note')}</p>
    </div>
  `
}

/** The six digits that stand there, however they were spaced; undefined where it is anything else. */
export function typedCode(root: ParentNode): string | undefined {
  const digits = root.querySelector<HTMLInputElement>('#office-code')?.value.replace(/\s/gu, '')
  return digits !== undefined && /^\d{6}$/u.test(digits) ? digits : undefined
}
