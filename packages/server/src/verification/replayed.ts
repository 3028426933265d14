import { fineDistance } from '@lintas/core/liveness'
import { VERIFICATION_LIMITS } from './limits.js'
import { decodeSignatures, pointsApart, type FrameSignature } from './signature.js'

/**
 * Frames of this session that are frames of one earlier session, re-encoded, cropped or brightened: the aligned face's hash and its points are both nearly
 * the same. It takes {@link VERIFICATION_LIMITS}.replayFrames of them: a person who keeps still at the same desk on two days resembles themselves.
 * @param earlier as {@link encodeSignatures} wrote them; what cannot be read is passed over, and told by {@link unreadable}
 */
export function replayFaults(signatures: readonly FrameSignature[], earlier: readonly Uint8Array[]): readonly string[] {
  return earlier.flatMap((bytes, session) => {
    const kept = decodeSignatures(bytes) ?? []
    const found = signatures.filter((own) => kept.some((one) => isSame(own, one))).length
    return found < VERIFICATION_LIMITS.replayFrames ? [] : [`${found} opened frames were shown in session ${session + 1} of those kept`]
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
