import type { Purpose } from '@lintas/core/receipt'
import type { OfficePlace, OfflineQueue, Route } from '@lintas/core'
import type { CaptureTask } from './capture-controller.js'
import { LintasDecidedEvent, LintasWaitingEvent } from './events.js'
import type { Ports } from './ports.js'
import { isRelayed, type CaptureState, type Outcome } from './state.js'

/** What an attempt over a relay needs of its element. */
export interface RelayedInputs {
  readonly ports: Ports
  readonly relay: string
  readonly purpose: Purpose
  readonly route: Route | null | undefined
  /** In which office. */
  readonly place?: OfficePlace | undefined
  /** What a check-in is made with where there is no network. */
  readonly offline?: OfflineQueue | undefined
}

/** An attempt that a server decides. It is told neither subject nor reference: the agency knows the one, the server holds the other. */
export function relayedTask({ ports, relay, purpose, route, place, offline }: RelayedInputs): CaptureTask {
  return {
    run: async (analyser, video, options) => {
      const session = ports.createServerCheckIn({ analyser, relay, ...(offline && { offline }) })
      const outcome = await session.run(video, { ...options, purpose, ...(route == null ? {} : { route }), ...(place && { place }) })
      return { ...outcome, at: new Date().toISOString() }
    },
    settle: (outcome) => settledState(outcome, purpose),
    event: (outcome) => {
      if (!isRelayed(outcome)) throw new TypeError('only what a server decided is told as decided')
      return outcome.outcome === 'waiting' ? new LintasWaitingEvent(outcome) : new LintasDecidedEvent(outcome)
    },
  }
}

/** Nothing that this version does not know lets anybody pass, and nobody is admitted by an enrolment. */
export function settledState(outcome: Outcome, purpose: Purpose): CaptureState {
  if (!isRelayed(outcome)) return 'refused'
  switch (outcome.outcome) {
    case 'admitted':
      return purpose === 'check-in' ? 'admitted' : 'refused'
    case 'review':
      return purpose === 'check-in' ? 'pending' : 'refused'
    case 'waiting':
      return purpose === 'check-in' ? 'waiting' : 'refused'
    case 'pending':
      return purpose === 'enrolment' ? 'pending' : 'refused'
    default:
      return 'refused'
  }
}
