import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import * as ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { withoutPRelu } from '../../src/inference/without-prelu.js'

const weights = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../../../../models/weights/${name}.onnx`, import.meta.url))))

/** How often a name stands in the bytes of a model as a whole text. */
function count(model: Uint8Array, name: string): number {
  const wanted = Buffer.concat([Buffer.from([0x22, name.length]), Buffer.from(name)])
  let found = 0
  for (let at = Buffer.from(model).indexOf(wanted); at >= 0; at = Buffer.from(model).indexOf(wanted, at + 1)) found += 1
  return found
}

/** Where the first slopes of compact-512, 64 × 1 × 1, are kept: their dims, and their numbers. */
function firstSlopes(model: Buffer): { readonly dims: Buffer; readonly values: Buffer } {
  // dims 64, 1, 1; data_type FLOAT; name 668; raw_data of 256 bytes (onnx/onnx.proto, TensorProto).
  const head = Buffer.concat([Buffer.from([8, 64, 8, 1, 8, 1, 16, 1, 0x42, 3]), Buffer.from('668'), Buffer.from([0x4a, 0x80, 2])])
  const at = model.indexOf(head)
  expect(at).toBeGreaterThan(0)
  return { dims: model.subarray(at, at + 6), values: model.subarray(at + head.length, at + head.length + 256) }
}

async function outputsOf(model: Uint8Array, dims: readonly number[], values: Float32Array): Promise<readonly Float32Array[]> {
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 })
  const told = await session.run({ [session.inputNames[0]!]: new ort.Tensor('float32', values, dims) })
  await session.release()
  return session.outputNames.map((name) => told[name]!.data as Float32Array)
}

/** Whole numbers by chance, the same ones every time, spread over what the nets take. */
function noise(length: number, scale: number): Float32Array {
  let state = 1
  return Float32Array.from({ length }, () => {
    state = (state * 48_271) % 0x7fffffff
    return (state / 0x7fffffff - 0.5) * scale
  })
}

describe('PRelu written out', () => {
  it.each([
    // Pixels of 256: the layout adds up in another order.
    ['face-landmarks', 69, [1, 256, 256, 3], 1, 1e-3],
    ['compact-512', 33, [1, 3, 112, 112], 2, 0],
    ['pad-128', 33, [1, 3, 128, 128], 1, 0],
  ] as const)(
    'leaves none in %s, and its numbers',
    async (name, nodes, dims, scale, most) => {
      const model = weights(name)
      const written = withoutPRelu(model)
      expect(count(model, 'PRelu')).toBe(nodes)
      expect(count(written, 'PRelu')).toBe(0)
      const values = noise(
        dims.reduce((product: number, side) => product * side, 1),
        scale,
      )
      const [before, after] = [await outputsOf(model, dims, values), await outputsOf(written, dims, values)]
      const apart = before.flatMap((numbers, output) => [...numbers].map((number, at) => Math.abs(number - after[output]![at]!)))
      expect(Math.max(...apart)).toBeLessThanOrEqual(most)
    },
    60_000,
  )

  it('leaves nets without it byte for byte, and those of an opset that does not broadcast', () => {
    for (const name of ['face-detector', 'facenet-128.int8']) expect(Buffer.compare(withoutPRelu(weights(name)), weights(name))).toBe(0)
    const old = Buffer.from(weights('pad-128'))
    // opset_import, two bytes: version (field 2) 9.
    const at = old.indexOf(Buffer.from([0x42, 2, 0x10, 9]))
    expect(at).toBeGreaterThan(0)
    old[at + 3] = 6
    expect(withoutPRelu(old)).toBe(old)
  })

  it('leaves one whose slopes are endless, or not one a channel', () => {
    const model = Buffer.from(weights('compact-512'))
    const slopes = firstSlopes(model)
    slopes.values.writeFloatLE(Infinity, 4)
    expect(count(withoutPRelu(model), 'PRelu')).toBe(1)
    const flat = Buffer.from(weights('compact-512'))
    const { dims } = firstSlopes(flat)
    // C × 1 × 1 becomes C × 1 × 2 of a map that is as broad; only the shape is read.
    dims.writeUInt8(2, dims.length - 1)
    expect(count(withoutPRelu(flat), 'PRelu')).toBe(1)
  })

  it('hands on whatever is no model, for the runtime to refuse', () => {
    const whole = weights('compact-512')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const told = withoutPRelu(bytes)
        expect(told.length === bytes.length || count(bytes, 'PRelu') > 0).toBe(true)
      }),
    )
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), (length) => {
        const cut = whole.subarray(0, length)
        expect(() => withoutPRelu(cut)).not.toThrow()
      }),
      { numRuns: 50 },
    )
  })
})
