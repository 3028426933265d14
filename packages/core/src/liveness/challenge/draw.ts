import { type Action, type Route, ROUTE_STEPS, ROUTES, showsShape, turnsHead } from './actions.js'

/**
 * The next action to ask for: uniformly among the route's, never the one asked for just before, and one that turns or nods the head where the
 * route's steps would otherwise end without any: a print satisfies moves, and against it shape is the surest layer. On `no-turn`, which has none, a
 * move takes its place. What is asked beyond the steps (in poor light, where shape must tell) is such an action always.
 * @param done What was completed, in order.
 * @param random Numbers from 0 (included) to 1 (excluded) of a cryptographically secure source; the caller's, so that a server can log its draws.
 * @param failed The action of the step that this one replaces; it is not asked for again at once, unless no other is left.
 * @throws RangeError when `random` gives something else
 */
export function drawAction(route: Route, done: readonly Action[], random: () => number, failed?: Action): Action {
  const steps = ROUTE_STEPS[route]
  const tells = ROUTES[route].some(turnsHead) ? turnsHead : showsShape
  const shapeIsDue = done.length >= steps || (done.length === steps - 1 && !done.some(tells))
  const others = ROUTES[route].filter((action) => action !== done.at(-1) && (!shapeIsDue || tells(action)))
  const unfailed = others.filter((action) => action !== failed)
  // Where one action only is left, the one that failed is asked for again.
  const open = unfailed.length > 0 ? unfailed : others
  const drawn = random()
  const action = drawn >= 0 && drawn < 1 ? open[Math.floor(drawn * open.length)] : undefined
  if (action === undefined) throw new RangeError(`random must give a number from 0 to below 1, not ${drawn}`)
  return action
}
