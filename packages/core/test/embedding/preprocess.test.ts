import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ModelEntry } from '../../src/assets/index.js'
import { toTensor } from '../../src/embedding/index.js'

const SIZE = 3

function model(part: Partial<ModelEntry>): ModelEntry {
  return {
    id: 'm',
    kind: 'embedder',
    file: 'm.onnx',
    bytes: 1,
    sha256: '0'.repeat(64),
    licence: 'MIT',
    backends: ['wasm'],
    space: 's',
    input: { name: 'x', dims: [1, SIZE, SIZE, 3], layout: 'NHWC' },
    crop: { kind: 'upright-box', scale: 1.3, size: SIZE },
    preprocessing: { kind: 'standardise' },
    ...part,
  }
}

const chip = fc.uint8Array({ minLength: SIZE * SIZE * 3, maxLength: SIZE * SIZE * 3 }).map((data) => ({ width: SIZE, height: SIZE, data }))

describe('the tensor of a chip', () => {
  it('has mean 0 and deviation 1 when standardised, and stays finite on a flat picture', () => {
    fc.assert(
      fc.property(chip, (one) => {
        const { data, dims } = toTensor(one, model({}))
        expect(dims).toEqual([1, SIZE, SIZE, 3])
        const average = data.reduce((sum, value) => sum + value, 0) / data.length
        const deviation = Math.sqrt(data.reduce((sum, value) => sum + (value - average) ** 2, 0) / data.length)
        expect(average).toBeCloseTo(0, 4)
        const flat = new Set(one.data).size === 1
        if (flat) expect(deviation).toBe(0)
        else expect(deviation).toBeLessThanOrEqual(1 + 1e-4)
      }),
    )
  })

  it('follows the affine map of the manifest', () => {
    const data = new Uint8Array(SIZE * SIZE * 3).fill(255)
    const tensor = toTensor({ width: SIZE, height: SIZE, data }, model({ preprocessing: { kind: 'affine', mean: 127.5, scale: 1 / 128 } }))
    expect(tensor.data[0]).toBeCloseTo(0.99609375, 7)
  })

  it('puts the mirror image behind the picture and colours into planes', () => {
    const data = Uint8Array.from({ length: SIZE * SIZE * 3 }, (_, index) => index)
    const raw = model({
      preprocessing: { kind: 'affine', mean: 0, scale: 1 },
      mirrorBatch: true,
      input: { name: 'x', dims: [2, 3, SIZE, SIZE], layout: 'NCHW' },
    })
    const tensor = toTensor({ width: SIZE, height: SIZE, data }, raw)
    expect(tensor.dims).toEqual([2, 3, SIZE, SIZE])
    // The red plane of the first row: pixels 0, 1, 2 are bytes 0, 3, 6; mirrored 6, 3, 0.
    expect([...tensor.data.slice(0, 3)]).toEqual([0, 3, 6])
    expect([...tensor.data.slice(27, 30)]).toEqual([6, 3, 0])
    // Mirroring twice is the picture: as a multiset both halves hold the same values.
    expect([...tensor.data.slice(27)].sort()).toEqual([...tensor.data.slice(0, 27)].sort())
  })

  it('refuses a chip of the wrong size and a model that is not described', () => {
    const small = { width: 2, height: 2, data: new Uint8Array(12) }
    expect(() => toTensor(small, model({}))).toThrow(/takes 3 × 3 pixels, not 2 × 2/)
    const { crop: _crop, ...bare } = model({})
    expect(() => toTensor(small, bare)).toThrow(/does not tell how to feed m/)
  })
})
