import type { Point } from './raster.js'

/** An affine map in canvas order: `x' = a·x + c·y + e`, `y' = b·x + d·y + f`. */
export interface Affine {
  readonly a: number
  readonly b: number
  readonly c: number
  readonly d: number
  readonly e: number
  readonly f: number
}

/** Where `point` lands under `map`. */
export function transform(map: Affine, point: Point): Point {
  return { x: map.a * point.x + map.c * point.y + map.e, y: map.b * point.x + map.d * point.y + map.f }
}

/** The map that does `first`, then `second`. */
export function compose(second: Affine, first: Affine): Affine {
  return {
    a: second.a * first.a + second.c * first.b,
    b: second.b * first.a + second.d * first.b,
    c: second.a * first.c + second.c * first.d,
    d: second.b * first.c + second.d * first.d,
    e: second.a * first.e + second.c * first.f + second.e,
    f: second.b * first.e + second.d * first.f + second.f,
  }
}

/** The inverse of `map`. @throws RangeError when `map` flattens the plane. */
export function invert(map: Affine): Affine {
  const determinant = map.a * map.d - map.b * map.c
  if (!Number.isFinite(1 / determinant)) throw new RangeError('an affine map without an inverse')
  return {
    a: map.d / determinant,
    b: -map.b / determinant,
    c: -map.c / determinant,
    d: map.a / determinant,
    e: (map.c * map.f - map.d * map.e) / determinant,
    f: (map.b * map.e - map.a * map.f) / determinant,
  }
}

/**
 * The similarity (turn, uniform scale, shift; no mirror) that brings `from` nearest to `to` in the least-squares sense: Umeyama 1991,
 * in the plane, where it has a closed form.
 * @throws RangeError when the point lists differ in length or coincide in one point.
 */
export function similarity(from: readonly Point[], to: readonly Point[]): Affine {
  if (from.length !== to.length || from.length < 2) throw new RangeError('a similarity needs two or more pairs of points')
  const p = centroid(from)
  const q = centroid(to)
  let spread = 0
  let along = 0
  let across = 0
  from.forEach((point, index) => {
    const target = to[index] ?? q
    const [px, py, qx, qy] = [point.x - p.x, point.y - p.y, target.x - q.x, target.y - q.y]
    spread += px * px + py * py
    along += px * qx + py * qy
    across += px * qy - py * qx
  })
  if (!(spread > 0)) throw new RangeError('a similarity needs points that do not coincide')
  const [a, b] = [along / spread, across / spread]
  return { a, b, c: -b, d: a, e: q.x - a * p.x + b * p.y, f: q.y - b * p.x - a * p.y }
}

function centroid(points: readonly Point[]): Point {
  const sum = points.reduce((total, point) => ({ x: total.x + point.x, y: total.y + point.y }), { x: 0, y: 0 })
  return { x: sum.x / points.length, y: sum.y / points.length }
}
