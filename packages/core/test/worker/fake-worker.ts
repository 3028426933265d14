import type { Reply, Request } from '../../src/worker/protocol.js'
import { PROTOCOL } from '../../src/worker/protocol.js'
import type { AnalyserInfo, Analysis } from '../../src/worker/index.js'

/** What a started worker says of itself. */
export const INFO: AnalyserInfo = { backend: 'wasm', threads: 1, detector: 'onnx', models: ['m'], spaces: ['m'], fallbacks: [] }

/** An analysis without a face. */
export function emptyAnalysis(timestampMs: number): Analysis {
  return { timestampMs, width: 2, height: 2, faces: [], quality: { acceptable: false, reasons: ['no-face'] }, timingsMs: {} }
}

/** How a fake worker answers a request; undefined: not at all. */
export type Script = (request: Request) => Reply | undefined

/** Answers everything as a healthy worker would. */
export function healthy(request: Request): Reply | undefined {
  if (request.type === 'start') return { type: 'started', id: request.id, info: INFO }
  if (request.type === 'analyse') return { type: 'analysed', id: request.id, analysis: emptyAnalysis(request.timestampMs) }
  return undefined
}

/** A worker without a thread: greets, answers by its script, and keeps what it was sent. */
export class FakeWorker {
  onmessage: ((event: { data: Reply }) => void) | null = null
  onmessageerror: (() => void) | null = null
  onerror: ((event: { message: string; preventDefault: () => void }) => void) | null = null
  readonly received: Request[] = []
  terminated = false
  readonly #script: Script

  constructor(script: Script = healthy, greeting: Reply | 'silent' = { type: 'hello', protocol: PROTOCOL }) {
    this.#script = script
    if (greeting !== 'silent')
      queueMicrotask(() => {
        this.say(greeting)
      })
  }

  say(reply: Reply): void {
    if (!this.terminated) this.onmessage?.({ data: structuredClone(reply) })
  }

  fail(message: string): void {
    this.onerror?.({ message, preventDefault: () => undefined })
  }

  postMessage(request: Request): void {
    this.received.push(structuredClone(request))
    const reply = this.#script(request)
    if (reply !== undefined)
      queueMicrotask(() => {
        this.say(reply)
      })
  }

  terminate(): void {
    this.terminated = true
  }
}
