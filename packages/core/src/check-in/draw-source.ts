import { drawAction, type Action, type Route } from '../liveness/index.js'

/** What whoever draws an action is told. */
export interface DrawRequest {
  readonly route: Route
  /** Actions done, in order. */
  readonly done: readonly Action[]
  /** The action of the step that the new one replaces. */
  readonly failed?: Action
}

/** Draws the next action: a server, or {@link drawHere}. It is asked once an action, and the next is not known before. */
export type DrawAction = (request: DrawRequest) => Action | Promise<Action>

/** Draws in this page, from its cryptographic source: good against a film made beforehand, not against the page's owner. */
export function drawHere({ route, done, failed }: DrawRequest): Action {
  return drawAction(route, done, secureRandom, failed)
}

function secureRandom(): number {
  const [drawn = 0] = crypto.getRandomValues(new Uint32Array(1))
  return drawn / 2 ** 32
}
