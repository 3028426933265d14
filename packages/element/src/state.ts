import type { AssetProgress, CheckInOutcome, EnrolmentOutcome, Hint, LintasError, Prompt } from '@lintas/core'

/** Every state of the elements, in the order of an attempt. */
export const CAPTURE_STATES = [
  'idle', // waits for the tap that shows intent
  'loading', // models are fetched and proven
  'permission', // the browser asks for the camera, or opens it
  'searching', // the camera is on; hints lead to a usable picture
  'holding', // good pictures are being taken
  'acting', // check-in only: an action of the challenge is asked for
  'comparing', // enough pictures: the rest is computing
  'admitted', // check-in only: the policy let the person pass
  'enrolled', // enrolment only: a template was made
  'refused', // an outcome: with reasons and a retry
  'error', // a fault: what to do and a retry
] as const

/** One of {@link CAPTURE_STATES}. */
export type CaptureState = (typeof CAPTURE_STATES)[number]

/** What either element's attempt ends with. */
export type Outcome = CheckInOutcome | EnrolmentOutcome

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
