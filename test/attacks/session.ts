import { turnsHead } from '../../packages/core/src/liveness/challenge/index.js'
import { randomOf } from './random.js'
import { ACTIONS, type Action, type ScriptedAction } from './types.js'

/** Before the first action: the neutral face. */
const LEAD_MS = 1500
/** From one action to the next. */
const EVERY_MS = 2500
/** Long enough for a camera that gives three frames a second. */
const HOLD_MS = 1200

/** A challenge of three unlike actions, drawn by the seed; one of them turns or nods the head, as in every challenge that a check-in draws. */
export function drawnSession(seed: number): readonly ScriptedAction[] {
  const random = randomOf(seed, 5)
  const left: Action[] = [...ACTIONS]
  const first = [0, 1].map(() => left.splice(random.below(left.length), 1)[0]!)
  const open = first.some(turnsHead) ? left : left.filter(turnsHead)
  return sessionOf([...first, open[random.below(open.length)]!])
}

/** The actions one after another, each held 1.2 s, with a neutral face between. */
export function sessionOf(actions: readonly Action[]): readonly ScriptedAction[] {
  return actions.map((action, index) => ({ action, startMs: LEAD_MS + index * EVERY_MS, holdMs: HOLD_MS }))
}

/** How long a session lasts, seconds. */
export const secondsOf = (actions: readonly ScriptedAction[]): number => (LEAD_MS + Math.max(1, actions.length) * EVERY_MS) / 1000

/** As lists of clips have it: `turn-left@1500 blink@4000`, milliseconds from the first frame; without the time where none is known. */
export function challengeText(actions: readonly (Pick<ScriptedAction, 'action'> & Partial<ScriptedAction>)[]): string {
  return actions.map(({ action, startMs }) => (startMs === undefined ? action : `${action}@${startMs}`)).join(' ')
}
