import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { poseFromMatrix, transformationMatrix } from '../../src/detection/index.js'
import { CANONICAL_FACE } from '../../src/detection/geometry/canonical-face.js'
import { procrustes, type Triple } from '../../src/detection/geometry/procrustes.js'

const radians = (degrees: number): number => (degrees * Math.PI) / 180
const FOCAL = 1 / Math.tan(radians(63 / 2))

interface Placement {
  readonly yaw: number
  readonly pitch: number
  readonly roll: number
  readonly x: number
  readonly y: number
  readonly distance: number
}

/** Where a canonical point stands before the camera: rolled, pitched, turned, moved; y up, z towards the camera. */
function place([px, py, pz]: Triple, { yaw, pitch, roll, x, y, distance }: Placement): Triple {
  const [cr, sr] = [Math.cos(radians(-roll)), Math.sin(radians(-roll))]
  const [rx, ry] = [cr * px - sr * py, sr * px + cr * py]
  const [cp, sp] = [Math.cos(radians(-pitch)), Math.sin(radians(-pitch))]
  const [qy, qz] = [cp * ry - sp * pz, sp * ry + cp * pz]
  const [cy, sy] = [Math.cos(radians(yaw)), Math.sin(radians(yaw))]
  return [cy * rx + sy * qz + x, qy + y, -sy * rx + cy * qz - distance]
}

/** Landmarks of the canonical face seen by the camera of the geometry; depth by weak perspective, as the landmark net gives it. */
function seen(placement: Placement, width: number, height: number): Float32Array {
  const landmarks = new Float32Array(478 * 3)
  const scale = (FOCAL * height) / 2 / placement.distance
  for (const [index, , px, py, pz] of CANONICAL_FACE) {
    const [x, y, z] = place([px, py, pz], placement)
    landmarks.set(
      [width / 2 + ((FOCAL * height) / 2) * (x / -z), height / 2 - ((FOCAL * height) / 2) * (y / -z), -(z + placement.distance) * scale],
      index * 3,
    )
  }
  return landmarks
}

const placements = fc.record({
  yaw: fc.double({ min: -40, max: 40, noNaN: true }),
  pitch: fc.double({ min: -30, max: 30, noNaN: true }),
  roll: fc.double({ min: -90, max: 90, noNaN: true }),
  x: fc.double({ min: -5, max: 5, noNaN: true }),
  y: fc.double({ min: -5, max: 5, noNaN: true }),
  distance: fc.double({ min: 60, max: 120, noNaN: true }),
})

describe('procrustes', () => {
  const triple = fc.tuple(...[0, 1, 2].map(() => fc.double({ min: -50, max: 50, noNaN: true }))) as unknown as fc.Arbitrary<Triple>

  it('finds the similarity that made the target', () => {
    const source = CANONICAL_FACE.map(([, , x, y, z]): Triple => [x, y, z])
    const weights = CANONICAL_FACE.map(([, weight]) => weight)
    fc.assert(
      fc.property(placements, triple, fc.double({ min: 0.01, max: 30, noNaN: true }), (placement, shift, scale) => {
        const target = source.map((point): Triple => {
          const [x, y, z] = place(point, placement)
          return [scale * x + shift[0], scale * y + shift[1], scale * z + shift[2]]
        })
        const found = procrustes(source, target, weights)
        expect(found?.scale).toBeCloseTo(scale, 6)
        const [nose, to] = [source[0] ?? [0, 0, 0], target[0] ?? [0, 0, 0]]
        for (let row = 0; row < 3; row += 1) {
          const [a = NaN, b = NaN, c = NaN] = found?.rotation.slice(row * 3, row * 3 + 3) ?? []
          expect(scale * (a * nose[0] + b * nose[1] + c * nose[2]) + (found?.translation[row] ?? NaN)).toBeCloseTo(to[row] ?? NaN, 6)
        }
      }),
    )
  })

  it('never reflects, even where a mirror image would fit exactly', () => {
    const source = CANONICAL_FACE.map(([, , x, y, z]): Triple => [x, y, z + x])
    const mirrored = source.map(([x, y, z]): Triple => [-x, y, z])
    const [a, b, c, d, e, f, g, h, i] =
      procrustes(
        source,
        mirrored,
        source.map(() => 1),
      )?.rotation ?? []
    const determinant =
      (a ?? 0) * ((e ?? 0) * (i ?? 0) - (f ?? 0) * (h ?? 0)) -
      (b ?? 0) * ((d ?? 0) * (i ?? 0) - (f ?? 0) * (g ?? 0)) +
      (c ?? 0) * ((d ?? 0) * (h ?? 0) - (e ?? 0) * (g ?? 0))
    expect(determinant).toBeCloseTo(1, 9)
  })

  it('has no answer for points that coincide', () => {
    expect(
      procrustes(
        [
          [1, 1, 1],
          [1, 1, 1],
        ],
        [
          [0, 0, 0],
          [1, 0, 0],
        ],
        [1, 1],
      ),
    ).toBeUndefined()
  })
})

describe('transformationMatrix', () => {
  it('tells pose and place of a face seen by its own camera', () => {
    fc.assert(
      fc.property(placements, (placement) => {
        const matrix = transformationMatrix(seen(placement, 640, 480), 640, 480)
        const pose = poseFromMatrix(matrix ?? [])
        // The net's depth is weak perspective; at 60 cm that costs up to about 4° and 7 % of the distance.
        expect(Math.abs(pose.yaw - placement.yaw)).toBeLessThan(4)
        expect(Math.abs(pose.pitch - placement.pitch)).toBeLessThan(4)
        expect(Math.abs(pose.roll - placement.roll)).toBeLessThan(4)
        expect(Math.abs((matrix?.[14] ?? NaN) / -placement.distance - 1)).toBeLessThan(0.1)
      }),
    )
  })

  it('does not depend on the resolution', () => {
    const placement = { yaw: 12, pitch: -5, roll: 8, x: 2, y: -1, distance: 70 }
    const small = transformationMatrix(seen(placement, 320, 240), 320, 240) ?? []
    const large = transformationMatrix(seen(placement, 1280, 960), 1280, 960) ?? []
    small.forEach((value, index) => {
      expect(value).toBeCloseTo(large[index] ?? NaN, 3)
    })
  })

  it('has no answer for points that span no face', () => {
    expect(transformationMatrix(new Float32Array(478 * 3).fill(5), 640, 480)).toBeUndefined()
    expect(transformationMatrix(new Float32Array(478 * 3).fill(NaN), 640, 480)).toBeUndefined()
  })
})
