import { challengeStep, NEW_CHALLENGE, NEW_MOTION, ROUTE_STEPS, watchMotion } from '@lintas/core/liveness'
import type { ChallengeEvent, ChallengeState, MotionSample, MotionState, Route } from '@lintas/core/liveness'
import { isDone, type Recorded, type RecordedStep } from './recorded.js'

/** The challenge as the committed series shows it, with the actions that the server drew. */
export interface ReplayedChallenge {
  readonly state: ChallengeState
  /** What the motion stage knew before each sample: the rest that its action is told against. */
  readonly before: ReadonlyMap<MotionSample, MotionState>
}

/** Replays the challenge over the committed samples of all steps. */
export function replayChallenge({ steps }: Recorded, route: Route): ReplayedChallenge {
  const replay = new Replay(route)
  for (const step of steps) replay.step(step)
  return replay
}

/** Why the replay does not speak for the person. */
export function actionFaults({ steps }: Recorded, { state }: ReplayedChallenge): readonly string[] {
  const faults = steps.filter(({ series, action }) => series.action !== action).map(({ n }) => `step ${n}: another action than the one drawn`)
  if (state.phase !== 'passed') faults.push(state.phase === 'failed' ? `the challenge fails: ${state.reason}` : 'the challenge is not finished')
  const told = steps.filter(isDone).map(({ action }) => action)
  const seen = state.phase === 'idle' ? [] : state.done.map(({ action }) => action)
  if (told.join() !== seen.join()) faults.push(`done are ${seen.join(', ') || 'none'}, not ${told.join(', ') || 'none'}`)
  return faults
}

class Replay implements ReplayedChallenge {
  readonly before = new Map<MotionSample, MotionState>()
  readonly #route: Route
  #motion = NEW_MOTION
  #state = NEW_CHALLENGE

  constructor(route: Route) {
    this.#route = route
  }

  get state(): ChallengeState {
    return this.#state
  }

  step({ series: { samples, revealedMs }, action, claims }: RecordedStep): void {
    const found = samples.findIndex(({ timestampMs }) => timestampMs > revealedMs)
    const after = found < 0 ? samples.length : found
    for (const sample of samples.slice(0, after)) this.#see(sample)
    if (claims.dark === true) this.#send({ type: 'ask-one-more', timestampMs: revealedMs })
    this.#send({ type: 'reveal', timestampMs: revealedMs, action })
    for (const sample of samples.slice(after)) this.#see(sample)
  }

  #see(sample: MotionSample): void {
    const { timestampMs } = sample
    this.before.set(sample, this.#motion)
    const { state, sees } = watchMotion(this.#motion, sample)
    this.#motion = state
    if (this.#state.phase !== 'idle') {
      this.#send({ type: 'observe', timestampMs, sees })
      return
    }
    // The challenge begins on a frame of a person whom the browser had seen keep still: those before it are not sent. That this is their rest is a claim;
    // the closing frames that are opened bind it.
    this.#motion = { ...state, settled: state.rest !== undefined }
    this.#send({ type: 'begin', timestampMs, steps: ROUTE_STEPS[this.#route] })
  }

  #send(event: ChallengeEvent): void {
    this.#state = challengeStep(this.#state, event)
  }
}
