import { ACTIONS, type Action, type MotionSample } from '@lintas/core/liveness'
import { mean } from '@lintas/core/numeric'
import { isDone, type RecordedStep } from './recorded.js'

/** How a head moved around the moment at which an action was done: kept to know a performance again. Biometric data, as everything that is kept. */
export interface MotionTrace {
  readonly action: Action
  /** Of each tenth of a second: yaw, pitch, roll in 1/100°, the mouth's opening and the logarithm of the inter-eye distance in 1/1000. */
  readonly points: Int16Array
}

/** Numbers of a moment. */
const CHANNELS = 5
const EVERY_MS = 100
/** From so long before an action is done until so long after. */
const BEFORE_MS = 2000
const AFTER_MS = 1000
export const TRACE_MOMENTS = (BEFORE_MS + AFTER_MS) / EVERY_MS + 1
/** A moment without a face. */
const NOTHING = -32768

/** What is held against what, in degrees for angles; a mouth's 0.01 and 1 % of size weigh as much as 0.5°. */
const SCALES: readonly number[] = [0.01, 0.01, 0.01, 0.05, 0.05]

/** Lags that are tried: whoever plays a film does not know when the action will be asked for, and frames fall between frames. */
const LAGS = Array.from({ length: 81 }, (_, index) => (index - 40) / 4)
/** Least moments that both have. */
const LEAST_MOMENTS = 12
/** Least motion that can be told from another's, degrees: less than a turn's own limit. A blink moves nothing. */
const LEAST_RANGE = 8
/** Most that two traces of one performance differ, degrees RMS and as a share of the motion: landmarks of one moment, looked at twice, differ by 1° in 95 % (server-verification.json). */
const SAME_DEG = 1.2
const SAME_SHARE = 0.1

/** Traces of the steps that were done and moved something. */
export function tracesOf(steps: readonly RecordedStep[]): readonly MotionTrace[] {
  return steps.flatMap((step) => {
    const { doneMs, action, samples } = step.series
    if (!isDone(step) || doneMs === undefined) return []
    const trace = { action, points: pointsAround(samples, doneMs) }
    return rangeOf(trace) >= LEAST_RANGE ? [trace] : []
  })
}

function pointsAround(samples: readonly MotionSample[], doneMs: number): Int16Array {
  const seen = samples.flatMap((sample) => channelsOf(sample) ?? [])
  return Int16Array.from({ length: TRACE_MOMENTS * CHANNELS }, (_, at) => {
    const timestampMs = doneMs - BEFORE_MS + Math.floor(at / CHANNELS) * EVERY_MS
    const after = seen.findIndex((one) => one.timestampMs >= timestampMs)
    const [left, right] = [seen[Math.max(after - 1, 0)], seen[after]]
    if (left === undefined || right === undefined || right.timestampMs - left.timestampMs > 1000 || left.timestampMs > timestampMs) return NOTHING
    const share = right === left ? 0 : (timestampMs - left.timestampMs) / (right.timestampMs - left.timestampMs)
    const [one = 0, other = 0] = [left.values[at % CHANNELS], right.values[at % CHANNELS]]
    return Math.max(-32767, Math.min(32767, Math.round(one + (other - one) * share)))
  })
}

function channelsOf({
  timestampMs,
  pose,
  mouthOpening,
  interEyeDistance,
}: MotionSample): { timestampMs: number; values: readonly number[] } | undefined {
  if (pose === undefined || mouthOpening === undefined || interEyeDistance === undefined || !(interEyeDistance > 0)) return undefined
  return { timestampMs, values: [pose.yaw * 100, pose.pitch * 100, pose.roll * 100, mouthOpening * 1000, Math.log(interEyeDistance) * 1000] }
}

/** The largest change of any channel, degrees. */
function rangeOf({ points }: MotionTrace): number {
  return Math.max(
    ...SCALES.map((scale, channel) => {
      const values = Array.from({ length: TRACE_MOMENTS }, (_, moment) => points[moment * CHANNELS + channel] ?? NOTHING).filter(
        (value) => value !== NOTHING,
      )
      return values.length === 0 ? 0 : (Math.max(...values) - Math.min(...values)) * scale
    }),
  )
}

/** Whether two traces are of one performance: the same action, and the same course at some lag. A shift of all angles counts for nothing: cutting a picture makes one. */
export function isSamePerformance(one: MotionTrace, other: MotionTrace): boolean {
  if (one.action !== other.action) return false
  const most = Math.min(SAME_DEG, SAME_SHARE * Math.min(rangeOf(one), rangeOf(other)))
  return LAGS.some((lag) => apart(one, other, lag) <= most)
}

/** The largest RMS of a channel at a lag in moments, degrees; infinite where too few moments meet, or the motion lies outside of what meets. */
function apart(one: MotionTrace, other: MotionTrace, lag: number): number {
  let [worst, range] = [0, 0]
  for (const [channel, scale] of SCALES.entries()) {
    const pairs = pairsAt(one, other, lag, channel)
    if (pairs.length < LEAST_MOMENTS) return Infinity
    const own = pairs.map(([value]) => value * scale)
    range = Math.max(range, Math.max(...own) - Math.min(...own))
    worst = Math.max(worst, deviation(pairs.map(([value, their]) => (value - their) * scale)))
  }
  return range >= LEAST_RANGE ? worst : Infinity
}

function pairsAt(one: MotionTrace, other: MotionTrace, lag: number, channel: number): readonly (readonly [number, number])[] {
  return Array.from({ length: TRACE_MOMENTS }, (_, moment) => moment).flatMap((moment) => {
    const own = valueAt(one, moment, channel)
    const their = valueAt(other, moment + lag, channel)
    return own === undefined || their === undefined ? [] : [[own, their] as const]
  })
}

function deviation(values: readonly number[]): number {
  const middle = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)))
}

function valueAt({ points }: MotionTrace, moment: number, channel: number): number | undefined {
  const floor = Math.floor(moment)
  const [left = NOTHING, right = NOTHING] = [points[floor * CHANNELS + channel], points[Math.ceil(moment) * CHANNELS + channel]]
  if (moment < 0 || moment > TRACE_MOMENTS - 1 || left === NOTHING || right === NOTHING) return undefined
  return left + (right - left) * (moment - floor)
}

/** Bytes of a trace: its action's place in {@link ACTIONS}, then its points, little-endian. */
export const TRACE_BYTES = 1 + TRACE_MOMENTS * CHANNELS * 2

export function encodeTrace({ action, points }: MotionTrace): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(TRACE_BYTES))
  view.setUint8(0, ACTIONS.indexOf(action))
  points.forEach((value, at) => {
    view.setInt16(1 + at * 2, value, true)
  })
  return new Uint8Array(view.buffer)
}

/** Total: undefined for bytes that are no trace. */
export function decodeTrace(bytes: Uint8Array): MotionTrace | undefined {
  const action = ACTIONS[bytes[0] ?? ACTIONS.length]
  if (bytes.length !== TRACE_BYTES || action === undefined) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { action, points: Int16Array.from({ length: TRACE_MOMENTS * CHANNELS }, (_, at) => view.getInt16(1 + at * 2, true)) }
}
