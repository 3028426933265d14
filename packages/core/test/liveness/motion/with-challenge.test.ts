import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ACTIONS,
  type Action,
  type ChallengeState,
  GAP_LIMIT_MS,
  NEW_CHALLENGE,
  challengeStep,
  drawAction,
  showsShape,
} from '../../../src/liveness/challenge/index.js'
import { NEW_MOTION, watchMotion } from '../../../src/liveness/motion/index.js'
import { type Pose, bump, sampleAt } from './person.js'

const LOOKS: Readonly<Record<Action, (much: number) => Partial<Pose>>> = {
  'turn-left': (much) => ({ yaw: 25 * much }),
  'turn-right': (much) => ({ yaw: -25 * much }),
  'look-up': (much) => ({ pitch: 20 * much }),
  'look-down': (much) => ({ pitch: -20 * much, eyes: 0.3 * (1 - 0.6 * much) }),
  blink: (much) => ({ eyes: 0.3 * (1 - 0.85 * much) }),
  'open-mouth': (much) => ({ mouth: 0.01 + 0.5 * much }),
  'move-closer': (much) => ({ distanceCm: 45 * (1 - 0.3 * much) }),
  'move-back': (much) => ({ distanceCm: 45 * (1 + 0.4 * much) }),
}

/** Who acts: told the action that stands on the screen and since when (seconds), they say how they look now. */
type Actor = (now: number, shown: { action: Action; since: number } | undefined) => Partial<Pose>

/** Does what is shown, half a second later, for a second and a half. */
const honest: Actor = (now, shown) => (shown === undefined ? {} : LOOKS[shown.action](bump(now, shown.since + 0.6, shown.since + 2.4)))

/** Somebody's film: the actions one after the other from the moment the first is shown, whatever is asked. */
function replay(recorded: readonly Action[], everyS: number): Actor {
  let start: number | undefined
  return (now, shown) => {
    if (shown !== undefined) start ??= shown.since
    if (start === undefined) return {}
    const nth = Math.floor((now - start) / everyS)
    const action = recorded[nth]
    const from = start + nth * everyS
    return action === undefined ? {} : LOOKS[action](bump(now, from + 0.6, from + 2.4))
  }
}

/** A whole challenge before a camera of `fps`: an action is shown once the person rests, `pauseS` after the one before. */
function attempt(actor: Actor, asked: readonly Action[], fps: number, pauseS = 0.5): ChallengeState {
  let [motion, challenge, shown]: [typeof NEW_MOTION, ChallengeState, { action: Action; since: number } | undefined] = [
    NEW_MOTION,
    NEW_CHALLENGE,
    undefined,
  ]
  let [drawn, calmSince, resting] = [0, 0, false]
  for (let frame = 0; frame < 60 * fps; frame += 1) {
    const now = frame / fps
    const timestampMs = 1000 * now
    const watched = watchMotion(motion, sampleAt(now, actor(now, shown)))
    motion = watched.state
    if (challenge.phase === 'idle' && watched.sees.neutral) challenge = challengeStep(challenge, { type: 'begin', timestampMs })
    challenge = challengeStep(challenge, { type: 'observe', timestampMs, sees: watched.sees })
    if (challenge.phase === 'passed' || challenge.phase === 'failed') break
    if (challenge.phase === 'waiting' && !resting) [calmSince, resting, shown] = [now, true, undefined]
    const action = asked[drawn]
    if (challenge.phase === 'waiting' && now - calmSince >= pauseS && action !== undefined) {
      challenge = challengeStep(challenge, { type: 'reveal', timestampMs, action })
      shown = { action, since: now }
      drawn += 1
      resting = false
    }
  }
  return challenge
}

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
/** Five actions, as many as an attempt with one replacement and one more can ask for. */
const sequence = fc.array(random, { minLength: 5, maxLength: 5 }).map((numbers) => {
  const done: Action[] = []
  for (const number of numbers) done.push(drawAction('standard', done, () => number))
  return done
})

describe('a person before the camera', () => {
  it('passes by doing what is shown, whatever is drawn, at 3 to 30 frames a second', () => {
    fc.assert(
      fc.property(sequence, fc.constantFrom(3, 5, 9, 15, 30), fc.double({ min: 0.4, max: 3, noNaN: true }), (asked, fps, pauseS) => {
        const end = attempt(honest, asked, fps, pauseS)
        expect(end).toMatchObject({ phase: 'passed' })
        expect(end.phase === 'passed' && end.done.map(({ action }) => action)).toEqual(asked.slice(0, 3))
        expect(end).not.toHaveProperty('fault')
      }),
      { numRuns: 150 },
    )
  })

  it('fails below one frame in two seconds: nobody knows what happens in between', () => {
    const frames = [0, 1, 2, 3].map((nth) => 1000 + nth * (GAP_LIMIT_MS + 1))
    let state = challengeStep(NEW_CHALLENGE, { type: 'begin', timestampMs: 1000 })
    for (const timestampMs of frames) state = challengeStep(state, { type: 'observe', timestampMs, sees: { faces: 1, neutral: true } })
    expect(state).toMatchObject({ phase: 'failed', reason: 'clock-jumped' })
  })
})

describe('a film of somebody', () => {
  it('passes when it shows the same actions in the same order at the same pace, which this layer cannot tell from the person', () => {
    expect(attempt(replay(['turn-left', 'blink', 'look-up'], 3.2), ['turn-left', 'blink', 'look-up'], 15, 0.8)).toMatchObject({ phase: 'passed' })
  })

  it('never passes with three actions in another order, in 200 draws', () => {
    const started: string[] = []
    fc.assert(
      fc.property(sequence, sequence, fc.double({ min: 2.6, max: 6, noNaN: true }), (recorded, asked, everyS) => {
        fc.pre(asked.slice(0, 3).join() !== recorded.slice(0, 3).join())
        const end = attempt(replay(recorded.slice(0, 3), everyS), asked, 10)
        started.push(end.phase)
        expect(end.phase).not.toBe('passed')
      }),
      { numRuns: 200 },
    )
    expect(started).toHaveLength(200)
  })

  it('ends at the second wrong action when it shows all of them in turn', () => {
    const all = ACTIONS.filter(showsShape)
    expect(attempt(replay(all, 3), ['look-down', 'look-up', 'turn-left'], 15)).toMatchObject({ phase: 'failed', done: [] })
  })
})
