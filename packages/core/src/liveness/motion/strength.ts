import type { Action } from '../challenge/index.js'
import { CLOSER, MOUTH_OPEN, MOVE_POSE_DEG, TURN_DEG } from './limits.js'
import type { Deviation } from './types.js'

/** How clearly a deviation shows each action that leads away from rest: 1 at its limit, more beyond. A blink leads nowhere, and is not among them. */
export function actionStrengths({ turn, look, distance, mouth }: Deviation): readonly (readonly [Action, number])[] {
  const near = Math.log(distance) / Math.log(CLOSER)
  const moves = Math.hypot(turn, look) <= MOVE_POSE_DEG
  return [
    ['turn-left', turn / TURN_DEG],
    ['turn-right', -turn / TURN_DEG],
    ['look-up', look / TURN_DEG],
    ['look-down', -look / TURN_DEG],
    ['open-mouth', mouth / MOUTH_OPEN],
    ['move-closer', moves ? near : 0],
    ['move-back', moves ? -near : 0],
  ]
}

/** How clearly `deviation` shows `action`; undefined for a blink. */
export function actionStrength(action: Action, deviation: Deviation): number | undefined {
  return actionStrengths(deviation).find(([name]) => name === action)?.[1]
}
