import { type Action, type Route, ROUTES, showsShape } from './actions.js'
import { STEPS } from './limits.js'

/**
 * The next action to ask for: uniformly among the route's, never the one asked for just before, and one that shows shape where the three would
 * otherwise end without any.
 * @param done What was completed, in order.
 * @param random Numbers from 0 (included) to 1 (excluded) of a cryptographically secure source; the caller's, so that a server can log its draws.
 * @param failed The action of the step that this one replaces; it is not asked for again at once.
 * @throws RangeError when `random` gives something else
 */
export function drawAction(route: Route, done: readonly Action[], random: () => number, failed?: Action): Action {
  const before = failed ?? done.at(-1)
  const shapeIsDue = done.length >= STEPS - 1 && !done.some(showsShape)
  const open = ROUTES[route].filter((action) => action !== before && action !== done.at(-1) && (!shapeIsDue || showsShape(action)))
  const drawn = random()
  const action = drawn >= 0 && drawn < 1 ? open[Math.floor(drawn * open.length)] : undefined
  if (action === undefined) throw new RangeError(`random must give a number from 0 to below 1, not ${drawn}`)
  return action
}
