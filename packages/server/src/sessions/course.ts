import { randomInt } from 'node:crypto'
import { drawAction, ROUTE_STEPS, type Action, type Route } from '@lintas/core/liveness'
import { MAX_STEPS } from '@lintas/core/receipt'

/** What the course of a session reads of a step that was taken. */
export interface TakenStep {
  readonly action: Action
  /** It was done: its message says which frame shows it. */
  readonly done: boolean
  /** The light was too poor for the passive layer so far. */
  readonly dark: boolean
}

/** Where a session stands after its steps. */
export type Course =
  /** Another action is to be asked for. `failed`: the one that it replaces. */
  | { readonly kind: 'more'; readonly failed?: Action }
  | { readonly kind: 'complete' }
  /** Two steps were not done: there is nothing more to ask for, and nobody is admitted. */
  | { readonly kind: 'failed' }

/** What comes after these steps: one replacement of a step that was not done, one step more where it is dark, and never more than `MAX_STEPS`. */
export function courseOf(route: Route, taken: readonly TakenStep[]): Course {
  const undone = taken.filter(({ done }) => !done)
  if (undone.length > 1) return { kind: 'failed' }
  const needed = ROUTE_STEPS[route] + (taken.some(({ dark }) => dark) ? 1 : 0)
  if (taken.length - undone.length >= needed) return { kind: 'complete' }
  if (taken.length >= MAX_STEPS) return { kind: 'failed' }
  const last = taken.at(-1)
  return last === undefined || last.done ? { kind: 'more' } : { kind: 'more', failed: last.action }
}

/** The next action, by the CSPRNG. */
export function drawNext(route: Route, taken: readonly TakenStep[], failed?: Action): Action {
  const done = taken.filter((step) => step.done).map(({ action }) => action)
  return drawAction(route, done, secureRandom, failed)
}

const BITS_48 = 2 ** 48 - 1

function secureRandom(): number {
  return randomInt(BITS_48) / BITS_48
}
