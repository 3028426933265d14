import { sparseFaults } from './density.js'
import { hasLandmarks } from './samples.js'
import { VERIFICATION_LIMITS } from './limits.js'
import type { Recorded, RecordedStep } from './recorded.js'

/** Why the committed times cannot be true: by themselves, and held against the server's clock. */
export function timeFaults({ steps }: Recorded): readonly string[] {
  return [
    ...orderFaults(steps),
    ...steps.flatMap((step, at) => stepFaults(step, steps[at - 1])),
    ...spanFaults(steps),
    ...repeatFaults(steps),
    ...denseFaults(steps),
    ...steps.flatMap(sparseFaults),
  ]
}

/** Most samples that a camera can have given while the server waited. What is dear to judge sees no more of them, however many there are. */
export function mostSamples(steps: readonly RecordedStep[]): number {
  const { samplesPerSecond, samplesSlackMs, longestStepMs } = VERIFICATION_LIMITS
  const waitedMs = (steps.at(-1)?.takenAt.getTime() ?? 0) - (steps[0]?.openedAt.getTime() ?? 0)
  const spanMs = Math.max(0, Math.min(waitedMs, steps.length * longestStepMs)) + samplesSlackMs
  return Math.floor((spanMs / 1000) * samplesPerSecond)
}

function denseFaults(steps: readonly RecordedStep[]): readonly string[] {
  const count = steps.reduce((sum, { series }) => sum + series.samples.length, 0)
  return count <= mostSamples(steps) ? [] : [`${count} samples, more than a camera gives`]
}

function orderFaults(steps: readonly RecordedStep[]): readonly string[] {
  const times = steps.flatMap(({ series }) => series.samples.map(({ timestampMs }) => timestampMs))
  const isOrdered = times.every((time, at) => Number.isFinite(time) && (at === 0 || time > (times[at - 1] ?? NaN)))
  return isOrdered ? [] : ['samples that are not one after another']
}

function stepFaults(step: RecordedStep, before: RecordedStep | undefined): readonly string[] {
  const { n, series, openedAt, takenAt, claims } = step
  const { samples, frames, revealedMs, doneMs } = series
  const times = new Set(samples.map(({ timestampMs }) => timestampMs))
  const marks = frames.map(({ timestampMs }) => timestampMs)
  const [closingMs, endedMs] = [marks.at(-1) ?? NaN, endOf(before)]
  const shownMs = claims.shows === undefined ? undefined : (marks[claims.shows] ?? NaN)
  const checks: readonly (readonly [string, boolean])[] = [
    ['frames of no sample', marks.every((mark) => times.has(mark))],
    ['frames that are not one after another', marks.every((mark, at) => at === 0 || mark > (marks[at - 1] ?? NaN))],
    ['revealed before the step before had ended', endedMs === undefined || revealedMs >= endedMs],
    ['done without a frame that shows it, or the other way round', (doneMs === undefined) === (claims.shows === undefined)],
    ['done before it was revealed', doneMs === undefined || (doneMs > revealedMs && doneMs <= closingMs)],
    ['shown before it was revealed', shownMs === undefined || (shownMs >= revealedMs && shownMs <= closingMs)],
    ['samples after the closing frame', doneMs === undefined || samples.at(-1)?.timestampMs === closingMs],
    ['longer than the server waited', fits((doneMs === undefined ? endOf(step) : closingMs) ?? NaN, revealedMs, takenAt, openedAt)],
  ]
  return checks.filter(([, holds]) => !holds).map(([fault]) => `step ${n}: ${fault}`)
}

/** From the first reveal to the last frame, too: small lies in each step must not add up. */
function spanFaults(steps: readonly RecordedStep[]): readonly string[] {
  const [first, last] = [steps[0], steps.at(-1)]
  if (first === undefined || last === undefined) return []
  return fits(endOf(last) ?? NaN, first.series.revealedMs, last.takenAt, first.openedAt) ? [] : ['the whole is longer than the server waited']
}

function fits(toMs: number, fromMs: number, to: Date, from: Date): boolean {
  return toMs - fromMs <= to.getTime() - from.getTime() + VERIFICATION_LIMITS.clockSlackMs
}

function endOf(step: RecordedStep | undefined): number | undefined {
  return step?.series.samples.at(-1)?.timestampMs
}

/**
 * The same landmarks or the same picture in two steps. Within a step a picture may stand still for a moment, and across its end into the next, which never
 * asks for the same; continuity judges that.
 */
function repeatFaults(steps: readonly RecordedStep[]): readonly string[] {
  const moments = steps.map(({ series }) =>
    series.samples.filter(hasLandmarks).map(({ landmarks, timestampMs }) => ({ key: keyOf(landmarks), timestampMs })),
  )
  const pictures = steps.map(({ series, claims }) => series.frames.map(({ timestampMs }, at) => ({ key: claims.frames[at], timestampMs })))
  return [...(comeAgain(moments) ? ['a moment that came in two steps'] : []), ...(comeAgain(pictures) ? ['a picture that came in two steps'] : [])]
}

interface Seen {
  readonly key: string | undefined
  readonly timestampMs: number
}

function comeAgain(steps: readonly (readonly Seen[])[]): boolean {
  /** Of each key its first step and time. */
  const first = new Map<string | undefined, { readonly at: number; readonly timestampMs: number }>()
  return steps.some((seen, at) => {
    const isAgain = seen.some(({ key, timestampMs }) => {
      const before = first.get(key)
      return before !== undefined && (before.at < at - 1 || timestampMs - before.timestampMs >= VERIFICATION_LIMITS.comeAgainMs)
    })
    for (const { key, timestampMs } of seen) if (!first.has(key)) first.set(key, { at, timestampMs })
    return isAgain
  })
}

function keyOf(landmarks: Float32Array): string {
  return Buffer.from(landmarks.buffer, landmarks.byteOffset, landmarks.byteLength).toString('latin1')
}
