import { concatBytes } from '../numeric/index.js'

// Numbers of ONNX's protobuf fields (onnx/onnx.proto).
const MODEL = { graph: 7, opsetImport: 8 } as const
const OPSET = { domain: 1, version: 2 } as const
const GRAPH = { node: 1, initializer: 5 } as const
const TENSOR = { dataType: 2, name: 8, rawData: 9 } as const
const FLOAT = 1
const NODE = { input: 1, output: 2, name: 3, opType: 4, domain: 7 } as const

/** Opset from which on operators of two tensors broadcast as `PRelu` does. */
const LEAST_OPSET = 7

const [VARINT, EIGHT_BYTES, BYTES, FOUR_BYTES] = [0, 1, 2, 5]

/** One field of a protobuf message: where it begins, and where its content lies. */
interface Field {
  readonly field: number
  readonly wire: number
  readonly start: number
  readonly from: number
  readonly to: number
  /** Of a varint. */
  readonly value: number
}

/**
 * `model`, an ONNX file, with every `PRelu(x, a)` of its graph written out: as `Max(x, a · x)` where no slope is above 1, else as `Relu(x) − Relu(−x) · a`,
 * of which one part is 0. So the numbers are the same to the last bit. ONNX Runtime's `PRelu` for CPUs branches at every value: on a portrait the landmark
 * net takes 13.8 ms with it and 8.3 without, compact-512 10.9 and 6.6, pad-128 5.3 and 5.1 (medians of 60 in one thread, onnxruntime-node 1.30). In
 * WebAssembly it is the other way round (14 and 26 ms), so only Node's engine does this.
 * What cannot be read, and graphs of an opset before 7, come back as they are: the runtime says what is wrong with a model.
 */
export function withoutPRelu(model: Uint8Array): Uint8Array {
  try {
    const fields = fieldsOf(model)
    const opset = opsetOf(model, fields)
    if (opset === undefined || opset < LEAST_OPSET) return model
    const graphs = fields.filter(({ field, wire }) => field === MODEL.graph && wire === BYTES)
    return spliced(
      model,
      graphs.map((graph) => ({ ...graph, bytes: message(MODEL.graph, plainGraph(model.subarray(graph.from, graph.to))) })),
    )
  } catch (fault) {
    if (fault instanceof RangeError) return model
    throw fault
  }
}

function opsetOf(model: Uint8Array, fields: readonly Field[]): number | undefined {
  for (const { field, wire, from, to } of fields) {
    if (field !== MODEL.opsetImport || wire !== BYTES) continue
    const bytes = model.subarray(from, to)
    const own = fieldsOf(bytes)
    const domain = own.find(({ field: name }) => name === OPSET.domain)
    if (domain === undefined || domain.to === domain.from) return own.find(({ field: name }) => name === OPSET.version)?.value
  }
  return undefined
}

function plainGraph(graph: Uint8Array): Uint8Array {
  const fields = fieldsOf(graph).filter(({ wire }) => wire === BYTES)
  const tensors = fields.flatMap(({ field, from, to }) => (field === GRAPH.initializer ? [graph.subarray(from, to)] : []))
  const flat = new Set(tensors.flatMap((tensor) => nameOfFlat(tensor) ?? []))
  return spliced(
    graph,
    fields.flatMap((node) => {
      const bytes = node.field === GRAPH.node ? plainNode(graph.subarray(node.from, node.to), flat) : undefined
      return bytes === undefined ? [] : [{ ...node, bytes }]
    }),
  )
}

/** The name of a tensor none of whose numbers is above 1; undefined for any other, and for one that is kept in another form. */
function nameOfFlat(tensor: Uint8Array): string | undefined {
  const fields = fieldsOf(tensor)
  const [type, name, raw] = [TENSOR.dataType, TENSOR.name, TENSOR.rawData].map((wanted) => fields.find(({ field }) => field === wanted))
  if (type?.value !== FLOAT || name === undefined || raw === undefined) return undefined
  const view = new DataView(tensor.buffer, tensor.byteOffset + raw.from, raw.to - raw.from)
  if (view.byteLength === 0 || view.byteLength % 4 !== 0) return undefined
  for (let at = 0; at < view.byteLength; at += 4) {
    const slope = view.getFloat32(at, true)
    // An endless slope makes 0 into no number.
    if (!(Number.isFinite(slope) && slope <= 1)) return undefined
  }
  return new TextDecoder().decode(tensor.subarray(name.from, name.to))
}

