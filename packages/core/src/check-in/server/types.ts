import type { InjectionFacts, PadHint, PadPolicy, PadPreset, Route } from '../../liveness/index.js'
import type { QualityReason } from '../../quality/index.js'
import type { DeviceKeys, Purpose } from '../../receipt/index.js'
import type { AgreementLimits } from '../../reference/index.js'
import type { OfflineQueue } from '../queue/offline-queue.js'
import type { FrameFeed } from '../session.js'
import type { Assurance, RunOptions, SessionOptions } from '../types.js'

/** Options of `createServerCheckIn`. */
export interface ServerCheckInOptions extends SessionOptions {
  /** Where the agency has mounted its relay, on the page's own origin, e.g. `/lintas-api/`. In Node an absolute URL. */
  readonly relay: string | URL
  /** The key of this device. Default: the one that IndexedDB keeps, made at the first session. */
  readonly deviceKeys?: DeviceKeys
  /** What is known of the camera, for sources that are no video. Default: what the video's own camera says. */
  readonly camera?: InjectionFacts
  /** For the browser's own assessment, which is told to the server as a claim and decides nothing. Default `standard`. */
  readonly policy?: PadPreset | PadPolicy
  /** The least cosine of two frames of one session, by space, for spaces of one's own models. Default: the measured ones. */
  readonly agreementLimits?: AgreementLimits
  /**
   * What check-ins without a network are made with, and where they wait. Default: none; where the network is missing a check-in then fails. Enrolments
   * are never made without a network.
   */
  readonly offline?: OfflineQueue
  /** For tests and unusual hosts. Default: the platform's. */
  readonly fetch?: typeof globalThis.fetch
}

/** What the person does next: nothing, try again, wait for somebody else, or see an officer. */
export type NextAct = 'done' | 'again' | 'wait' | 'assisted'

/** What a server's answer comes to. It tells no score and no layer; a non-match and an attack look alike. */
export interface ServerOutcome {
  /**
   * `review`: an officer decides; `pending`: an enrolment that an officer has to approve. With a queue besides: `waiting`, everything is done and is
   * sent when the network is back; `again`, the network went while actions were asked for, and the next run does without.
   */
  readonly outcome: 'admitted' | 'refused' | 'review' | 'pending' | 'waiting' | 'again'
  /** What would help. One of a later version may come too. */
  readonly hint?: PadHint | QualityReason
  readonly next?: NextAct
  readonly sid: string
  /** Why it is to be done `again`. */
  readonly reason?: 'network'
  /** Since when it is `waiting`: ISO 8601, by this device's clock. */
  readonly since?: string
  /** Of a `pending` enrolment. */
  readonly enrolmentId?: string
  /**
   * `server-verified` for the server's own answer; `client-asserted` for a challenge that failed here, of which the server has seen no evidence, and
   * for one that is `waiting` in a session of the server's; `deferred` for one that was made without a network.
   */
  readonly assurance: Assurance
}

/** Where somebody is, as they say. The server looks at the code, and at the address that they come from. */
export interface OfficePlace {
  /** Id of an office of the agency. */
  readonly office: string
  /** The six digits that the office's screen shows now. A wrong one counts as an attempt. */
  readonly code?: string
}

/** What a server-verified check-in or enrolment runs on. Whom it is about the agency's relay knows by its own login. */
export interface ServerCheckInRun extends RunOptions {
  /** Default `check-in`. */
  readonly purpose?: Purpose
  /** Which actions may be asked for; the person chooses. Default `standard`. */
  readonly route?: Route
  /** In which office. Told when the session is opened, and nowhere where there is no network. Default: the relay knows, or nobody does. */
  readonly place?: OfficePlace
}

/** A check-in or an enrolment that a server verifies and decides. */
export interface ServerCheckIn {
  /**
   * Leads the person before `source` through the actions that the server asks for, commits to what was seen step by step, and sends the frames that
   * the server wants to see. Where the challenge fails here, it is refused and nothing is sent.
   * @throws TypeError that names a wrong option
   * @throws LintasError `server-*`, `server-place` for an office or a code that is not taken, `attempts-limited`, `store-*` for the device's key, and the faults of a check-in; the signal's reason when aborted
   */
  run(source: HTMLVideoElement | FrameFeed, options?: ServerCheckInRun): Promise<ServerOutcome>
}
