import { EvidenceRecorder, LivenessAttempt, type StepRecord } from '../../../packages/core/src/check-in/index.js'
import { ACTIONS, ROUTE_STEPS, type Action } from '../../../packages/core/src/liveness/index.js'
import type { Analyser, AnalyserInfo } from '../../../packages/core/src/worker/index.js'
import { framesOf, secondsOf, sessionOf } from '../../attacks/index.js'

/** Whose portraits make a good puppet. `obama` and `obama3` are one person. */
export const PORTRAITS = ['obama', 'obama3', 'biden'] as const
export type Portrait = (typeof PORTRAITS)[number]

/** Analysed frames a second of a usual phone. */
const FPS = 8

/** One action before the camera as a browser recorded it: from rest through the action back to the closing frame. */
export interface StepFilm {
  readonly portrait: Portrait
  readonly action: Action
  /** Another seed is another moment: other noise, another tremor. */
  readonly seed: number
  readonly record: StepRecord
}

/** Films of one action each, and what made them. */
export interface Films {
  readonly info: AnalyserInfo
  readonly steps: readonly StepFilm[]
}

/** The browser's line and its recorder over a puppet that does `action` once. @throws Error where the browser would not have taken it */
export async function recordStep(analyser: Analyser, portrait: Portrait, action: Action, seed: number): Promise<StepFilm> {
  const recorder = new EvidenceRecorder()
  const draws = [action, action === 'turn-left' ? 'turn-right' : 'turn-left'] as const
  let drawn = 0
  // The film is over before the next action would be done.
  const draw = (): Action => draws[drawn++] ?? action
  const attempt = new LivenessAttempt({ route: 'standard', steps: ROUTE_STEPS.standard, draw, space: 'compact-512', recorder })
  const actions = sessionOf([action])
  analyser.reset()
  for await (const { raster, timestampMs } of framesOf('puppet', { portrait, actions, seed, fps: FPS, seconds: secondsOf(actions) })) {
    const over = attempt.see(await analyser.analyse(raster, { ...attempt.ask(), mode: 'video', timestampMs }))
    const record = recorder.take()
    if (record?.shows !== undefined) return { portrait, action, seed, record }
    if (over) break
    // What was drawn arrives between two frames.
    await Promise.resolve()
  }
  throw new Error(`${portrait} ${action} ${seed}: ${JSON.stringify(attempt.challenge)}`)
}

/** `record` as it would have been recorded `byMs` later; whole milliseconds, so that frames stay frames of their samples. */
export function later({ series, ...rest }: StepRecord, byMs: number): StepRecord {
  const moved = <Timed extends { readonly timestampMs: number }>(one: Timed): Timed => ({ ...one, timestampMs: one.timestampMs + byMs })
  const { revealedMs, doneMs } = series
  const times = { revealedMs: revealedMs + byMs, ...(doneMs !== undefined && { doneMs: doneMs + byMs }) }
  return { ...rest, series: { ...series, ...times, samples: series.samples.map(moved), frames: series.frames.map(moved) } }
}

/** Everything that a server may ask for. */
export const EVERY_ACTION = ACTIONS
