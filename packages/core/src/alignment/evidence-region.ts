import type { Box } from '../numeric/index.js'
import type { PictureSize } from './context-box.js'

/** Longest side of an evidence frame, pixels. */
const LONGEST_SIDE = 448

/** The region over the landmarks' box, each axis: the passive net judges a face by its surroundings, 2.7 of its box. */
const SCALE = 3

/** What of a picture an evidence frame shows, and how large. */
export interface EvidenceCut extends PictureSize {
  /** Whole pixels of the picture, within it. */
  readonly region: Box
}

/**
 * The face with its surroundings as evidence keeps it: the landmarks' box × 3 about its middle, cut to the picture, at most 448 pixels on the longer
 * side and never enlarged.
 * @param box of the landmarks, pixels of the picture
 * @param width of the picture, pixels
 * @param height of the picture, pixels
 * @returns undefined where nothing of it lies in the picture, or the box is none
 */
export function evidenceRegion(box: Box, width: number, height: number): EvidenceCut | undefined {
  const [left, right] = cutAxis(box.x, box.width, width)
  const [top, bottom] = cutAxis(box.y, box.height, height)
  if (!(right > left && bottom > top)) return undefined
  const region = { x: left, y: top, width: right - left, height: bottom - top }
  const scale = Math.min(1, LONGEST_SIDE / Math.max(region.width, region.height))
  return { region, width: shrunk(region.width, scale), height: shrunk(region.height, scale) }
}

/** Rounded outwards, so that a small face keeps its rim. */
function cutAxis(start: number, length: number, end: number): readonly [number, number] {
  const rim = (length * (SCALE - 1)) / 2
  return [Math.max(Math.floor(start - rim), 0), Math.min(Math.ceil(start + length + rim), end)]
}

function shrunk(length: number, scale: number): number {
  return Math.max(1, Math.round(length * scale))
}
