// Numbers of ONNX's protobuf fields, and of its types (onnx/onnx.proto).
export const MODEL = { irVersion: 1, graph: 7, opsetImport: 8 } as const
export const OPSET = { domain: 1, version: 2 } as const
export const GRAPH = { node: 1, initializer: 5 } as const
export const TENSOR = { dims: 1, dataType: 2, name: 8, rawData: 9 } as const
export const NODE = { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7 } as const
export const ATTRIBUTE = { name: 1, wholeNumber: 3, type: 20 } as const
export const TYPE = { float: 1, half: 10 } as const
