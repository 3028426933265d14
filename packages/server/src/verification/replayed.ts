import { fineDistance } from '@lintas/core/liveness'
import { decodeKept, type Kept } from './kept.js'
import { VERIFICATION_LIMITS } from './limits.js'
import { pointsApart, type FrameSignature } from './signature.js'
import { isSamePerformance } from './trace.js'

/** Steps whose course must be known; of a session in which fewer can be told, all of them. */
const STEPS = 2

/**
 * Whether this session was shown before: frames are frames of an earlier session, re-encoded, cropped or brightened (the aligned face's hash and its
 * points are both nearly the same), **and** heads moved as they did then. Neither says anything alone: whoever tries again at the same desk looks in a quarter
 * of moments as they did a minute ago, and nobody turns the head twice along one course. Parts of several earlier sessions count together.
 * @param earlier as `encodeKept` wrote them; what cannot be read is passed over, and told by {@link unreadable}
 */
export function replayFaults(own: Kept, earlier: readonly Uint8Array[]): readonly string[] {
  const kept = earlier.flatMap((bytes) => decodeKept(bytes) ?? [])
  const frames = own.signatures.filter((frame) => kept.some(({ signatures }) => signatures.some((one) => isSame(frame, one)))).length
  const steps = own.traces.filter((trace) => kept.some(({ traces }) => traces.some((one) => isSamePerformance(trace, one)))).length
  const known = own.traces.length > 0 && steps >= Math.min(STEPS, own.traces.length)
  return known && frames >= VERIFICATION_LIMITS.replayFrames ? [`${frames} opened frames and the course of ${steps} actions were shown before`] : []
}

/** How much of `earlier` is of another version, or damaged. */
export function unreadable(earlier: readonly Uint8Array[]): number {
  return earlier.filter((bytes) => decodeKept(bytes) === undefined).length
}

function isSame(one: FrameSignature, other: FrameSignature): boolean {
  const { replayBits, replayPoints } = VERIFICATION_LIMITS
  return fineDistance(one.faceHash, other.faceHash) <= replayBits && pointsApart(one.points, other.points) <= replayPoints
}
