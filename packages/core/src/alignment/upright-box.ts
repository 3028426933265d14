import { boundsAlong, eyeCentres } from '../detection/index.js'
import type { Affine } from '../numeric/index.js'

/**
 * Chip → picture for FaceNet: the face turned upright by the line between its eyes, then the bounding box of the turned landmarks, each
 * axis × `scale` about the box's middle and stretched to `size` by itself. FaceNet was trained on loose boxes, not on aligned faces:
 * with `scale` 1.3 LFW folds 0–2 give 99.44 % with and without the turn, and on webcam faces the turn takes FNMR at FMR 0.1 % from
 * 2.2 % to 0.37 % (project measurements, NUAA, mean subtracted).
 * @throws RangeError when the eyes coincide or the landmarks span no area.
 */
export function uprightBoxTransform(landmarks: Float32Array, scale: number, size: number): Affine {
  const { right, left } = eyeCentres(landmarks)
  const [dx, dy] = [left.x - right.x, left.y - right.y]
  const distance = Math.sqrt(dx * dx + dy * dy)
  if (!(distance > 0)) throw new RangeError('a face whose eyes coincide cannot be turned upright')
  const along = { x: dx / distance, y: dy / distance }
  const box = boundsAlong(landmarks, along)
  if (!(box.width > 0 && box.height > 0)) throw new RangeError('landmarks that span no area have no box')
  const stepS = (box.width * scale) / size
  const stepT = (box.height * scale) / size
  const startS = box.x + (box.width * (1 - scale)) / 2
  const startT = box.y + (box.height * (1 - scale)) / 2
  return {
    a: along.x * stepS,
    b: along.y * stepS,
    c: -along.y * stepT,
    d: along.x * stepT,
    e: along.x * startS - along.y * startT,
    f: along.y * startS + along.x * startT,
  }
}
