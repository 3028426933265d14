import type { Backend } from '../assets/index.js'
import { LintasError } from '../errors/index.js'
import { SerialQueue } from './queue.js'
import type { InferenceEngine, InferenceSession, Tensor } from './types.js'

/** The part of ONNX Runtime's API that its web, WebGPU and Node builds share and that we use. */
export interface OrtApi {
  readonly InferenceSession: {
    create(model: Uint8Array, options: object): Promise<OrtSession>
  }
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => OrtTensor
}

/** ONNX Runtime's tensor, as far as we use it. */
export interface OrtTensor {
  readonly dims: readonly number[]
  readonly type: string
  readonly data: unknown
}

/** ONNX Runtime's session, as far as we use it. */
export interface OrtSession {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  run(feeds: Record<string, OrtTensor>): Promise<Readonly<Record<string, OrtTensor>>>
  release(): Promise<void>
}

/** What tells one ONNX Runtime build from another. */
export interface OrtEngineOptions {
  readonly backend: Backend
  readonly threads: number
  /** Passed to ONNX Runtime as they are. */
  readonly sessionOptions: object
}

/** An {@link InferenceEngine} on one of ONNX Runtime's builds; all its sessions share one queue, as the runtime is not re-entrant. */
export function createOrtEngine(ort: OrtApi, options: OrtEngineOptions): InferenceEngine {
  const queue = new SerialQueue()
  return {
    backend: options.backend,
    threads: options.threads,
    async open(name, model) {
      try {
        const session = await queue.run(() => ort.InferenceSession.create(model, options.sessionOptions))
        return adaptSession(ort, session, name, queue)
      } catch (cause) {
        throw new LintasError('inference-load', `${options.backend} could not load ${name}`, { cause, details: { model: name } })
      }
    },
  }
}

function adaptSession(ort: OrtApi, session: OrtSession, model: string, queue: SerialQueue): InferenceSession {
  const { inputNames, outputNames } = session
  return {
    inputNames,
    outputNames,
    run: (inputs) =>
      queue.run(async () => {
        try {
          return toTensors(await session.run(toFeeds(ort, inputs)))
        } catch (cause) {
          throw new LintasError('inference-run', `${model} failed`, { cause, details: { model } })
        }
      }),
    release: () => queue.run(() => session.release()),
  }
}

function toFeeds(ort: OrtApi, inputs: Readonly<Record<string, Tensor>>): Record<string, OrtTensor> {
  const feeds: Record<string, OrtTensor> = {}
  for (const [name, { data, dims }] of Object.entries(inputs)) feeds[name] = new ort.Tensor('float32', data, dims)
  return feeds
}

function toTensors(results: Readonly<Record<string, OrtTensor>>): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {}
  for (const [name, { dims, type, data }] of Object.entries(results)) {
    if (!(data instanceof Float32Array)) throw new TypeError(`output ${name} is ${type}, not float32`)
    tensors[name] = { dims, data }
  }
  return tensors
}
