import { describe, expect, it } from 'vitest'
import { bytesField, numberField, textField } from '../../src/inference/protobuf.js'
import { slopesIn } from '../../src/inference/slopes.js'

// onnx/onnx.proto: TensorProto dims 1, data_type 2, name 8, raw_data 9; GraphProto node 1, initializer 5; NodeProto input 1, output 2, op_type 4, attribute 5.
const [FLOAT, HALF] = [1, 10]
const initializer = (name: string, dims: readonly number[], type: number, raw: Uint8Array): Uint8Array =>
  bytesField(5, Buffer.concat([...dims.map((side) => numberField(1, side)), numberField(2, type), textField(8, name), bytesField(9, raw)]))
const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer)
/** `Cast` whose attribute `to` (name 1, i 3) is `type`. */
const cast = (input: string, output: string, type: number): Uint8Array => {
  const to = bytesField(5, Buffer.concat([textField(1, 'to'), numberField(3, type)]))
  return bytesField(1, Buffer.concat([textField(1, input), textField(2, output), textField(4, 'Cast'), to]))
}
const known = (...parts: Uint8Array[]): Record<string, readonly number[]> =>
  Object.fromEntries([...slopesIn(Buffer.concat(parts))].map(([name, values]) => [name, [...values]]))

describe('constants that can be slopes', () => {
  it('are one number a channel, with or without a batch of one before them', () => {
    const two = floats(0.25, -3)
    expect(known(initializer('a', [2, 1, 1], FLOAT, two), initializer('b', [1, 2, 1, 1], FLOAT, two))).toEqual({ a: [0.25, -3], b: [0.25, -3] })
  })

  it.each([
    ['one number for all channels', [1, 1, 1], floats(0.25)],
    ['more than one a channel', [2, 1, 2], floats(1, 2, 3, 4)],
    ['a batch of two', [2, 2, 1, 1], floats(1, 2, 3, 4)],
    ['other numbers than its shape says', [3, 1, 1], floats(1, 2)],
    ['an endless one', [2, 1, 1], floats(1, Infinity)],
    ['one that is no number', [2, 1, 1], floats(1, NaN)],
  ])('are not %s', (_what, dims, raw) => {
    expect(known(initializer('a', dims, FLOAT, raw))).toEqual({})
  })

  it('in half precision are known by what makes floats of them alone', () => {
    // IEEE 754 binary16: 1, −2, the smallest above 0, 65504.
    const halves = new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff).buffer)
    const tensor = initializer('h', [4, 1, 1], HALF, halves)
    expect(known(cast('h', 'f', FLOAT), tensor)).toEqual({ f: [1, -2, 2 ** -24, 65_504] })
    expect(known(cast('h', 'f', HALF), tensor)).toEqual({})
    expect(known(initializer('h', [2, 1, 1], HALF, new Uint8Array(Uint16Array.of(0x3c00, 0x7c00).buffer)), cast('h', 'f', FLOAT))).toEqual({})
  })

  it('are none in a graph over more axes than pictures have', () => {
    expect(known(initializer('a', [2, 1, 1], FLOAT, floats(1, 2)), initializer('w', [1, 1, 1, 1, 2], FLOAT, floats(1, 2)))).toEqual({})
  })
})
