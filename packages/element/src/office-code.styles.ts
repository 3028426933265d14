import { css, type CSSResult } from 'lit'

/** The look of the field for the office's code: as wide as its digits need, and as easy to hit as a button. */
export const officeCodeStyles: CSSResult = css`
  .office-code {
    display: grid;
    gap: calc(var(--_space) * 0.375);
  }

  .office-code label {
    min-block-size: 0;
    font-weight: 600;
  }

  .office-code input {
    inline-size: min(100%, 11rem);
    block-size: auto;
    min-block-size: 3rem;
    box-sizing: border-box;
    padding: 0.35em 0.6em;
    border: 2px solid var(--_muted);
    border-radius: calc(var(--_radius) * 0.6);
    background: var(--_surface);
    color: var(--_text);
    font: inherit;
    font-size: 1.375rem;
    font-variant-numeric: tabular-nums;
    letter-spacing: 0.18em;
  }

  .office-code [aria-invalid='true'] {
    border-color: var(--_negative);
  }

  #office-code-fault {
    color: var(--_negative);
    font-weight: 600;
  }

  #office-code-fault:empty {
    display: none;
  }

  #office-code-note {
    color: var(--_muted);
    font-size: 0.875rem;
  }
`
