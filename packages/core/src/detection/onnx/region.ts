import { landmarkAt, landmarkBox } from '../points.js'
import { LANDMARK } from '../landmark-indices.js'
import { transform, type Affine, type Point } from '../../numeric/index.js'
import { intersectionOverUnion, type Detection, type Edges } from './detections.js'

/** A square of the picture, turned, that the landmark net looks at. */
export interface Region {
  /** Pixels. */
  readonly centre: Point
  /** Length of its sides, pixels. */
  readonly side: number
  /** Unit vector along its upper edge. */
  readonly along: Point
}

// How much larger than the face a region is, for either source (MediaPipe's `scale_x`, `scale_y`).
const MARGIN = 1.5

/** The region around a detection, turned by its eyes. `toPicture`: from 0…1 of the detector's input to pixels. */
export function regionFromDetection(detection: Detection, toPicture: Affine): Region {
  const first = transform(toPicture, { x: detection.left, y: detection.top })
  const last = transform(toPicture, { x: detection.right, y: detection.bottom })
  const [right, left] = detection.eyes.map((eye) => transform(toPicture, eye)) as [Point, Point]
  // The net's boxes are square but for rounding: their mean side says more than the longer one.
  return around(first, last, (last.x - first.x + last.y - first.y) / 2, right, left)
}

/** The region for the next video frame around the landmarks of this one, turned by the outer corners of the eyes. */
export function regionFromLandmarks(landmarks: Float32Array): Region {
  const { x, y, width, height } = landmarkBox(landmarks)
  const right = landmarkAt(landmarks, LANDMARK.rightEyeOuter)
  const left = landmarkAt(landmarks, LANDMARK.leftEyeOuter)
  return around({ x, y }, { x: x + width, y: y + height }, Math.max(width, height), right, left)
}

function around(first: Point, last: Point, side: number, rightEye: Point, leftEye: Point): Region {
  const [dx, dy] = [leftEye.x - rightEye.x, leftEye.y - rightEye.y]
  const distance = Math.sqrt(dx * dx + dy * dy)
  return {
    centre: { x: (first.x + last.x) / 2, y: (first.y + last.y) / 2 },
    side: MARGIN * side,
    along: distance > 0 ? { x: dx / distance, y: dy / distance } : { x: 1, y: 0 },
  }
}

/** The map from a `size` × `size` crop of the region to the picture. */
export function regionTransform({ centre, side, along }: Region, size: number): Affine {
  const step = side / size
  const [a, b] = [along.x * step, along.y * step]
  const half = size / 2
  return { a, b, c: -b, d: a, e: centre.x - half * (a - b), f: centre.y - half * (b + a) }
}

/** How far two regions are the same face, 0 to 1; their turn is left out, as in MediaPipe's association. */
export function regionOverlap(one: Region, other: Region): number {
  return intersectionOverUnion(edges(one), edges(other))
}

function edges({ centre, side }: Region): Edges {
  return { left: centre.x - side / 2, top: centre.y - side / 2, right: centre.x + side / 2, bottom: centre.y + side / 2 }
}
