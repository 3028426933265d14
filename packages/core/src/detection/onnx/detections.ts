import type { Point } from '../../numeric/index.js'
import { ANCHOR_COUNT } from './anchors.js'

/** A face as the detector sees it, in 0…1 of its input. */
export interface Detection {
  readonly score: number
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
  /** The eye on the left of the picture (the subject's right), then the other. */
  readonly eyes: readonly [Point, Point]
}

// The detector's input: its numbers are in pixels of it.
const SIZE = 128
// Centre, size and six key points.
const VALUES = 16
// A logit beyond this says nothing more, and e^x overflows for broken ones.
const MOST_LOGIT = 100

/** The detections with a score of `least` (0 to 1) or more, best first. `boxes`: 896 × 16, `logits`: 896. */
export function decodeDetections(boxes: Float32Array, logits: Float32Array, anchors: Float32Array, least: number): Detection[] {
  const found: Detection[] = []
  for (let index = 0; index < ANCHOR_COUNT; index += 1) {
    const logit = Math.min(Math.max(logits[index] ?? NaN, -MOST_LOGIT), MOST_LOGIT)
    const score = 1 / (1 + Math.exp(-logit))
    if (score >= least) found.push(decode(boxes, anchors, index, score))
  }
  return found.sort((one, other) => other.score - one.score)
}

function decode(boxes: Float32Array, anchors: Float32Array, index: number, score: number): Detection {
  const start = index * VALUES
  const x = (place: number): number => (boxes[start + place] ?? NaN) / SIZE + (anchors[index * 2] ?? NaN)
  const y = (place: number): number => (boxes[start + place] ?? NaN) / SIZE + (anchors[index * 2 + 1] ?? NaN)
  const halfWidth = (boxes[start + 2] ?? NaN) / SIZE / 2
  const halfHeight = (boxes[start + 3] ?? NaN) / SIZE / 2
  return {
    score,
    left: x(0) - halfWidth,
    top: y(1) - halfHeight,
    right: x(0) + halfWidth,
    bottom: y(1) + halfHeight,
    eyes: [
      { x: x(4), y: y(5) },
      { x: x(6), y: y(7) },
    ],
  }
}

/**
 * Weighted suppression as in BlazeFace (Bazarevsky et al. 2019): of detections that overlap the best one by more than `overlap`
 * (intersection over union) the mean, weighted by score, stands for all; then the best of those left. Best first.
 * @param detections best first.
 */
export function mergeDetections(detections: readonly Detection[], overlap: number): Detection[] {
  const merged: Detection[] = []
  let rest = detections
  for (let best = rest[0]; best !== undefined; best = rest[0]) {
    const chosen = best
    const same = rest.filter((one) => one === chosen || intersectionOverUnion(one, chosen) > overlap)
    rest = rest.filter((one) => !same.includes(one))
    merged.push(weightedMean(same, chosen.score))
  }
  return merged
}

function weightedMean(detections: readonly Detection[], score: number): Detection {
  const total = detections.reduce((sum, one) => sum + one.score, 0)
  const mean = (value: (one: Detection) => number): number => detections.reduce((sum, one) => sum + one.score * value(one), 0) / total
  const eye = (index: 0 | 1): Point => ({ x: mean(({ eyes }) => eyes[index].x), y: mean(({ eyes }) => eyes[index].y) })
  return {
    score,
    left: mean(({ left }) => left),
    top: mean(({ top }) => top),
    right: mean(({ right }) => right),
    bottom: mean(({ bottom }) => bottom),
    eyes: [eye(0), eye(1)],
  }
}

/** Edges of an axis-parallel rectangle. */
export type Edges = Pick<Detection, 'left' | 'top' | 'right' | 'bottom'>

/** What two rectangles share over what they cover together, 0 to 1; 0 for rectangles without area. */
export function intersectionOverUnion(one: Edges, other: Edges): number {
  const width = Math.min(one.right, other.right) - Math.max(one.left, other.left)
  const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top)
  if (!(width > 0 && height > 0)) return 0
  const area = ({ left, top, right, bottom }: Edges): number => (right - left) * (bottom - top)
  return (width * height) / (area(one) + area(other) - width * height)
}
