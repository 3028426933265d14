import { quantileOf } from './bootstrap.js'
import { countBy } from './embed.js'
import type { StoredSample } from './store.js'

/** Of how many pictures the line could make a sample, and why not of the others. */
export interface Acquisition {
  readonly pictures: number
  readonly acquired: number
  /** Share of pictures without an embedding. */
  readonly failureToAcquire: number
  /** `no-face`, the codes of undecodable pictures, `fault` for faults of the machinery. */
  readonly failures: Readonly<Record<string, number>>
  /** Pictures with more than one face. */
  readonly severalFaces: number
  /** Pictures whose quality the line finds acceptable for a check-in; all are embedded here whatever it finds. */
  readonly qualityAcceptable: number
  /** How often each reason stands first. */
  readonly firstReasons: Readonly<Record<string, number>>
}

export function acquisitionOf(stored: readonly (StoredSample | undefined)[]): Acquisition {
  const failures = stored.flatMap((sample) => failureOf(sample) ?? [])
  const acquired = stored.length - failures.length
  return {
    pictures: stored.length,
    acquired,
    failureToAcquire: stored.length === 0 ? 0 : failures.length / stored.length,
    failures: countBy(failures),
    severalFaces: stored.filter((sample) => (sample?.faces ?? 0) > 1).length,
    qualityAcceptable: stored.filter((sample) => sample?.quality?.acceptable === true).length,
    firstReasons: countBy(stored.flatMap((sample) => sample?.quality?.reasons[0] ?? [])),
  }
}

function failureOf(sample: StoredSample | undefined): string | undefined {
  if (sample === undefined) return 'fault'
  if (sample.embeddings !== undefined) return undefined
  return sample.unreadable ?? 'no-face'
}

/** Milliseconds a stage took. */
export interface StageTime {
  readonly median: number
  readonly p95: number
  readonly pictures: number
}

/** Times per stage over all stored samples. */
export function stageTimes(stored: readonly (StoredSample | undefined)[]): Readonly<Record<string, StageTime>> {
  const times = new Map<string, number[]>()
  for (const sample of stored) {
    for (const [stage, time] of Object.entries(sample?.timingsMs ?? {})) (times.get(stage) ?? times.set(stage, []).get(stage)!).push(time)
  }
  return Object.fromEntries(
    [...times].map(([stage, list]) => {
      const sorted = list.sort((a, b) => a - b)
      return [stage, { median: round(quantileOf(sorted, 0.5)), p95: round(quantileOf(sorted, 0.95)), pictures: sorted.length }]
    }),
  )
}

const round = (value: number): number => Math.round(value * 10) / 10
