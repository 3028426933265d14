import { fieldsOf, numbersIn, WIRE } from './protobuf.js'

// Numbers of ONNX's protobuf fields (onnx/onnx.proto).
const GRAPH = { node: 1, initializer: 5 } as const
const TENSOR = { dims: 1, dataType: 2, name: 8, rawData: 9 } as const
const NODE = { input: 1, output: 2, opType: 4 } as const
const [FLOAT, HALF] = [1, 10]

/** Constant slopes of a graph by the name that a `PRelu` knows them by: one number a channel. */
export type Slopes = ReadonlyMap<string, Float32Array>

/**
 * Every constant of a graph that can be slopes, one number a channel and all of them finite, also where it is kept in half precision and a `Cast` widens it.
 * @throws RangeError where the graph is no protobuf message
 */
export function slopesIn(graph: Uint8Array): Slopes {
  const found = new Map<string, Float32Array>()
  const fields = fieldsOf(graph).filter(({ wire }) => wire === WIRE.bytes)
  for (const { field, from, to } of fields) {
    const [name, values] = field === GRAPH.initializer ? (slopeOf(graph.subarray(from, to)) ?? []) : []
    if (name !== undefined && values !== undefined) found.set(name, values)
  }
  for (const { field, from, to } of fields) {
    const cast = field === GRAPH.node ? castOf(graph.subarray(from, to)) : undefined
    const values = cast && found.get(cast.input)
    if (values !== undefined) found.set(cast?.output ?? '', values)
  }
  return found
}

function castOf(node: Uint8Array): { readonly input: string; readonly output: string } | undefined {
  const fields = fieldsOf(node)
  const [type, input, output] = [NODE.opType, NODE.input, NODE.output].map((wanted) => fields.find(({ field }) => field === wanted))
  if (type === undefined || input === undefined || output === undefined) return undefined
  const text = ({ from, to }: { readonly from: number; readonly to: number }): string => new TextDecoder().decode(node.subarray(from, to))
  return text(type) === 'Cast' ? { input: text(input), output: text(output) } : undefined
}

function slopeOf(tensor: Uint8Array): readonly [string, Float32Array] | undefined {
  const fields = fieldsOf(tensor)
  const [type, name, raw] = [TENSOR.dataType, TENSOR.name, TENSOR.rawData].map((wanted) => fields.find(({ field }) => field === wanted))
  const dims = numbersIn(tensor, fields, TENSOR.dims)
  if (type === undefined || name === undefined || raw === undefined || !isPerChannel(dims)) return undefined
  const values = numbersOf(new DataView(tensor.buffer, tensor.byteOffset + raw.from, raw.to - raw.from), type.value)
  // An endless slope makes 0 into no number.
  const isGood = values?.length === Math.max(...dims) && values.every(Number.isFinite)
  return isGood ? [new TextDecoder().decode(tensor.subarray(name.from, name.to)), values] : undefined
}

/** C × 1 × 1, with or without a batch of one before it. */
function isPerChannel(dims: readonly number[]): boolean {
  const [batch, channels, height, width] = dims.length === 3 ? [1, ...dims] : dims
  return dims.length <= 4 && batch === 1 && channels !== undefined && channels > 0 && height === 1 && width === 1
}

function numbersOf(view: DataView, type: number): Float32Array | undefined {
  const size = { [FLOAT]: 4, [HALF]: 2 }[type]
  if (size === undefined || view.byteLength % size !== 0) return undefined
  return Float32Array.from({ length: view.byteLength / size }, (_, at) =>
    type === FLOAT ? view.getFloat32(at * 4, true) : halfOf(view.getUint16(at * 2, true)),
  )
}

/** IEEE 754's binary16. */
function halfOf(bits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1
  const [exponent, fraction] = [Math.floor(bits / 1024) % 32, bits % 1024]
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
