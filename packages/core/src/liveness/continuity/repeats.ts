import type { MotionSample } from '../sample.js'
import { PackedHashes } from './packed-hashes.js'

/** The frames that have a hash, in their order. */
interface Seen {
  readonly times: readonly number[]
  readonly hashes: readonly bigint[]
  readonly packed: PackedHashes
  /** Whether times never fall: frames around a moment then lie around it in the list as well. */
  readonly inOrder: boolean
}

/** Two moments that look alike, milliseconds. */
interface Match {
  readonly from: number
  readonly to: number
}

/** What came again in a series of frames. */
export interface Repeats {
  /** Longest stretch of frames that are the same to the last bit of their hash, milliseconds. */
  readonly frozenMs: number
  /** How many moments of one stretch were seen again, forwards or backwards, with the same spacing. */
  readonly repeated: number
  /** Moments that could have been told apart, had they come again: those in which something moved. */
  readonly telling: number
}

/** Bits of 256 up to which two frames are the same picture: encoding anew turns up to this many, see docs/evaluation/shape.json, `continuity`. */
const SAME_BITS = 4
/** And bits of 64. */
const SEEN_BITS = 1
/** Bits of 256 by which a frame must differ from those around it to be telling: a person who sits still looks alike all the time. */
const TELLING_BITS = 12
/** How far around, milliseconds. */
const AROUND_MS = 400
/** Least time until a picture counts as come again, milliseconds: a nod returns by itself. */
const LEAST_LAG_MS = 700
/** One moment in so many milliseconds is looked for. */
const STEP_MS = 100
/** Pairs listed at most, of which live clips have a handful: a forged series of two pictures has as many as its moments times its frames. */
const MOST_MATCHES = 20_000
/** Spacings within this many milliseconds are one: frames of a loop meet the camera's clock at another phase. */
const SAME_LAG_MS = 100

export function repeatsOf(samples: readonly MotionSample[]): Repeats {
  const seen = seenOf(samples)
  const moments = momentsOf(seen).filter((moment) => isTelling(moment, seen))
  return { frozenMs: frozenMs(seen), repeated: repeatedOf(moments, seen), telling: moments.length }
}

/** Distinct moments that came again with one spacing. Where more came again than can be listed, all of them: no camera shows that. */
function repeatedOf(moments: readonly number[], seen: Seen): number {
  const matches: Match[] = []
  for (const moment of moments) {
    addMatches(matches, moment, seen)
    if (matches.length >= MOST_MATCHES) return moments.length
  }
  const forwards = largestCluster(matches, ({ from, to }) => to - from)
  const backwards = largestCluster(matches, ({ from, to }) => to + from)
  return Math.max(forwards, backwards)
}

function seenOf(samples: readonly MotionSample[]): Seen {
  const frames = samples.flatMap(({ timestampMs, frameHash }) => (frameHash === undefined ? [] : [{ timestampMs, frameHash }]))
  const times = frames.map(({ timestampMs }) => timestampMs)
  const hashes = frames.map(({ frameHash }) => frameHash)
  const inOrder = times.every((time, index) => time >= (times[index - 1] ?? -Infinity))
  return { times, hashes, packed: new PackedHashes(hashes), inOrder }
}

function frozenMs({ times, hashes }: Seen): number {
  let [longest, start] = [0, 0]
  times.forEach((time, index) => {
    if (index > 0 && hashes[index] !== hashes[index - 1]) start = index
    longest = Math.max(longest, time - (times[start] ?? NaN))
  })
  return longest
}

/** The number of every frame that comes {@link STEP_MS} and more after the last one taken. */
function momentsOf({ times }: Seen): readonly number[] {
  const moments: number[] = []
  let last: number | undefined
  times.forEach((time, index) => {
    if (last !== undefined && !(time - last >= STEP_MS)) return
    moments.push(index)
    last = time
  })
  return moments
}

/** Something moved before and after it: it can be told from its neighbours. */
function isTelling(moment: number, { times, packed, inOrder }: Seen): boolean {
  const now = times[moment] ?? NaN
  const differs = (low: number, high: number): boolean => {
    const start = inOrder ? firstFrom(times, now + low) : 0
    for (let index = start; index < times.length; index += 1) {
      const apart = (times[index] ?? NaN) - now
      if (inOrder && apart > high) return false
      if (apart >= low && apart <= high && packed.fine(index, moment) >= TELLING_BITS) return true
    }
    return false
  }
  return differs(-AROUND_MS, -1) && differs(1, AROUND_MS)
}

/** Adds to `matches`, until they are as many as are listed. */
function addMatches(matches: Match[], moment: number, { times, packed, inOrder }: Seen): void {
  const from = times[moment] ?? NaN
  const start = inOrder ? firstFrom(times, from + LEAST_LAG_MS) : 0
  for (let index = start; index < times.length && matches.length < MOST_MATCHES; index += 1) {
    const to = times[index] ?? NaN
    if (to - from >= LEAST_LAG_MS && packed.isAlike(index, moment, SEEN_BITS, SAME_BITS)) matches.push({ from, to })
  }
}

/** The first of `times`, which never fall, that is not before `timeMs` (less a rounding, which the caller's own comparison sorts out). */
function firstFrom(times: readonly number[], timeMs: number): number {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? NaN) < timeMs - 1) low = middle + 1
    else high = middle
  }
  return low
}

/** Most distinct moments that share a spacing. */
function largestCluster(matches: readonly Match[], lagOf: (match: Match) => number): number {
  const sorted = matches.map((match) => ({ from: match.from, lag: lagOf(match) })).sort((one, other) => one.lag - other.lag)
  const within = new Map<number, number>()
  let [largest, start] = [0, 0]
  for (const { from, lag } of sorted) {
    within.set(from, (within.get(from) ?? 0) + 1)
    while (lag - (sorted[start]?.lag ?? NaN) > SAME_LAG_MS) {
      leave(within, sorted[start]?.from ?? NaN)
      start += 1
    }
    largest = Math.max(largest, within.size)
  }
  return largest
}

function leave(within: Map<number, number>, from: number): void {
  const left = (within.get(from) ?? 0) - 1
  if (left > 0) within.set(from, left)
  else within.delete(from)
}
