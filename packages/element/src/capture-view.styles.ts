import { css, type CSSResult } from 'lit'

/** The shared look of both elements. No inline style anywhere: a strict page forbids them. */
export const captureStyles: CSSResult = css`
  :host {
    display: block;
    box-sizing: border-box;
    min-inline-size: 0;
    max-inline-size: 30rem;
    color: var(--_text);
    font: 1rem/1.5 var(--_font);
  }

  :host([hidden]),
  [hidden] {
    display: none;
  }

  .card {
    overflow: hidden;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
  }

  .stage {
    position: relative;
    overflow: hidden;
    block-size: 13rem;
    inline-size: 100%;
    container-type: inline-size;
    background: var(--_stage);
  }

  /* Only the camera needs the room: elsewhere words and buttons are to be seen without scrolling. */
  .stage.on {
    block-size: auto;
    max-block-size: 70vh;
    aspect-ratio: 4 / 3;
  }

  .stage.on.portrait {
    aspect-ratio: 3 / 4;
  }

  video,
  .drawing {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
  }

  video {
    object-fit: cover;
    background: #000;
  }

  .drawing {
    fill: none;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  .scrim {
    fill: none;
  }

  .on .scrim {
    fill: var(--_scrim);
  }

  .oval {
    stroke: var(--_line);
    stroke-width: 3;
  }

  .on .oval {
    stroke: #fff;
  }

  .ring {
    stroke: var(--_accent);
    stroke-width: 7;
    transition: stroke-dashoffset 0.3s ease-out;
  }

  /* On the camera's picture the theme's accent may drown: a fixed light green is seen on every scene. */
  .on .ring {
    stroke: #7df0a6;
  }

  .ring.empty {
    visibility: hidden;
  }

  .sign {
    stroke: var(--_muted);
    stroke-width: 5;
  }

  :host([state='admitted']) :is(.sign, .ring),
  :host([state='enrolled']) :is(.sign, .ring) {
    stroke: var(--_positive);
  }

  :host([state='refused']) :is(.sign, .oval) {
    stroke: var(--_caution);
  }

  :host([state='error']) :is(.sign, .oval) {
    stroke: var(--_negative);
  }

  :host(:is([state='admitted'], [state='enrolled'], [state='pending'], [state='waiting'], [state='refused'], [state='error'])) .sign {
    stroke-width: 9;
  }

  .hint {
    position: absolute;
    inset-inline: calc(var(--_space) * 0.5);
    inset-block-end: calc(var(--_space) * 0.5);
    inline-size: fit-content;
    margin: 0 auto;
    padding: 0.35em 0.8em;
    border-radius: 0.75em;
    background: rgb(8 16 20 / 88%);
    color: #fff;
    font-size: clamp(0.95rem, 4.4cqi, 1.125rem);
    font-weight: 600;
    line-height: 1.3;
    text-align: center;
    text-wrap: balance;
  }

  .panel {
    display: grid;
    gap: calc(var(--_space) * 0.75);
    padding: calc(var(--_space) * 1.25);
  }

  .panel:focus {
    outline: none;
  }

  h2,
  p,
  ul {
    margin: 0;
    overflow-wrap: anywhere;
  }

  h2 {
    font-size: 1.25rem;
    line-height: 1.3;
    text-wrap: balance;
  }

  :host([state='admitted']) h2,
  :host([state='enrolled']) h2 {
    color: var(--_positive);
  }

  :host([state='error']) h2 {
    color: var(--_negative);
  }

  .lead,
  .figures,
  .code {
    color: var(--_muted);
  }

  .figures {
    min-block-size: 1.5em;
    font-variant-numeric: tabular-nums;
  }

  .code {
    font:
      0.875rem/1.5 ui-monospace,
      'SFMono-Regular',
      Menlo,
      Consolas,
      monospace;
    user-select: all;
  }

  .reasons {
    display: grid;
    gap: 0.5em;
    padding-inline-start: 1.25em;
  }

  .caution {
    padding: 0.75em 1em;
    border-inline-start: 4px solid currentcolor;
    border-radius: calc(var(--_radius) * 0.4);
    background: var(--_caution-ground);
    color: var(--_caution);
  }

  .caution strong {
    display: block;
  }

  progress {
    inline-size: 100%;
    block-size: 0.625rem;
    accent-color: var(--_accent);
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: calc(var(--_space) * 0.625);
    margin-block-start: calc(var(--_space) * 0.25);
  }

  button {
    flex: 1 1 8rem;
    min-block-size: 3rem;
    padding: 0.6em 1.2em;
    border: 2px solid var(--_accent);
    border-radius: calc(var(--_radius) * 0.6);
    font: inherit;
    font-weight: 600;
    cursor: pointer;
  }

  button.main {
    background: var(--_accent);
    color: var(--_on-accent);
  }

  button.plain {
    border-color: var(--_line);
    background: transparent;
    color: var(--_text);
  }

  button:hover {
    filter: brightness(1.08);
  }

  button.plain:hover {
    border-color: var(--_muted);
  }

  button:focus-visible {
    outline: 3px solid var(--_accent);
    outline-offset: 3px;
  }

  .unseen {
    position: absolute;
    overflow: hidden;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  @media (prefers-reduced-motion: reduce) {
    .ring {
      transition: none;
    }
  }

  @media (forced-colors: active) {
    .oval,
    .sign {
      stroke: CanvasText;
    }

    .ring,
    .on .ring {
      stroke: Highlight;
    }

    .hint {
      border: 1px solid CanvasText;
    }
  }
`
