import { expect } from 'vitest'
import { createCheckIn, type CheckInOutcome, type FrameFeed, type Hint, type Prompt } from '../../src/check-in/index.js'
import { PAD_LAYERS, type Action, type PadAssessment } from '../../src/liveness/index.js'
import type { Template } from '../../src/reference/index.js'
import type { Analyser, Analysis, AnalyseOptions } from '../../src/worker/index.js'
import { bump } from '../liveness/motion/person.js'
import { ACTED, AT_REST, analysisOf, type Posture, type Shot } from './computed-person.js'
import { PROFILE, embeddingOf } from './people.js'

/** Directions of embeddings: people are 90° apart. */
export const ANI = 0
export const BUDI = 90

/** Where a scene stands. */
export interface Moment {
  /** True time since the first frame, seconds; the frames' own clock may say something else. */
  readonly seconds: number
  readonly frame: number
  /** Actions that were asked for so far. */
  readonly asked: number
  /** Since the latest of them, seconds; undefined before the first. */
  readonly since?: number
}

/** A scene: what differs from a person who does what is asked. */
export interface Scene {
  /** Frames a second. Default 10. */
  readonly fps?: number
  /** When the feed ends, seconds. Default 60. */
  readonly seconds?: number
  /** How long an action is held, its slopes included, seconds. Default 1.2. */
  readonly holdS?: number
  readonly rest?: Partial<Posture>
  /** Default: a turn, the mouth, the other turn. */
  readonly actions?: readonly Action[]
  /** What is done instead of what is asked. */
  readonly does?: (asked: Action) => Action
  /** What is changed of a frame. */
  readonly disturb?: (moment: Moment) => Partial<Omit<Shot, 'picture'>>
  /** What the analyser says instead of what there is to see. */
  readonly instead?: (moment: Moment, timestampMs: number) => Analysis | undefined
  /** The vector of an embedding that went wrong. Called for each. */
  readonly mishap?: () => Float32Array | undefined
  /** What the frames' clock says, milliseconds. */
  readonly clock?: (moment: Moment, trueMs: number) => number
  /** Called before each frame. */
  readonly before?: (moment: Moment) => void
}

/** What a scene came to, and what the person was told. */
export interface Played {
  readonly outcome: CheckInOutcome
  readonly prompts: readonly Prompt[]
  readonly hints: readonly (Hint | undefined)[]
  readonly progress: readonly number[]
  readonly lastFrame: number
}

export const REFERENCE: Template = {
  ...{ schema: 'lintas-template/1', subjectId: 'e-1', createdAt: '2026-11-24T00:00:00.000Z', sampleCount: 3, quality: 0.8 },
  embeddings: [embeddingOf(ANI)],
}

/** An analyser whose answers are computed. */
export function analyserOf(analyse: (options: AnalyseOptions) => Analysis): Analyser {
  return {
    ready: Promise.resolve({ backend: 'wasm', threads: 1, detector: 'onnx', models: ['m.int8'], spaces: ['m'], pad: 'pad-128', fallbacks: [] }),
    analyse: (_picture, options = {}) => Promise.resolve(analyse(options)),
    reset: () => undefined,
    close: () => undefined,
  }
}

export const PICTURE = { width: 1, height: 1, data: new Uint8ClampedArray(4) }

/** A check-in of the person Ani by the default policy. */
export async function play(scene: Scene): Promise<Played> {
  const stage = new Stage(scene)
  const left = [...(scene.actions ?? ['turn-left', 'open-mouth', 'turn-right'])]
  const checkIn = createCheckIn({
    analyser: analyserOf((options) => scene.instead?.(stage.moment, options.timestampMs ?? 0) ?? unlucky(analysisOf(stage.shot, options), scene)),
    ...{ calibration: PROFILE, agreementLimits: { m: 0.6 }, drawAction: () => left.shift() ?? 'turn-left' },
  })
  const told = { hints: [] as (Hint | undefined)[], progress: [] as number[] }
  const outcome = await checkIn.run(stage.feed, {
    reference: REFERENCE,
    onPrompt: stage.prompt,
    onHint: (hint) => told.hints.push(hint),
    onProgress: (fraction) => told.progress.push(fraction),
  })
  return { outcome, prompts: stage.prompts, ...told, lastFrame: stage.moment.frame }
}

