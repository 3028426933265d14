import * as ort from 'onnxruntime-web/wasm'
import { createOrtEngine } from './ort-adapter.js'
import type { InferenceEngine } from './types.js'

/** Options of {@link createWasmEngine}. */
export interface WasmEngineOptions {
  /** `ort-wasm-simd-threaded.wasm`, verified. */
  readonly wasmBinary: Uint8Array<ArrayBuffer>
  /** 1 or more; see {@link chooseThreads}. */
  readonly threads: number
}

/** Longest time for compiling the wasm and starting its threads, milliseconds: some seconds on an old phone, 0.9 s CPU on two desktop cores. */
const INIT_TIMEOUT_MS = 60_000

/**
 * ONNX Runtime on WebAssembly SIMD. `numThreads` is always set: an isolated page with four cores would otherwise start threads by itself.
 * No proxy worker: we are in a worker of our own.
 */
export function createWasmEngine({ wasmBinary, threads }: WasmEngineOptions): InferenceEngine {
  ort.env.wasm.wasmBinary = wasmBinary
  ort.env.wasm.numThreads = threads
  ort.env.wasm.proxy = false
  // Threads whose script is blocked never report back: without a limit the start would wait for ever instead of falling back to one.
  ort.env.wasm.initTimeout = INIT_TIMEOUT_MS
  ort.env.logLevel = 'error'
  return createOrtEngine(ort, { backend: 'wasm', threads, sessionOptions: { executionProviders: ['wasm'], graphOptimizationLevel: 'all' } })
}
