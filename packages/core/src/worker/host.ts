import { createHttpAssets } from '../assets/index.js'
import { pictureOf } from '../capture/index.js'
import { LintasError, asLintasError, toWire } from '../errors/index.js'
import { SerialQueue, hasWasmSimd } from '../inference/index.js'
import { buildLine, type BuiltLine, type Runtimes } from './build-line.js'
import { PROTOCOL, type Reply, type Request, type StartOptions } from './protocol.js'

/** The part of a worker's global scope that the host uses; a test hands in its own. */
export interface HostScope {
  postMessage(message: Reply, transfer?: Transferable[]): void
  onmessage: ((event: MessageEvent<Request>) => void) | null
}

/** How the entry of a backend opens its runtimes, once the client has told the number of threads. */
export type RuntimesOf = (options: StartOptions) => Runtimes

/** Serves the line to a page: the worker's half of the protocol. A failed request answers with its fault and does not fail the next. */
export function serve(scope: HostScope, runtimesOf: RuntimesOf): void {
  const host = new Host(scope, runtimesOf)
  scope.onmessage = ({ data }) => {
    host.receive(data)
  }
  scope.postMessage({ type: 'hello', protocol: PROTOCOL })
}

class Host {
  readonly #scope: HostScope
  readonly #runtimesOf: RuntimesOf
  readonly #queue = new SerialQueue()
  /** Frames that wait for their turn; a cancelled one is taken out. */
  readonly #waiting = new Set<number>()
  #built: BuiltLine | undefined

  constructor(scope: HostScope, runtimesOf: RuntimesOf) {
    this.#scope = scope
    this.#runtimesOf = runtimesOf
  }

  receive(request: Request): void {
    switch (request.type) {
      case 'start':
        this.#answer(request.id, async () => ({ type: 'started', id: request.id, info: await this.#start(request) }))
        return
      case 'analyse':
        this.#waiting.add(request.id)
        this.#answer(request.id, () => this.#analyse(request))
        return
      case 'cancel':
        this.#waiting.delete(request.id)
        return
      case 'reset':
        void this.#queue.run(() => Promise.resolve(this.#built?.line.reset()))
    }
  }

  #answer(id: number, work: () => Promise<Reply>): void {
    void this.#queue
      .run(work)
      .catch((error: unknown): Reply => ({ type: 'failed', id, error: toWire(asLintasError(error)) }))
      .then((reply) => {
        this.#scope.postMessage(reply, transferredOf(reply))
      })
  }

  async #start({ options, protocol }: Extract<Request, { type: 'start' }>): Promise<BuiltLine['info']> {
    if (protocol !== PROTOCOL) throw new LintasError('worker-protocol', `the page speaks ${protocol}, the worker ${PROTOCOL}`)
    if (!hasWasmSimd()) throw new LintasError('inference-unsupported', "WebAssembly SIMD is missing, or the page's CSP lacks 'wasm-unsafe-eval'")
    const { assets, spaces, detector, maxFaces, liveness } = options
    const onProgress = (progress: Extract<Reply, { type: 'progress' }>['progress']): void => {
      this.#scope.postMessage({ type: 'progress', progress })
    }
    const wishes = { spaces, detector, maxFaces, liveness, onProgress }
    this.#built = await buildLine(createHttpAssets({ base: assets }), this.#runtimesOf(options), wishes)
    return this.#built.info
  }

  async #analyse({ id, picture, timestampMs, options }: Extract<Request, { type: 'analyse' }>): Promise<Reply> {
    try {
      // The page has stopped waiting; the frame is closed below.
      if (!this.#waiting.delete(id)) return { type: 'cancelled', id }
      if (this.#built === undefined) throw new LintasError('worker-protocol', 'asked to analyse before the start')
      const analysis = await this.#built.line.analyse({ picture: pictureOf(picture), timestampMs }, options)
      return { type: 'analysed', id, analysis }
    } finally {
      if (!('data' in picture)) picture.close()
    }
  }
}

/** A JPEG is handed over, not copied. */
function transferredOf(reply: Reply): Transferable[] {
  return reply.type === 'analysed' && reply.analysis.evidence !== undefined ? [reply.analysis.evidence.jpeg.buffer] : []
}
