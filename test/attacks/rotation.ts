/** Row by row. */
export type Matrix3 = readonly [number, number, number, number, number, number, number, number, number]
export type Vector3 = readonly [x: number, y: number, z: number]

const RADIANS = Math.PI / 180

/**
 * The turn that a pose in degrees is, in axes x right, y down, z away from the camera: yaw (to the subject's left is positive) after pitch
 * (up is positive) after roll (clockwise is positive), as `poseFromMatrix` takes it apart.
 */
export function rotation({ yaw, pitch, roll }: { readonly yaw: number; readonly pitch: number; readonly roll: number }): Matrix3 {
  const [cy, sy] = [Math.cos(yaw * RADIANS), Math.sin(yaw * RADIANS)]
  const [cp, sp] = [Math.cos(pitch * RADIANS), Math.sin(pitch * RADIANS)]
  const [cr, sr] = [Math.cos(roll * RADIANS), Math.sin(roll * RADIANS)]
  const byYaw: Matrix3 = [cy, 0, -sy, 0, 1, 0, sy, 0, cy]
  const byPitch: Matrix3 = [1, 0, 0, 0, cp, sp, 0, -sp, cp]
  const byRoll: Matrix3 = [cr, -sr, 0, sr, cr, 0, 0, 0, 1]
  return times(byYaw, times(byPitch, byRoll))
}

export function times(a: Matrix3, b: Matrix3): Matrix3 {
  const cell = (row: number, column: number): number => a[row * 3]! * b[column]! + a[row * 3 + 1]! * b[3 + column]! + a[row * 3 + 2]! * b[6 + column]!
  return [cell(0, 0), cell(0, 1), cell(0, 2), cell(1, 0), cell(1, 1), cell(1, 2), cell(2, 0), cell(2, 1), cell(2, 2)]
}

export function apply(m: Matrix3, [x, y, z]: Vector3): Vector3 {
  return [m[0] * x + m[1] * y + m[2] * z, m[3] * x + m[4] * y + m[5] * z, m[6] * x + m[7] * y + m[8] * z]
}

/** `place` turned about `pivot`. */
export function turn(matrix: Matrix3, [x, y, z]: Vector3, [px, py, pz]: Vector3): Vector3 {
  const [a, b, c] = apply(matrix, [x - px, y - py, z - pz])
  return [a + px, b + py, c + pz]
}

/** @throws RangeError for a matrix that has none */
export function inverse(m: Matrix3): Matrix3 {
  const [a, b, c, d, e, f, g, h, i] = m
  const det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
  if (!(Math.abs(det) > 1e-12)) throw new RangeError('a plane seen from its edge')
  const cells: Matrix3 = [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ]
  return cells.map((cell) => cell / det) as unknown as Matrix3
}
