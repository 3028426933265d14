import { clamp } from '../numeric/index.js'
import type { Pose } from './types.js'

const DEGREES = 180 / Math.PI

/**
 * The pose that a facial transformation matrix (4 × 4, column-major, canonical face → camera, as in `Face.matrix`) tells.
 *
 * In the camera's axes x runs to the right edge of an unmirrored picture, y up, z towards the camera; the canonical face looks along +z.
 * The turn is taken apart as roll first, then pitch, then yaw (Rᵧ·Rₓ·R_z), so that yaw and pitch are where the nose points and roll is
 * how the head lies around that line. Uniform or uneven scale in the matrix does not matter.
 * @throws RangeError for a matrix that is not 16 finite numbers with three axes.
 */
export function poseFromMatrix(matrix: ArrayLike<number>): Pose {
  if (matrix.length !== 16) throw new RangeError(`a transformation matrix has 16 numbers, not ${matrix.length}`)
  const [acrossX, acrossY, acrossZ] = unitAxis(matrix, 0)
  const [noseX, noseY, noseZ] = unitAxis(matrix, 8)
  // The third axis follows from the other two; taking it from them keeps the answer sound when the matrix is not quite orthogonal.
  const upY = noseZ * acrossX - noseX * acrossZ
  return {
    yaw: zeroIfMinusZero(clamp(Math.atan2(noseX, noseZ) * DEGREES, -90, 90)),
    pitch: zeroIfMinusZero(Math.asin(clamp(noseY, -1, 1)) * DEGREES),
    roll: zeroIfMinusZero(-Math.atan2(acrossY, upY) * DEGREES),
  }
}

function unitAxis(matrix: ArrayLike<number>, start: number): readonly [number, number, number] {
  const [x, y, z] = [matrix[start] ?? NaN, matrix[start + 1] ?? NaN, matrix[start + 2] ?? NaN]
  const length = Math.sqrt(x * x + y * y + z * z)
  if (!(length > 0) || !Number.isFinite(length)) throw new RangeError('a transformation matrix without three axes has no pose')
  return [x / length, y / length, z / length]
}

function zeroIfMinusZero(value: number): number {
  return value === 0 ? 0 : value
}
