export { createOrtEngine, type OrtApi, type OrtEngineOptions, type OrtSession, type OrtTensor } from './ort-adapter.js'
export { SerialQueue } from './queue.js'
export { chooseThreads, hasWasmSimd, isWebKit, runtimeFacts, type RuntimeFacts } from './support.js'
export type { InferenceEngine, InferenceSession, Tensor } from './types.js'
