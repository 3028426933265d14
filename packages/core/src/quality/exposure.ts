import type { FacePatch } from './face-patch.js'

/** Levels from here on count as clipped bright, of 0 to 255: OFIQ's OverExposurePrevention (ISO/IEC 29794-5) takes the same. */
const BRIGHT = 247
/** Levels up to here count as drowned in the dark: OFIQ's UnderExposurePrevention takes the same. */
const DARK = 25

/** Share of the inner face that is clipped bright, 0 to 1; NaN without a face in the picture. Source: ISO/IEC 29794-5, over-exposure. */
export function overExposure(patch: FacePatch): number {
  return shareOf(patch, (level) => level >= BRIGHT)
}

/**
 * Share of the inner face that is drowned in the dark, 0 to 1; NaN without a face in the picture. Dark skin in fair light lies well above the
 * level; brows, pupils and nostrils lie below it in any light. Source: ISO/IEC 29794-5, under-exposure.
 */
export function underExposure(patch: FacePatch): number {
  return shareOf(patch, (level) => level <= DARK)
}

/** Mean luminance of the inner face, 0 to 1; NaN without one. Told, never judged by itself: it would judge the colour of skin. */
export function meanLuminance({ luminance, inside, count }: FacePatch): number {
  let sum = 0
  for (let at = 0; at < luminance.length; at += 1) if (inside[at] === 1) sum += luminance[at] ?? 0
  return sum / count / 255
}

function shareOf({ luminance, inside, count }: FacePatch, hit: (level: number) => boolean): number {
  let hits = 0
  for (let at = 0; at < luminance.length; at += 1) if (inside[at] === 1 && hit(luminance[at] ?? 0)) hits += 1
  return count === 0 ? NaN : hits / count
}
