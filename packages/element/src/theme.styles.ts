import { css, type CSSResult } from 'lit'

/**
 * Colours, radius, font and spacing. Each is a custom property of the page (`--lintas-…`) with a default for light, dark and high
 * contrast; the private `--_…` names carry the choice inside. Contrast of text on its ground is at least 7 : 1 in the defaults.
 */
export const theme: CSSResult = css`
  :host {
    --_surface: var(--lintas-surface, #ffffff);
    --_stage: var(--lintas-stage, #e8eef0);
    --_text: var(--lintas-text, #16222a);
    --_muted: var(--lintas-muted, #44535c);
    --_line: var(--lintas-line, #c9d3d8);
    --_accent: var(--lintas-accent, #0d5463);
    --_on-accent: var(--lintas-on-accent, #ffffff);
    --_positive: var(--lintas-positive, #14632f);
    --_caution: var(--lintas-caution, #6b4700);
    --_caution-ground: var(--lintas-caution-ground, #fff4d9);
    --_negative: var(--lintas-negative, #9a1c14);
    --_scrim: var(--lintas-scrim, rgb(10 20 26 / 55%));
    --_radius: var(--lintas-radius, 1rem);
    --_space: var(--lintas-space, 1rem);
    --_font: var(--lintas-font, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif);
  }

  @media (prefers-color-scheme: dark) {
    :host {
      --_surface: var(--lintas-surface, #172026);
      --_stage: var(--lintas-stage, #0d1418);
      --_text: var(--lintas-text, #eef3f5);
      --_muted: var(--lintas-muted, #b3c0c7);
      --_line: var(--lintas-line, #3a4851);
      --_accent: var(--lintas-accent, #6fd0df);
      --_on-accent: var(--lintas-on-accent, #05222a);
      --_positive: var(--lintas-positive, #7fdb9d);
      --_caution: var(--lintas-caution, #f3cb74);
      --_caution-ground: var(--lintas-caution-ground, #2d2612);
      --_negative: var(--lintas-negative, #ffa79d);
    }
  }

  @media (prefers-contrast: more) {
    :host {
      --_muted: var(--lintas-muted, var(--_text));
      --_line: var(--lintas-line, var(--_text));
      --_scrim: var(--lintas-scrim, rgb(0 0 0 / 80%));
    }
  }
`
