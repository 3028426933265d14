/** What a person can be asked to do; left and right are their own. Smiling is not among them: a photo that smiles already has done it. */
export const ACTIONS = ['turn-left', 'turn-right', 'look-up', 'look-down', 'blink', 'open-mouth', 'move-closer', 'move-back'] as const

/** One of {@link ACTIONS}. */
export type Action = (typeof ACTIONS)[number]

/** Whether a head that does this moves as a flat picture cannot: it turns, or its perspective changes. */
export function showsShape(action: Action): boolean {
  return action !== 'blink' && action !== 'open-mouth'
}

/** Whether the head turns or nods: what the shape layer judges. Of moves closer and back it can tell next to nothing (docs/evaluation/shape.json). */
export function turnsHead(action: Action): boolean {
  return action === 'turn-left' || action === 'turn-right' || action === 'look-up' || action === 'look-down'
}

/** Which actions may be asked of a person who cannot do the others. */
export type Route = 'standard' | 'no-blink' | 'no-turn' | 'no-mouth' | 'distance'

/**
 * The actions of each route. All end in the same verdict; a person chooses without giving a reason. `no-turn` is for whom the head does not turn
 * or nod, `distance` for whom neither the face moves nor the head turns to the sides.
 */
export const ROUTES: Readonly<Record<Route, readonly Action[]>> = {
  standard: ACTIONS,
  'no-blink': ACTIONS.filter((action) => action !== 'blink'),
  'no-turn': ['blink', 'open-mouth', 'move-closer', 'move-back'],
  'no-mouth': ACTIONS.filter((action) => action !== 'open-mouth'),
  distance: ['look-up', 'look-down', 'move-closer', 'move-back'],
}

/**
 * Actions that each route asks for. Who records every sequence beforehand needs more clips the more there are, and an attacker may choose the
 * route too: three steps make 356 sequences (`standard`), 240 (`no-blink`, `no-mouth`), but 34 of four actions only. Five steps of those
 * make 322 and 322: so all routes are worth about the same (the likeliest sequence comes once in 168 to 224 draws).
 */
export const ROUTE_STEPS: Readonly<Record<Route, number>> = { standard: 3, 'no-blink': 3, 'no-mouth': 3, 'no-turn': 5, distance: 5 }
