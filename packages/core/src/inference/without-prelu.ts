import { concatBytes } from '../numeric/index.js'
import { ATTRIBUTE, GRAPH, MODEL, NODE, OPSET, TENSOR, TYPE } from './onnx-fields.js'
import { bytesField, fieldsOf, numberField, spliced, textField, WIRE } from './protobuf.js'
import { slopesIn, type Slopes } from './slopes.js'

/** Version of the format from which on constants need not be among the inputs. */
const LEAST_IR = 4

/** Opset from which on `BatchNormalization` is what is written here. */
const LEAST_OPSET = 9

/**
 * `model`, an ONNX file, with every `PRelu(x, a)` of its graph that has one constant slope a channel written out as `Relu(x) + −a · Relu(−1 · x)`, of which
 * one part is 0: the same function of maps of batch, channels, height and width, as convolutions over pictures make them. The products are
 * `BatchNormalization`s without shift, which ONNX Runtime runs, like the rest, in the blocked layout of its convolutions; its `PRelu` for CPUs branches at
 * every value and needs another layout, and so do `Mul` and `Max`. On a portrait, medians of 60 runs in one thread (onnxruntime-node 1.30): the landmark net
 * 13.7 ms as it is, 8.3 with `Mul` and `Max`, 6.3 so; compact-512 10.9, 6.6 and 5.5; pad-128 7.0, 5.0 and 4.8. The other layout adds up some convolutions of
 * the landmark net in another order (1.3 · 10⁻⁴ of 256 pixels apart at most); the other two nets give the same to the last bit. In WebAssembly `PRelu` is
 * the faster one, so only Node's engine does this.
 * What cannot be read, and graphs of an opset before 9 or of before IR 4, come back as they are: the runtime says what is wrong with a model.
 */
export function withoutPRelu(model: Uint8Array): Uint8Array {
  try {
    const fields = fieldsOf(model)
    const opset = opsetOf(model, fields)
    const ir = fields.find(({ field }) => field === MODEL.irVersion)?.value ?? 0
    if (opset === undefined || opset < LEAST_OPSET || ir < LEAST_IR) return model
    const graphs = fields.filter(({ field, wire }) => field === MODEL.graph && wire === WIRE.bytes)
    return spliced(
      model,
      graphs.map((graph) => ({ ...graph, bytes: bytesField(MODEL.graph, plainGraph(model.subarray(graph.from, graph.to))) })),
    )
  } catch (fault) {
    if (fault instanceof RangeError) return model
    throw fault
  }
}

function opsetOf(model: Uint8Array, fields: ReturnType<typeof fieldsOf>): number | undefined {
  for (const { field, wire, from, to } of fields) {
    if (field !== MODEL.opsetImport || wire !== WIRE.bytes) continue
    const bytes = model.subarray(from, to)
    const own = fieldsOf(bytes)
    const domain = own.find(({ field: name }) => name === OPSET.domain)
    if (domain === undefined || domain.to === domain.from) return own.find(({ field: name }) => name === OPSET.version)?.value
  }
  return undefined
}

function plainGraph(graph: Uint8Array): Uint8Array {
  const slopes = slopesIn(graph)
  const constants: Uint8Array[] = []
  const changes = fieldsOf(graph).flatMap((node) => {
    if (node.field !== GRAPH.node || node.wire !== WIRE.bytes) return []
    const plain = plainNode(graph.subarray(node.from, node.to), slopes)
    constants.push(...(plain?.constants ?? []))
    return plain === undefined ? [] : [{ ...node, bytes: plain.nodes }]
  })
  return concatBytes([spliced(graph, changes), ...constants])
}

/** The nodes that stand for a `PRelu`, and their constants; undefined for every other, and for one whose slopes are not known. */
function plainNode(node: Uint8Array, slopes: Slopes): { readonly nodes: Uint8Array; readonly constants: readonly Uint8Array[] } | undefined {
  const texts = (wanted: number): readonly string[] =>
    fieldsOf(node).flatMap(({ field, from, to }) => (field === wanted ? [new TextDecoder().decode(node.subarray(from, to))] : []))
  // Of ONNX's own operators: another domain's of that name may mean anything.
  if (texts(NODE.opType)[0] !== 'PRelu' || (texts(NODE.domain)[0] ?? '') !== '') return undefined
  const [[x = '', slope = ''], [y = '']] = [texts(NODE.input), texts(NODE.output)]
  const values = slopes.get(slope)
  if (values === undefined) return undefined
  const [above, turned, below, scaled] = [`${y}/above`, `${y}/turned`, `${y}/below`, `${y}/scaled`]
  const [one, none, minus, falling] = [`${y}/one`, `${y}/none`, `${y}/minus`, `${y}/falling`]
  const filled = (value: number): Float32Array => new Float32Array(values.length).fill(value)
  return {
    nodes: concatBytes([
      scaling(x, minus, { one, none }, turned),
      nodeOf('Relu', [turned], below),
      scaling(below, falling, { one, none }, scaled),
      nodeOf('Relu', [x], above),
      nodeOf('Add', [above, scaled], y),
    ]),
    constants: [
      constant(one, filled(1)),
      constant(none, filled(0)),
      constant(minus, filled(-1)),
      constant(
        falling,
        values.map((value) => -value),
      ),
    ],
  }
}

/** `x` times one number a channel. */
function scaling(x: string, by: string, { one, none }: { readonly one: string; readonly none: string }, output: string): Uint8Array {
  // Without this the runtime would add a hundred-thousandth to the variance of 1.
  const epsilon = concatBytes([textField(ATTRIBUTE.name, 'epsilon'), FLOAT_ZERO, numberField(ATTRIBUTE.type, TYPE.float)])
  return nodeOf('BatchNormalization', [x, by, none, none, one], output, [bytesField(NODE.attribute, epsilon)])
}

/** `AttributeProto.f` (field 2, four bytes): 0. */
const FLOAT_ZERO = Uint8Array.of(2 * 8 + WIRE.fourBytes, 0, 0, 0, 0)

function nodeOf(opType: string, inputs: readonly string[], output: string, attributes: readonly Uint8Array[] = []): Uint8Array {
  const names = [...inputs.map((input) => textField(NODE.input, input)), textField(NODE.output, output), textField(NODE.name, output)]
  return bytesField(GRAPH.node, concatBytes([...names, textField(NODE.opType, opType), ...attributes]))
}

function constant(name: string, values: Float32Array): Uint8Array {
  const raw = new DataView(new ArrayBuffer(values.length * 4))
  values.forEach((value, at) => {
    raw.setFloat32(at * 4, value, true)
  })
  const shape = [numberField(TENSOR.dims, values.length), numberField(TENSOR.dataType, TYPE.float)]
  return bytesField(GRAPH.initializer, concatBytes([...shape, textField(TENSOR.name, name), bytesField(TENSOR.rawData, new Uint8Array(raw.buffer))]))
}