/** The nodes that stand for a `PRelu`; undefined for every other. */
function plainNode(node: Uint8Array, flat: ReadonlySet<string>): Uint8Array | undefined {
  const texts = (wanted: number): readonly string[] =>
    fieldsOf(node).flatMap(({ field, from, to }) => (field === wanted ? [new TextDecoder().decode(node.subarray(from, to))] : []))
  // Of ONNX's own operators: another domain's of that name may mean anything.
  if (texts(NODE.opType)[0] !== 'PRelu' || (texts(NODE.domain)[0] ?? '') !== '') return undefined
  const [[x = '', slope = ''], [y = '']] = [texts(NODE.input), texts(NODE.output)]
  const [above, turned, below, scaled] = [`${y}/above`, `${y}/turned`, `${y}/below`, `${y}/scaled`]
  if (flat.has(slope)) return concatBytes([nodeOf('Mul', [x, slope], scaled), nodeOf('Max', [x, scaled], y)])
  return concatBytes([
    nodeOf('Relu', [x], above),
    nodeOf('Neg', [x], turned),
    nodeOf('Relu', [turned], below),
    nodeOf('Mul', [below, slope], scaled),
    nodeOf('Sub', [above, scaled], y),
  ])
}

function nodeOf(opType: string, inputs: readonly string[], output: string): Uint8Array {
  const text = (field: number, value: string): Uint8Array => message(field, new TextEncoder().encode(value))
  const parts = [...inputs.map((input) => text(NODE.input, input)), text(NODE.output, output), text(NODE.name, output), text(NODE.opType, opType)]
  return message(GRAPH.node, concatBytes(parts))
}

/** `bytes` with some of its fields replaced. */
function spliced(bytes: Uint8Array, changes: readonly { readonly start: number; readonly to: number; readonly bytes: Uint8Array }[]): Uint8Array {
  const parts: Uint8Array[] = []
  let at = 0
  for (const change of changes) {
    parts.push(bytes.subarray(at, change.start), change.bytes)
    at = change.to
  }
  return concatBytes([...parts, bytes.subarray(at)])
}

/** @throws RangeError where this is no protobuf message */
function fieldsOf(bytes: Uint8Array): readonly Field[] {
  const fields: Field[] = []
  for (let at = 0; at < bytes.length;) {
    const start = at
    const tag = varint(bytes, at)
    const [field, wire] = [Math.floor(tag.value / 8), tag.value % 8]
    const head = wire === BYTES || wire === VARINT ? varint(bytes, tag.to) : { value: 0, to: tag.to }
    const size = wire === BYTES ? head.value : ({ [VARINT]: 0, [EIGHT_BYTES]: 8, [FOUR_BYTES]: 4 }[wire] ?? NaN)
    at = head.to + size
    if (!(at <= bytes.length)) throw new RangeError('a field beyond its message')
    fields.push({ field, wire, start, from: head.to, to: at, value: head.value })
  }
  return fields
}

function varint(bytes: Uint8Array, from: number): { readonly value: number; readonly to: number } {
  let value = 0
  for (let at = from, scale = 1; at < Math.min(bytes.length, from + 10); at += 1, scale *= 128) {
    const byte = bytes[at] ?? 0
    value += (byte % 128) * scale
    if (byte < 128) return { value, to: at + 1 }
  }
  throw new RangeError('a number without an end')
}

function message(field: number, content: Uint8Array): Uint8Array {
  return concatBytes([varintOf(field * 8 + BYTES), varintOf(content.length), content])
}

function varintOf(value: number): Uint8Array {
  const bytes: number[] = []
  let left = value
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) + 128)
  return Uint8Array.from([...bytes, left])
}
