import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { poseFromMatrix } from '../../src/detection/index.js'

type Rows = readonly (readonly [number, number, number])[]
const radians = (degrees: number): number => (degrees * Math.PI) / 180

// Right-handed turns about the camera's axes: x right, y up, z towards the camera.
const about = {
  x: (t: number): Rows => [
    [1, 0, 0],
    [0, Math.cos(t), -Math.sin(t)],
    [0, Math.sin(t), Math.cos(t)],
  ],
  y: (t: number): Rows => [
    [Math.cos(t), 0, Math.sin(t)],
    [0, 1, 0],
    [-Math.sin(t), 0, Math.cos(t)],
  ],
  z: (t: number): Rows => [
    [Math.cos(t), -Math.sin(t), 0],
    [Math.sin(t), Math.cos(t), 0],
    [0, 0, 1],
  ],
}

function times(left: Rows, right: Rows): Rows {
  return left.map((row) => [0, 1, 2].map((column) => row.reduce((sum, value, k) => sum + value * (right[k]?.[column] ?? NaN), 0))) as unknown as Rows
}

function columnMajor(rows: Rows, scale = 1): number[] {
  const columns = [0, 1, 2].flatMap((column) => [...rows.map((row) => scale * (row[column] ?? NaN)), 0])
  return [...columns, 1.5, -2.5, -40, 1]
}

describe('poseFromMatrix', () => {
  it('is zero for a face that looks into the camera', () => {
    expect(poseFromMatrix(columnMajor(about.x(0)))).toEqual({ yaw: 0, pitch: 0, roll: 0 })
  })

  it('has a positive yaw when the nose moves to the right edge: the subject turns to their own left', () => {
    const pose = poseFromMatrix(columnMajor(about.y(radians(30))))
    expect(pose.yaw).toBeCloseTo(30, 9)
    expect(pose.pitch).toBeCloseTo(0, 9)
  })

  it('has a positive pitch when the nose moves up', () => {
    expect(poseFromMatrix(columnMajor(about.x(radians(-20)))).pitch).toBeCloseTo(20, 9)
  })

  it('has a positive roll when the crown moves to the right edge, clockwise as the camera sees it', () => {
    expect(poseFromMatrix(columnMajor(about.z(radians(-25)))).roll).toBeCloseTo(25, 9)
  })

  it('takes any turn of less than a quarter apart again, whatever the scale', () => {
    const angle = fc.double({ min: -85, max: 85, noNaN: true })
    fc.assert(
      fc.property(
        angle,
        angle,
        fc.double({ min: -175, max: 175, noNaN: true }),
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        (yaw, pitch, roll, scale) => {
          const turn = times(times(about.y(radians(yaw)), about.x(radians(-pitch))), about.z(radians(-roll)))
          const pose = poseFromMatrix(columnMajor(turn, scale))
          expect(pose.yaw).toBeCloseTo(yaw, 6)
          expect(pose.pitch).toBeCloseTo(pitch, 6)
          expect(pose.roll).toBeCloseTo(roll, 6)
        },
      ),
    )
  })

  it.each([[[]], [new Array<number>(16).fill(0)], [new Array<number>(16).fill(NaN)]])('refuses what is no transformation', (matrix) => {
    expect(() => poseFromMatrix(matrix)).toThrow(RangeError)
  })
})
