import { LintasError } from '../../errors/index.js'
import { EVIDENCE_LIMITS } from '../../evidence/index.js'
import type { Action, ChallengeState, DoneStep, MotionSample } from '../../liveness/index.js'
import { Candidates, thinned, type Candidate } from './candidates.js'
import { isLegible, showsBest, strengthOf } from './shows.js'
import type { AttemptRecorder, SeenFrame, StepRecord } from './types.js'

/** Least time between two candidates, milliseconds: six a second, of which the evenly spread ones are kept. */
const APART_MS = 150

/** The step under way: from the reveal of its action to its closing frame. */
interface OpenStep {
  readonly action: Action
  readonly revealedMs: number
  readonly candidates: Candidates
  done: DoneStep | undefined
}

/** Records an attempt step by step, for a server that repeats the line; memory is bounded however long a step takes. */
export class EvidenceRecorder implements AttemptRecorder {
  #samples: MotionSample[] = []
  #open: OpenStep | undefined
  #ended: StepRecord | undefined
  #toldDark = false
  #lastMs = -Infinity
  /** Expected of the next frame, milliseconds after the last. */
  #everyMs = 0
  #keptMs = -Infinity
  /** The last frame looked like what was asked for: the next may complete it. */
  #rising = false

  wants(mayClose: boolean): boolean {
    const open = this.#open
    if (open === undefined) return false
    // Closed eyes are short.
    const blinks = open.action === 'blink' && open.done === undefined
    return mayClose || blinks || this.#rising || this.#lastMs + this.#everyMs - this.#keptMs >= APART_MS
  }

  see(frame: SeenFrame): void {
    const { sample, watched, challenge, evidence } = frame
    this.#samples.push(sample)
    this.#everyMs = Number.isFinite(this.#lastMs) ? sample.timestampMs - this.#lastMs : 0
    this.#lastMs = sample.timestampMs
    const open = this.#open
    if (open === undefined) return
    open.done = doneIn(challenge, open.revealedMs)
    this.#rising = open.done === undefined && watched.state.rising === open.action
    if (evidence !== undefined) {
      this.#keptMs = sample.timestampMs
      open.candidates.add({ frame: evidence, strength: strengthOf(open.action, frame), legible: isLegible(frame) })
    }
    if (frame.closes) this.#close(open, frame)
  }

  revealed(action: Action, timestampMs: number): void {
    this.#open = { action, revealedMs: timestampMs, candidates: new Candidates(), done: undefined }
    this.#keptMs = -Infinity
  }

  /** The step that has ended since this was last asked. */
  take(): StepRecord | undefined {
    const ended = this.#ended
    this.#ended = undefined
    return ended
  }

  #close(open: OpenStep, { evidence, challenge, sample }: SeenFrame): void {
    if (evidence === undefined)
      throw new LintasError('worker-protocol', 'the analyser gave no picture of the frame that closes a step: it must support `evidence`')
    const dark = !this.#toldDark && 'oneMore' in challenge
    this.#toldDark ||= dark
    this.#ended = { ...recordOf(open, this.#samples, sample.timestampMs), ...(dark && { dark }) }
    this.#open = undefined
    this.#rising = false
    this.#samples = []
  }
}

function recordOf(open: OpenStep, samples: readonly MotionSample[], closingMs: number): Omit<StepRecord, 'dark'> {
  const { action, revealedMs, done } = open
  const { all } = open.candidates
  const shown = done && showsBest(beforeClosing(all, closingMs), done)
  const kept = thinned(all, EVIDENCE_LIMITS.framesPerStep, new Set(shown && [shown]))
  const frames = kept.map(({ frame: { jpeg: _jpeg, ...mark } }) => mark)
  const series = { action, revealedMs, ...(done && { doneMs: done.doneMs }), samples, frames }
  return { series, jpegs: kept.map(({ frame }) => frame.jpeg), ...(shown && { shows: kept.indexOf(shown) }) }
}

/** The closing frame shows rest; it stands for the action only where nothing else is there. */
function beforeClosing(candidates: readonly Candidate[], closingMs: number): readonly Candidate[] {
  const before = candidates.filter(({ frame }) => frame.timestampMs < closingMs)
  return before.length > 0 ? before : candidates
}

/** The step that was revealed at that moment, where it is done. */
function doneIn(challenge: ChallengeState, revealedMs: number): DoneStep | undefined {
  return challenge.phase === 'idle' ? undefined : challenge.done.find((step) => step.revealedMs === revealedMs)
}
