import { decodeSignatures, encodeSignatures, type FrameSignature } from './signature.js'
import { TRACE_BYTES, decodeTrace, encodeTrace, type MotionTrace } from './trace.js'

/** What is kept of a session to know it again. */
export interface Kept {
  readonly signatures: readonly FrameSignature[]
  readonly traces: readonly MotionTrace[]
}

const VERSION = 2
const MOST_TRACES = 7

/** One byte of version, one of the count of traces, the traces, then the signatures. */
export function encodeKept({ signatures, traces }: Kept): Uint8Array<ArrayBuffer> {
  const some = traces.slice(0, MOST_TRACES)
  const frames = encodeSignatures(signatures)
  const bytes = new Uint8Array(2 + some.length * TRACE_BYTES + frames.length)
  bytes.set([VERSION, some.length])
  some.forEach((trace, nth) => {
    bytes.set(encodeTrace(trace), 2 + nth * TRACE_BYTES)
  })
  bytes.set(frames, bytes.length - frames.length)
  return bytes
}

/** Total: undefined for bytes that are of no version this one knows. */
export function decodeKept(bytes: Uint8Array): Kept | undefined {
  const count = bytes[1] ?? 0
  if (bytes[0] !== VERSION || count > MOST_TRACES) return undefined
  const end = 2 + count * TRACE_BYTES
  const traces = Array.from({ length: count }, (_, nth) => decodeTrace(bytes.subarray(2 + nth * TRACE_BYTES, 2 + (nth + 1) * TRACE_BYTES)))
  const signatures = decodeSignatures(bytes.subarray(end))
  const sound = traces.filter((trace) => trace !== undefined)
  return signatures === undefined || sound.length < count ? undefined : { signatures, traces: sound }
}
