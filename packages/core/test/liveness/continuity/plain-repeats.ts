import { coarseDistance, fineDistance, type Repeats } from '../../../src/liveness/continuity/index.js'
import type { MotionSample } from '../../../src/liveness/sample.js'

/** A frame with its hash. */
interface Seen {
  readonly timestampMs: number
  readonly hash: bigint
}

const SAME_BITS = 4
const TELLING_BITS = 12
const AROUND_MS = 400
const LEAST_LAG_MS = 700
const STEP_MS = 100
const SAME_LAG_MS = 100

/** What `repeatsOf` finds, written down without regard to cost: every hash a big integer, every moment held against every frame. */
export function plainRepeats(samples: readonly MotionSample[]): Repeats {
  const seen = samples.flatMap(({ timestampMs, frameHash }) => (frameHash === undefined ? [] : [{ timestampMs, hash: frameHash }]))
  const moments = momentsOf(seen).filter((moment) => isTelling(moment, seen))
  const matches = moments.flatMap((moment) => matchesOf(moment, seen))
  const forwards = largestCluster(matches.map(({ from, to }) => ({ from, lag: to - from })))
  const backwards = largestCluster(matches.map(({ from, to }) => ({ from, lag: to + from })))
  return { frozenMs: frozenMs(seen), repeated: Math.max(forwards, backwards), telling: moments.length }
}

function frozenMs(seen: readonly Seen[]): number {
  let [longest, start] = [0, 0]
  seen.forEach((frame, index) => {
    if (index > 0 && frame.hash !== seen[index - 1]?.hash) start = index
    longest = Math.max(longest, frame.timestampMs - (seen[start]?.timestampMs ?? NaN))
  })
  return longest
}

/** Every frame that comes {@link STEP_MS} and more after the last one taken. */
function momentsOf(seen: readonly Seen[]): readonly Seen[] {
  const moments: Seen[] = []
  for (const frame of seen) {
    const last = moments.at(-1)
    if (last === undefined || frame.timestampMs - last.timestampMs >= STEP_MS) moments.push(frame)
  }
  return moments
}

/** Something moved before and after it: it can be told from its neighbours. */
function isTelling(moment: Seen, seen: readonly Seen[]): boolean {
  const differs = (low: number, high: number): boolean =>
    seen.some(({ timestampMs, hash }) => {
      const apart = timestampMs - moment.timestampMs
      return apart >= low && apart <= high && fineDistance(hash, moment.hash) >= TELLING_BITS
    })
  return differs(-AROUND_MS, -1) && differs(1, AROUND_MS)
}

function matchesOf(moment: Seen, seen: readonly Seen[]): readonly { readonly from: number; readonly to: number }[] {
  return seen
    .filter(({ timestampMs }) => timestampMs - moment.timestampMs >= LEAST_LAG_MS)
    .filter(({ hash }) => coarseDistance(hash, moment.hash) <= 1 && fineDistance(hash, moment.hash) <= SAME_BITS)
    .map(({ timestampMs }) => ({ from: moment.timestampMs, to: timestampMs }))
}

/** Most distinct moments that share a spacing. */
function largestCluster(matches: readonly { readonly from: number; readonly lag: number }[]): number {
  const sorted = [...matches].sort((one, other) => one.lag - other.lag)
  let [largest, start] = [0, 0]
  sorted.forEach((match, end) => {
    while (match.lag - (sorted[start]?.lag ?? NaN) > SAME_LAG_MS) start += 1
    largest = Math.max(largest, new Set(sorted.slice(start, end + 1).map(({ from }) => from)).size)
  })
  return largest
}
