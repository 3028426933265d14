import { ATTRIBUTE, GRAPH, NODE, TENSOR, TYPE } from './onnx-fields.js'
import { fieldsOf, numbersIn, WIRE } from './protobuf.js'

/** Convolutions over two axes have weights of four dims; maps of more axes than theirs keep their channels elsewhere. */
const MOST_DIMS = 4

/** Constant slopes of a graph by the name that a `PRelu` knows them by: one number a channel. */
export type Slopes = ReadonlyMap<string, Float32Array>

/**
 * Every constant of a graph that can be slopes, one number a channel and all of them finite: in floats, or in half precision where a `Cast` makes floats of
 * it. None in a graph with constants of more dims than pictures have.
 * @throws RangeError where the graph is no protobuf message
 */
export function slopesIn(graph: Uint8Array): Slopes {
  const [floats, halves] = [new Map<string, Float32Array>(), new Map<string, Float32Array>()]
  const fields = fieldsOf(graph).filter(({ wire }) => wire === WIRE.bytes)
  for (const { field, from, to } of fields) {
    if (field !== GRAPH.initializer) continue
    const tensor = graph.subarray(from, to)
    if (numbersIn(tensor, fieldsOf(tensor), TENSOR.dims).length > MOST_DIMS) return new Map()
    const slope = slopeOf(tensor)
    if (slope !== undefined) (slope.type === TYPE.float ? floats : halves).set(slope.name, slope.values)
  }
  for (const { field, from, to } of fields) {
    const cast = field === GRAPH.node ? castOf(graph.subarray(from, to)) : undefined
    const values = cast && halves.get(cast.input)
    if (values !== undefined) floats.set(cast?.output ?? '', values)
  }
  return floats
}

/** A `Cast` to floats. */
function castOf(node: Uint8Array): { readonly input: string; readonly output: string } | undefined {
  const fields = fieldsOf(node)
  const [type, input, output, attribute] = [NODE.opType, NODE.input, NODE.output, NODE.attribute].map((wanted) =>
    fields.find(({ field }) => field === wanted),
  )
  if (type === undefined || input === undefined || output === undefined || attribute === undefined) return undefined
  const text = ({ from, to }: { readonly from: number; readonly to: number }): string => new TextDecoder().decode(node.subarray(from, to))
  const to = fieldsOf(node.subarray(attribute.from, attribute.to)).find(({ field }) => field === ATTRIBUTE.wholeNumber)?.value
  return text(type) === 'Cast' && to === TYPE.float ? { input: text(input), output: text(output) } : undefined
}

interface Slope {
  readonly name: string
  readonly type: number
  readonly values: Float32Array
}

function slopeOf(tensor: Uint8Array): Slope | undefined {
  const fields = fieldsOf(tensor)
  const [type, name, raw] = [TENSOR.dataType, TENSOR.name, TENSOR.rawData].map((wanted) => fields.find(({ field }) => field === wanted))
  const dims = numbersIn(tensor, fields, TENSOR.dims)
  if (type === undefined || name === undefined || raw === undefined || !isPerChannel(dims)) return undefined
  const values = numbersOf(new DataView(tensor.buffer, tensor.byteOffset + raw.from, raw.to - raw.from), type.value)
  // An endless slope makes 0 into no number.
  const isGood = values?.length === Math.max(...dims) && values.every(Number.isFinite)
  return isGood ? { name: new TextDecoder().decode(tensor.subarray(name.from, name.to)), type: type.value, values } : undefined
}

/** C × 1 × 1, with or without a batch of one before it. One number for all channels is no list of one. */
function isPerChannel(dims: readonly number[]): boolean {
  const [batch, channels, height, width] = dims.length === 3 ? [1, ...dims] : dims
  return dims.length <= 4 && batch === 1 && channels !== undefined && channels > 1 && height === 1 && width === 1
}

function numbersOf(view: DataView, type: number): Float32Array | undefined {
  const size = { [TYPE.float]: 4, [TYPE.half]: 2 }[type]
  if (size === undefined || view.byteLength % size !== 0) return undefined
  return Float32Array.from({ length: view.byteLength / size }, (_, at) =>
    type === TYPE.float ? view.getFloat32(at * 4, true) : halfOf(view.getUint16(at * 2, true)),
  )
}

/** IEEE 754's binary16. */
function halfOf(bits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1
  const [exponent, fraction] = [Math.floor(bits / 1024) % 32, bits % 1024]
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
