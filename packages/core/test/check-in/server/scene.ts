import { evidenceRegion } from '../../../src/alignment/index.js'
import {
  createServerCheckIn,
  type FrameFeed,
  type Hint,
  type Prompt,
  type ServerCheckInRun,
  type ServerOutcome,
} from '../../../src/check-in/index.js'
import type { Action } from '../../../src/liveness/index.js'
import type { Analyser, AnalyseOptions, Analysis } from '../../../src/worker/index.js'
import { analysisOf } from '../computed-person.js'
import { Stage, analyserOf, type Scene } from '../staged.js'
import { FakeRelay, RELAY, keysInMemory, type FakeRelayOptions } from './fake-relay.js'

const ACTIONS: readonly Action[] = ['turn-left', 'open-mouth', 'turn-right']

/** What a scene over a relay came to. */
export interface Relayed {
  readonly relay: FakeRelay
  readonly outcome?: ServerOutcome
  readonly fault?: unknown
  readonly prompts: readonly Prompt[]
  readonly hints: readonly (Hint | undefined)[]
  readonly phases: readonly string[]
  /** Frames that were asked for as evidence. */
  readonly evidenceAsked: number
}

/** An analysis with a picture of nothing, where evidence was asked for. */
export function withEvidence(analysis: Analysis, options: AnalyseOptions): Analysis {
  const [face] = analysis.faces
  const cut = face && evidenceRegion(face.box, analysis.width, analysis.height)
  if (options.evidence !== true || cut === undefined || analysis.faces.length !== 1) return analysis
  const { timestampMs } = analysis
  const jpeg = new Uint8Array([0xff, 0xd8, 0xff, ...new TextEncoder().encode(`picture at ${timestampMs}`)])
  return { ...analysis, evidence: { timestampMs, ...cut, jpeg } }
}

/** Plays a check-in of somebody who does what a fake server asks. */
export async function relayed(
  scene: Scene = {},
  options: Partial<FakeRelayOptions> & { readonly run?: ServerCheckInRun; readonly analyser?: (analyser: Analyser) => Analyser } = {},
): Promise<Relayed> {
  const stage = new Stage({ seconds: 110, ...scene })
  const relay = new FakeRelay({ actions: ACTIONS, ...options })
  let evidenceAsked = 0
  const told = { hints: [] as (Hint | undefined)[], phases: [] as string[] }
  const analyser = analyserOf((asked) => {
    if (asked.evidence === true) evidenceAsked += 1
    return withEvidence(analysisOf(stage.shot, asked), asked)
  })
  const session = createServerCheckIn({
    ...{ analyser: options.analyser?.(analyser) ?? analyser, relay: RELAY, deviceKeys: keysInMemory() },
    ...{ agreementLimits: { m: 0.6 }, fetch: relay.fetch },
  })
  // Signing takes real time, of which computed frames take none.
  const feed: FrameFeed = (take, signal) =>
    stage.feed(async (picture, timestampMs) => {
      await take(picture, timestampMs)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }, signal)
  const running = session.run(feed, {
    ...{ onPrompt: stage.prompt, onHint: (hint) => told.hints.push(hint), onPhase: (phase) => told.phases.push(phase) },
    ...options.run,
  })
  const ending = await running.then(
    (outcome) => ({ outcome }),
    (fault: unknown) => ({ fault }),
  )
  return { relay, prompts: stage.prompts, ...told, evidenceAsked, ...ending }
}
