import * as ort from 'onnxruntime-node'
import { createOrtEngine } from './ort-adapter.js'
import type { InferenceEngine } from './types.js'
import { withoutPRelu } from './without-prelu.js'

/** ONNX Runtime's native CPU build for Node, with as many threads inside one operator as told (1 keeps a pool of workers fair). */
export function createNodeEngine({ threads = 1 }: { readonly threads?: number } = {}): InferenceEngine {
  const sessionOptions = {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  }
  const engine = createOrtEngine(ort, { backend: 'node', threads, sessionOptions })
  return { ...engine, open: (name, model) => engine.open(name, withoutPRelu(model)) }
}
