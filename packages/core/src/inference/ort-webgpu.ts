import * as ort from 'onnxruntime-web/webgpu'
import { LintasError } from '../errors/index.js'
import { createOrtEngine } from './ort-adapter.js'
import type { InferenceEngine } from './types.js'

/**
 * ONNX Runtime on WebGPU. Its wasm binary is another one than the WASM backend's, so a deployment downloads it only where it is asked for.
 * @throws LintasError `inference-unsupported` where the browser has no adapter.
 */
export async function createWebGpuEngine(wasmBinary: Uint8Array<ArrayBuffer>): Promise<InferenceEngine> {
  await requireAdapter()
  ort.env.wasm.wasmBinary = wasmBinary
  ort.env.wasm.numThreads = 1
  ort.env.wasm.proxy = false
  ort.env.logLevel = 'error'
  return createOrtEngine(ort, { backend: 'webgpu', threads: 1, sessionOptions: { executionProviders: ['webgpu'], graphOptimizationLevel: 'all' } })
}

/** The part of `navigator.gpu` that we ask; TypeScript's library has no WebGPU types. */
interface GpuHolder {
  readonly gpu?: { requestAdapter(): Promise<object | null> }
}

/** Whether there is a GPU behind the API: many browsers have the one without the other. @throws LintasError `inference-unsupported` */
export async function requireAdapter(): Promise<void> {
  const details = { backend: 'webgpu' }
  let adapter: object | null | undefined
  try {
    adapter = await (navigator as GpuHolder).gpu?.requestAdapter()
  } catch (cause) {
    // A driver that crashed, a blocked GPU process: another backend runs all the same.
    throw new LintasError('inference-unsupported', 'this browser could not ask for a WebGPU adapter', { cause, details })
  }
  if (adapter === null || adapter === undefined) throw new LintasError('inference-unsupported', 'this browser offers no WebGPU adapter', { details })
}
