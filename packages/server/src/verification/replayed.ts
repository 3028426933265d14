import { fineDistance } from '@lintas/core/liveness'
import { VERIFICATION_LIMITS } from './limits.js'
import { decodeSignatures, pointsApart, type FrameSignature } from './signature.js'

/**
 * Frames of this session that are frames of an earlier one, re-encoded, cropped or brightened: the aligned face's hash and its points are both nearly the
 * same. Either alone is not enough: a person keeps still at the same desk on two days, and somebody else's points never fit.
 * @param earlier as {@link encodeSignatures} wrote them; what cannot be read is passed over, and told by {@link unreadable}
 */
export function replayFaults(signatures: readonly FrameSignature[], earlier: readonly Uint8Array[]): readonly string[] {
  const kept = earlier.flatMap((bytes, session) => (decodeSignatures(bytes) ?? []).map((signature) => ({ session, signature })))
  return signatures.flatMap((own, at) => {
    const found = kept.find(({ signature }) => isSame(own, signature))
    return found === undefined ? [] : [`opened frame ${at + 1} was shown in session ${found.session + 1} of those kept`]
  })
}

/** How much of `earlier` is of another version, or damaged. */
export function unreadable(earlier: readonly Uint8Array[]): number {
  return earlier.filter((bytes) => decodeSignatures(bytes) === undefined).length
}

function isSame(one: FrameSignature, other: FrameSignature): boolean {
  const { replayBits, replayPoints } = VERIFICATION_LIMITS
  return fineDistance(one.faceHash, other.faceHash) <= replayBits && pointsApart(one.points, other.points) <= replayPoints
}
