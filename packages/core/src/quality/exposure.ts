import { quantile } from '../numeric/index.js'
import type { FacePatch } from './face-patch.js'

/** Levels from here on count as clipped bright, of 0 to 255: OFIQ's OverExposurePrevention (ISO/IEC 29794-5) takes the same. */
const BRIGHT = 247
/** Levels up to here count as drowned in the dark: OFIQ's UnderExposurePrevention takes the same. */
const DARK = 25

/** Share of the inner face that is clipped bright, 0 to 1; NaN without a face in the picture. Source: ISO/IEC 29794-5, over-exposure. */
export function overExposure(patch: FacePatch): number {
  return shareOf(patch, patch.height, (level) => level >= BRIGHT)
}

/**
 * Share of the inner face above the nose's tip that is drowned in the dark, 0 to 1; NaN without a face in the picture. Dark skin in fair light
 * lies well above the level; brows and pupils lie below it in any light, and so may a black beard, which is why the lower face does not count.
 * Source: ISO/IEC 29794-5, under-exposure (there over the whole face).
 */
export function underExposure(patch: FacePatch): number {
  return shareOf(patch, patch.noseRow, (level) => level <= DARK)
}

/**
 * A face whose brightest tenth reaches this level is lit, so that what is black in it is black. Computed darkness ends at 64, the darkest of
 * 4,112 LFW faces begins at 73; covered eyes begin at 117.
 */
const LIT = 70

/**
 * Share of the inner face above the nose's tip that is not black, 0 to 1, in a face that is lit; undefined in one that is not, or without a face
 * in the picture. Finds sunglasses and a black cloth or bar; no other cover.
 */
export function visibility(patch: FacePatch): number | undefined {
  const levels = patch.luminance.filter((_, at) => patch.inside[at] === 1)
  return quantile(levels, 0.9) >= LIT ? 1 - underExposure(patch) : undefined
}

/** Mean luminance of the inner face, 0 to 1; NaN without one. Told, never judged by itself: it would judge the colour of skin. */
export function meanLuminance({ luminance, inside, count }: FacePatch): number {
  let sum = 0
  for (let at = 0; at < luminance.length; at += 1) if (inside[at] === 1) sum += luminance[at] ?? 0
  return sum / count / 255
}

/** Share of the pixels inside that are hit, in rows whose middle lies above `bottom`. */
function shareOf({ luminance, inside, width }: FacePatch, bottom: number, hit: (level: number) => boolean): number {
  let [hits, all] = [0, 0]
  for (let at = 0; at < luminance.length; at += 1) {
    if (inside[at] !== 1 || Math.floor(at / width) + 0.5 >= bottom) continue
    all += 1
    if (hit(luminance[at] ?? 0)) hits += 1
  }
  return all === 0 ? NaN : hits / all
}
