import type { Mated, NonMated } from './error-rates.js'

/** FMR and FNMR at falling thresholds. */
export interface DetCurve {
  readonly nonMated: NonMated['source']
  readonly points: readonly (readonly [fmr: number, fnmr: number])[]
}

const POINTS_PER_DECADE = 24

/** As far as the tail goes, FMR in steps of a 24th of a decade. */
export function detCurve({ source, tail, count }: NonMated, mated: Mated): DetCurve {
  const sorted = mated.scores.slice().sort()
  if (sorted.length === 0 || count === 0) return { nonMated: source, points: [] }
  const points: [number, number][] = []
  let missed = sorted.length
  let last = 0
  for (let step = 0; ; step += 1) {
    const accepted = Math.floor(10 ** (step / POINTS_PER_DECADE))
    if (accepted > tail.scores.length) break
    if (accepted === last) continue
    last = accepted
    // The threshold is the last accepted score: ties below it would match as well, so the last of them counts.
    const threshold = tail.scores[accepted - 1]!
    if (tail.scores[accepted] === threshold) continue
    while (missed > 0 && sorted[missed - 1]! >= threshold) missed -= 1
    points.push([accepted / count, missed / sorted.length])
  }
  return { nonMated: source, points }
}
