/** What a person can be asked to do; left and right are their own. Smiling is not among them: a photo that smiles already has done it. */
export const ACTIONS = ['turn-left', 'turn-right', 'look-up', 'look-down', 'blink', 'open-mouth', 'move-closer', 'move-back'] as const

/** One of {@link ACTIONS}. */
export type Action = (typeof ACTIONS)[number]

/** Whether a head that does this moves as a flat picture cannot: it turns, or its perspective changes. */
export function showsShape(action: Action): boolean {
  return action !== 'blink' && action !== 'open-mouth'
}

/** Which actions may be asked of a person who cannot do the others. */
export type Route = 'standard' | 'no-blink' | 'no-turn' | 'no-mouth' | 'distance'

/**
 * The actions of each route. All end in the same verdict; a person chooses without giving a reason. `no-turn` is for whom the head does not turn
 * or nod, `distance` for whom neither the face moves nor the head turns to the sides.
 *
 * Who records every sequence beforehand needs more clips the more actions there are: 3 steps make 390 sequences (`standard`), 252 (`no-blink`,
 * `no-mouth`), 34 (`no-turn`) and 36 (`distance`). An attacker may choose the route too, so a guess is worth 1 in 34, not 1 in 390.
 */
export const ROUTES: Readonly<Record<Route, readonly Action[]>> = {
  standard: ACTIONS,
  'no-blink': ACTIONS.filter((action) => action !== 'blink'),
  'no-turn': ['blink', 'open-mouth', 'move-closer', 'move-back'],
  'no-mouth': ACTIONS.filter((action) => action !== 'open-mouth'),
  distance: ['look-up', 'look-down', 'move-closer', 'move-back'],
}
