import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { cutChip } from '../../packages/core/src/alignment/index.js'
import type { CropSpec } from '../../packages/core/src/assets/index.js'
import { landmarkBox, poseFromMatrix, type Face } from '../../packages/core/src/detection/index.js'
import { decodeImage } from '../../packages/core/src/node.js'

interface Stored {
  readonly landmarks: readonly number[]
  readonly matrix: readonly number[]
}

const read = (path: string): Buffer => readFileSync(new URL(path, import.meta.url))
const [stored] = (JSON.parse(read('landmark-parity/portraits.json').toString()) as Record<string, [Stored]>)['biden.jpg']!
const landmarks = Float32Array.from(stored.landmarks)
const face: Face = { landmarks, box: landmarkBox(landmarks), pose: poseFromMatrix(stored.matrix), matrix: Float32Array.from(stored.matrix) }

const CROPS: readonly (readonly [file: string, spec: CropSpec])[] = [
  ['biden-five-point-112.bin', { kind: 'five-point', template: 'arcface-112', size: 112 }],
  ['biden-upright-box-160.bin', { kind: 'upright-box', scale: 1.3, size: 160 }],
]

describe('a chip around known landmarks', () => {
  it.each(CROPS)('is the one that NumPy cuts: %s', async (file, spec) => {
    const { data } = cutChip(await decodeImage(read('../fixtures/portraits/biden.jpg')), face, spec)
    const reference = read(`../fixtures/chips/${file}`)
    expect(data).toHaveLength(reference.length)
    const apart = data.map((value, index) => Math.abs(value - reference[index]!))
    // Rounding: a value between two bytes may fall either way; JPEG decoders differ by a level here and there.
    expect(Math.max(...apart)).toBeLessThanOrEqual(2)
    expect(apart.reduce((sum, value) => sum + value, 0) / apart.length).toBeLessThan(0.1)
  })
})
