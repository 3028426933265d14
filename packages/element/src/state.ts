import type { AssetProgress, CheckInOutcome, EnrolmentOutcome, Hint, LintasError, Prompt, ServerOutcome } from '@lintas/core'

/** Every state of the elements, in the order of an attempt. */
export const CAPTURE_STATES = [
  'idle', // waits for the tap that shows intent
  'loading', // models are fetched and proven
  'permission', // the browser asks for the camera, or opens it
  'searching', // the camera is on; hints lead to a usable picture
  'holding', // good pictures are being taken
  'acting', // an action of the challenge is asked for; not in an enrolment without a relay
  'comparing', // enough pictures: the rest is computing, here or on the server
  'admitted', // check-in only: the policy let the person pass
  'enrolled', // enrolment without a relay only: a template was made
  'pending', // over a relay only: taken, and waits for an officer
  'waiting', // check-in over a relay only: made, and is sent when the network is back
  'refused', // an outcome: with reasons and a retry
  'error', // a fault: what to do and a retry
] as const

/** One of {@link CAPTURE_STATES}. */
export type CaptureState = (typeof CAPTURE_STATES)[number]

/** What a server answered, and when it arrived, ISO 8601 by this device's clock. */
export type RelayedOutcome = ServerOutcome & { readonly at: string }

/** What either element's attempt ends with. */
export type Outcome = CheckInOutcome | EnrolmentOutcome | RelayedOutcome

/** Whether a server decided. */
export function isRelayed(outcome: Outcome | undefined): outcome is RelayedOutcome {
  return outcome !== undefined && 'sid' in outcome
}

/** Everything the view shows, as plain data: the same snapshot always looks the same. */
export interface Snapshot {
  readonly state: CaptureState
  /** Shown hint, after hysteresis. */
  readonly hint?: Hint
  /** While `acting`. */
  readonly prompt?: Prompt
  /** While `loading`; absent until the sizes are known. */
  readonly download?: AssetProgress
  /** 0 to 1 over the samples wanted, or the actions asked for. */
  readonly progress: number
  /** While `permission`: it was given before, so that the browser asks nothing. */
  readonly granted?: boolean
  readonly outcome?: Outcome
  readonly error?: LintasError
  /** From when on another attempt is taken, ISO 8601 by this device's clock; absent: at once, or not known. */
  readonly retryAt?: string
}

/** Before anything happened. */
export const IDLE: Snapshot = { state: 'idle', progress: 0 }

const CAMERA_STATES = ['searching', 'holding', 'acting', 'comparing'] as const
const BUSY_STATES = ['loading', 'permission', 'searching', 'holding', 'acting', 'comparing'] as const

/** A state of a running attempt. */
export type BusyState = (typeof BUSY_STATES)[number]

/** Whether the camera's picture is shown. */
export function showsCamera(state: CaptureState): boolean {
  return CAMERA_STATES.some((one) => one === state)
}

/** Whether an attempt is going on. */
export function isBusy(state: CaptureState): boolean {
  return BUSY_STATES.some((one) => one === state)
}
