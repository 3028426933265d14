import type { Pose } from '../detection/index.js'
import { checkKeys, checkNumber } from '../options/index.js'
import { checkScore } from './check-embeddings.js'

/** A frame that could become a sample. */
export interface SampleCandidate {
  /** The quality assessment's score, 0 to 1. */
  readonly qualityScore: number
  readonly pose?: Pose
  /** Milliseconds on any one clock. */
  readonly timestampMs?: number
}

/** Options of {@link pickSamples}. */
export interface PickOptions {
  /** How many to pick, 1 to 10. Default 5. */
  readonly count?: number
}

/** A turn of the head that counts as wholly different, degrees: within the quality stage's limits there is room for two such steps. */
const FULL_TURN = 10
/** A time apart that counts as wholly different, milliseconds: consecutive frames share noise, blur and expression. */
const FULL_PAUSE_MS = 1500
/** What a copy of a chosen frame is worth, as a share of its quality. */
const COPY_WORTH = 0.5

/**
 * The best frames with some spread between them: first the best, then always the one of highest quality × newness, newness growing with
 * the least difference in pose or time from those picked already. Best first; fewer than `count` only when there are fewer candidates.
 * @throws TypeError that names a wrong option
 */
export function pickSamples<T extends SampleCandidate>(candidates: readonly T[], options: PickOptions = {}): readonly T[] {
  checkKeys('pickSamples', options, ['count'])
  const count = checkNumber('count', options.count, 5, { min: 1, max: 10, integer: true })
  candidates.forEach(({ qualityScore }, index) => checkScore(`candidates[${index}].qualityScore`, qualityScore))
  const left = [...candidates]
  const picked: T[] = []
  while (picked.length < count && left.length > 0) {
    const worth = left.map((candidate) => candidate.qualityScore * (COPY_WORTH + (1 - COPY_WORTH) * newness(candidate, picked)))
    picked.push(...left.splice(worth.indexOf(Math.max(...worth)), 1))
  }
  return picked
}

/** 0 (a copy of one that was picked) to 1 (wholly different from all). */
function newness(candidate: SampleCandidate, picked: readonly SampleCandidate[]): number {
  return Math.min(1, ...picked.map((other) => Math.max(turnBetween(candidate.pose, other.pose), pauseBetween(candidate, other))))
}

function turnBetween(left: Pose | undefined, right: Pose | undefined): number {
  if (left === undefined || right === undefined) return 0
  return Math.hypot(left.yaw - right.yaw, left.pitch - right.pitch) / FULL_TURN
}

function pauseBetween({ timestampMs: left }: SampleCandidate, { timestampMs: right }: SampleCandidate): number {
  return left === undefined || right === undefined ? 0 : Math.abs(left - right) / FULL_PAUSE_MS
}
