import { css, type CSSResult } from 'lit'

/** The look of the choice of route: quieter than the buttons above it, and as easy to hit. */
export const routeStyles: CSSResult = css`
  .routes {
    margin-block: calc(var(--_space) * -0.25) calc(var(--_space) * -0.5);
    color: var(--_muted);
  }

  summary {
    display: flex;
    gap: 0.6em;
    min-block-size: 3rem;
    padding-block: 0.75rem;
    box-sizing: border-box;
    border-radius: calc(var(--_radius) * 0.4);
    cursor: pointer;
    list-style: none;
  }

  summary::-webkit-details-marker {
    display: none;
  }

  summary::before {
    content: '';
    flex: none;
    inline-size: 0.5em;
    block-size: 0.5em;
    margin-block-start: 0.45em;
    border: solid currentcolor;
    border-width: 0 2px 2px 0;
    transform: rotate(-45deg);
  }

  [open] > summary::before {
    transform: rotate(45deg);
  }

  summary > span {
    overflow-wrap: anywhere;
  }

  .question {
    text-decoration: underline;
    text-decoration-color: var(--_line);
    text-underline-offset: 0.25em;
  }

  summary:hover .question {
    text-decoration-color: currentcolor;
  }

  summary strong {
    display: block;
    color: var(--_text);
  }

  /* The radio buttons below it say so already, and choosing must not move them. */
  [open] > summary strong {
    display: none;
  }

  fieldset {
    min-inline-size: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }

  legend {
    padding: 0;
    font-size: 0.875rem;
  }

  label {
    display: flex;
    align-items: center;
    gap: 0.75em;
    min-block-size: 3rem;
    color: var(--_text);
    line-height: 1.3;
    overflow-wrap: anywhere;
    cursor: pointer;
  }

  input {
    flex: none;
    inline-size: 1.5rem;
    block-size: 1.5rem;
    margin: 0;
    accent-color: var(--_accent);
  }

  :is(summary, input):focus-visible {
    outline: 3px solid var(--_accent);
    outline-offset: 2px;
  }
`
