import type { Backend } from '../assets/index.js'

/** Numbers with a shape. */
export interface Tensor {
  readonly dims: readonly number[]
  /** Row-major, as many as the product of `dims`. */
  readonly data: Float32Array
}

/** A model ready to run. */
export interface InferenceSession {
  /** Names in the graph's order. */
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  /**
   * Runs the model once. Runs of one session are queued; a failed one does not fail the next.
   * @throws LintasError `inference-run`
   */
  run(inputs: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>
  /** Frees what can be freed; WebAssembly memory returns only with the worker. */
  release(): Promise<void>
}

/** A runtime that turns model bytes into sessions: ONNX Runtime on WASM, WebGPU or Node. */
export interface InferenceEngine {
  readonly backend: Backend
  /** Threads in use, 1 or more. */
  readonly threads: number
  /** @throws LintasError `inference-load` with the model's name in `details.model` */
  open(name: string, model: Uint8Array): Promise<InferenceSession>
}
