import { createCheckIn, type DrawAction, type Template } from '@lintas/core'
import { drawAction, type Action, type LayerEvidence } from '@lintas/core/liveness'
import { createRandom } from '../../src/random.js'
import type { DrawnAttempt, ListedAction, PlayOptions } from '../types.js'
import { nobody } from './nobody.js'
import { Prompter } from './prompter.js'
import { recordedAnalyser, recordedFeed, type RecordedClip } from './recorded.js'

/** Longer than any clip takes: recorded frames come at once. */
const TIMEOUT_MS = 300_000

/** A whole check-in over the clip, asked for its listed actions at their times. @returns the layers' evidence */
export async function playListed(clip: RecordedClip, challenge: readonly ListedAction[], options: PlayOptions): Promise<readonly LayerEvidence[]> {
  const prompter = new Prompter(challenge, options.leadMs)
  return play(clip, options, prompter.draw, (timestampMs) => {
    prompter.tick(timestampMs)
  })
}

/** The clip asked for sequences drawn as a check-in draws them, each action as soon as it is wanted. */
export async function playDrawn(clip: RecordedClip, options: PlayOptions, seed: number): Promise<readonly DrawnAttempt[]> {
  const random = createRandom(seed)
  const attempts: DrawnAttempt[] = []
  for (let index = 0; index < options.draws; index += 1) {
    const asked: Action[] = []
    const layers = await play(clip, options, ({ route, done, failed }) => {
      const action = drawAction(route, done, random.next, failed)
      asked.push(action)
      return action
    })
    attempts.push({ asked, layers })
  }
  return attempts
}

async function play(
  clip: RecordedClip,
  { route }: PlayOptions,
  draw: DrawAction,
  onTime: (timestampMs: number) => void = () => undefined,
): Promise<readonly LayerEvidence[]> {
  // The files' cameras are not known: an empty answer keeps out what the page's own would say.
  const checkIn = createCheckIn({ analyser: recordedAnalyser(clip), drawAction: draw, camera: {}, timeoutMs: TIMEOUT_MS })
  const { pad } = await checkIn.run(recordedFeed(clip, onTime), { reference: referenceFor(clip), route })
  if (pad.layers === undefined) throw new Error('the check-in judged no layers')
  return pad.layers
}

/** The clip's own person: whom it shows is not the question here. */
function referenceFor({ info, analyses }: RecordedClip): Template {
  const unknown = nobody(info.spaces)
  return { ...unknown, embeddings: analyses.find(({ embeddings }) => embeddings !== undefined)?.embeddings ?? unknown.embeddings }
}
