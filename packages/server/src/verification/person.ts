import { SAME_SESSION_COSINE } from '@lintas/core/liveness'
import { averageEmbeddings } from '@lintas/core/embedding'
import { cosine } from '@lintas/core/numeric'
import { VERIFICATION_LIMITS } from './limits.js'
import type { SeenFrame } from './types.js'

/** The space in which a person is held against themselves: the one with a measured limit. */
export const PERSON_SPACE = 'compact-512'

/** The frame's embedding in {@link PERSON_SPACE}. */
export function personVector({ look }: SeenFrame): Float32Array | undefined {
  return look.embeddings?.find(({ space }) => space === PERSON_SPACE)?.vector
}

/** Good enough to be held against others at full strictness. */
export function isPlain({ quality, sample: { pose } }: SeenFrame): boolean {
  return quality.acceptable && pose !== undefined && Math.max(Math.abs(pose.yaw), Math.abs(pose.pitch)) <= VERIFICATION_LIMITS.frontalDeg
}

/**
 * Whether all opened frames are of one person. Every two good ones must be alike; one that shows an action (turned, mouth open, eyes shut) must be like
 * the mean of the good ones, for it resembles single ones less. A frame without an embedding, or no good frame at all, is not shown to be of one person.
 */
export function personFaults(frames: readonly SeenFrame[]): readonly string[] {
  const vectors = new Map(frames.flatMap((frame) => (personVector(frame) === undefined ? [] : [[frame, personVector(frame)] as const])))
  if (vectors.size < frames.length || frames.length === 0) return ['an opened frame shows nobody']
  const plain = frames.filter(isPlain)
  if (plain.length === 0) return ['no opened frame is good enough to tell who it is']
  const own = averageEmbeddings(plain.map(({ look }) => look.embeddings ?? [])).find(({ space }) => space === PERSON_SPACE)?.vector
  return frames.flatMap((frame, at) => {
    const vector = vectors.get(frame)
    const others = frames.slice(at + 1).filter((other) => isPlain(other))
    const limit = SAME_SESSION_COSINE[PERSON_SPACE]
    const alike = isPlain(frame)
      ? others.every((other) => likeness(vector, vectors.get(other)) >= limit)
      : likeness(vector, own) >= VERIFICATION_LIMITS.turnedCosine
    return alike ? [] : [`frame ${frame.index} of step ${frame.step + 1} is of somebody else`]
  })
}

/** NaN for what has no direction: nobody's likeness. */
function likeness(one: Float32Array | undefined, other: Float32Array | undefined): number {
  if (one === undefined || other === undefined) return NaN
  try {
    return cosine(one, other)
  } catch {
    return NaN
  }
}