/** What a check-in came to, in short. */
export interface Essence {
  readonly decision: CheckInOutcome['decision']
  readonly reasons: CheckInOutcome['reasons']
  readonly pad: PadAssessment['outcome']
  readonly hint: PadAssessment['hint']
  /** Those of the layers; fusion's own `layer-undetermined` is left out. */
  readonly why: PadAssessment['reasons']
  readonly compared: 'match' | 'non-match' | undefined
}

/** The essence of an outcome, and that the rest is as in every outcome. */
export function essenceOf({ decision, reasons, pad, comparison, ...rest }: CheckInOutcome): Essence {
  expect(rest).toEqual({
    ...{ assurance: 'client-asserted', calibration: { id: 'test', origin: 'deployment' } },
    ...(rest.quality && { quality: expect.objectContaining({ reasons: expect.any(Array) as unknown }) as unknown }),
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as unknown,
  })
  expect(pad.layers?.map(({ layer }) => layer)).toEqual(PAD_LAYERS)
  expect(pad.reasons.length === 0).toBe(pad.outcome === 'bona-fide')
  const why = pad.reasons.filter((reason) => reason !== 'layer-undetermined')
  return { decision, reasons, pad: pad.outcome, hint: pad.hint, why, compared: comparison?.decision }
}

export const ADMITTED: Essence = { decision: 'admitted', reasons: [], pad: 'bona-fide', hint: undefined, why: [], compared: 'match' }

/** Refused for an accident: it is nobody's attack. */
export const undetermined = (why: Essence['why'], hint: Essence['hint'], compared?: Essence['compared']): Essence => ({
  ...{ decision: 'refused', reasons: ['pad:undetermined'], pad: 'undetermined', hint, why, compared },
})

/** Refused because the challenge never began: the frames gave no occasion, for `reasons`. */
export const neverBegun = (...reasons: CheckInOutcome['reasons']): Essence => ({
  ...{ decision: 'refused', reasons: [...reasons, 'timeout', 'pad:undetermined'], pad: 'undetermined', hint: 'stay-in-view', compared: undefined },
  why: ['challenge-unfinished', 'shape-too-few', 'continuity-too-few', 'passive-too-few'],
})

function unlucky(analysis: Analysis, { mishap }: Scene): Analysis {
  const vector = analysis.embeddings && mishap?.()
  return vector === undefined ? analysis : { ...analysis, embeddings: [{ ...embeddingOf(ANI), vector }] }
}

/** The person of a scene, and the feed that shows them. */
export class Stage {
  readonly #scene: Scene
  readonly prompts: Prompt[] = []
  #shownAt: number | undefined
  #acting: Action | undefined
  moment: Moment = { seconds: 0, frame: 0, asked: 0 }

  constructor(scene: Scene) {
    this.#scene = scene
  }

  readonly prompt = (prompt: Prompt | undefined): void => {
    this.#acting = prompt?.action
    if (prompt === undefined) return
    this.prompts.push(prompt)
    this.#shownAt = this.moment.seconds
  }

  readonly feed: FrameFeed = async (take, signal) => {
    const { fps = 10, seconds = 60, clock = (_moment: Moment, trueMs: number) => trueMs, before } = this.#scene
    for (let frame = 0; frame < seconds * fps && !signal.aborted; frame += 1) {
      const now = frame / fps
      const since = this.#shownAt === undefined ? {} : { since: now - this.#shownAt }
      this.moment = { seconds: now, frame, asked: this.prompts.length, ...since }
      before?.(this.moment)
      await take(PICTURE, clock(this.moment, Math.round(1000 * now)))
    }
  }

  get shot(): Shot {
    const { rest, disturb } = this.#scene
    const posture = { ...AT_REST, ...rest, ...this.#deed() }
    return { posture, person: ANI, picture: this.moment.frame, ...disturb?.(this.moment) }
  }

  /** Half a second after it is shown the action is done, and again while nothing comes of it. */
  #deed(): Partial<Posture> {
    const { holdS = 1.2, does = (asked: Action) => asked } = this.#scene
    const { since } = this.moment
    // Who hears that it is enough goes back to rest as quickly as they came.
    const asked = this.#acting ?? this.prompts.at(-1)?.action
    if (asked === undefined || since === undefined) return {}
    const round = this.#acting === undefined ? since : since % (holdS + 2)
    return ACTED[does(asked)]?.(bump(round, 0.5, 0.5 + holdS)) ?? {}
  }
}
