import type { CheckInOutcome, EnrolmentOutcome, Hint, LintasError, QueueEntry, Route, ServerOutcome, ToldPad } from '@lintas/core'
import type { CaptureState } from './state.js'

const BUBBLES: EventInit = { bubbles: true, composed: true }

/** The state changed; dispatched after `state` has its new value. */
export class LintasStateChangeEvent extends Event {
  readonly state: CaptureState
  readonly previous: CaptureState

  constructor(state: CaptureState, previous: CaptureState) {
    super('lintas-state-change', BUBBLES)
    this.state = state
    this.previous = previous
  }
}

/** Another hint is shown; undefined when none is. */
export class LintasHintEvent extends Event {
  readonly hint: Hint | undefined

  constructor(hint: Hint | undefined) {
    super('lintas-hint', BUBBLES)
    this.hint = hint
  }
}

/** The download or the capture came further. */
export class LintasProgressEvent extends Event {
  readonly stage: 'download' | 'capture'
  /** 0 to 1, never falling within a stage of one attempt. */
  readonly fraction: number
  /** Downloads only. */
  readonly loadedBytes: number | undefined
  /** Downloads only. */
  readonly totalBytes: number | undefined

  constructor(stage: 'download' | 'capture', fraction: number, bytes?: { readonly loadedBytes: number; readonly totalBytes: number }) {
    super('lintas-progress', BUBBLES)
    this.stage = stage
    this.fraction = fraction
    this.loadedBytes = bytes?.loadedBytes
    this.totalBytes = bytes?.totalBytes
  }
}

/** The person chose which actions may be asked of them; `route` has it already. A page may keep it for them; it is never told why. */
export class LintasRouteChangeEvent extends Event {
  readonly route: Route

  constructor(route: Route) {
    super('lintas-route-change', BUBBLES)
    this.route = route
  }
}

/** A check-in's outcome as a page may know it: of liveness only what it came to, and what to do better. */
export type ToldOutcome = Omit<CheckInOutcome, 'pad'> & { readonly pad: ToldPad }

/** A check-in came to its outcome, admitted or refused. What a browser decides is a claim: see `outcome.assurance`. */
export class LintasResultEvent extends Event {
  readonly outcome: ToldOutcome

  constructor(outcome: ToldOutcome) {
    super('lintas-result', BUBBLES)
    this.outcome = outcome
  }
}

/**
 * An attempt over a relay came to its end; dispatched by both elements, in place of `lintas-result` and `lintas-enrolment`. Whoever owns this browser can
 * dispatch it too: it is the sign to ask one's own backend, which has the server's signed decision under `sid`.
 */
export class LintasDecidedEvent extends Event {
  /** `admitted`, `refused`, `review`, `again` (the network went; the next attempt does without): of a check-in. `pending` (an officer must approve), `refused`: of an enrolment. */
  readonly outcome: ServerOutcome['outcome']
  /** The session, to ask one's own backend for. */
  readonly sid: string
  /** `server-verified`, or `deferred` where there was no network: the server's own answer, as this browser got it. `client-asserted`: the challenge failed here, and the server has seen nothing of it. */
  readonly assurance: ServerOutcome['assurance']

  constructor({ outcome, sid, assurance }: Pick<ServerOutcome, 'outcome' | 'sid' | 'assurance'>) {
    super('lintas-decided', BUBBLES)
    this.outcome = outcome
    this.sid = sid
    this.assurance = assurance
  }
}

/** A check-in is made and waits until it can be sent; once it was, `lintas-decided` tells what it came to, perhaps on another visit of the page. */
export class LintasWaitingEvent extends Event {
  /** The session that the decision will be on. */
  readonly sid: string
  /** ISO 8601, by this device's clock. */
  readonly since: string | undefined

  constructor({ sid, since }: Pick<ServerOutcome, 'sid' | 'since'>) {
    super('lintas-waiting', BUBBLES)
    this.sid = sid
    this.since = since
  }
}

/** What waits on this device for the network changed. */
export class LintasQueueEvent extends Event {
  /** Check-ins that wait, and those that the server did not take (`failed`), oldest first. */
  readonly entries: readonly QueueEntry[]

  constructor(entries: readonly QueueEntry[]) {
    super('lintas-queue', BUBBLES)
    this.entries = entries
  }
}

/** An enrolment came to its outcome. The template is biometric data: hand it to a store that seals it, never to a log. */
export class LintasEnrolmentEvent extends Event {
  readonly outcome: EnrolmentOutcome

  constructor(outcome: EnrolmentOutcome) {
    super('lintas-enrolment', BUBBLES)
    this.outcome = outcome
  }
}

/** A fault ended the attempt; the element shows what to do. */
export class LintasErrorEvent extends Event {
  readonly error: LintasError

  constructor(error: LintasError) {
    super('lintas-error', BUBBLES)
    this.error = error
  }
}

/** The person, or `cancel()`, gave the attempt up. */
export class LintasCancelEvent extends Event {
  /** Where the attempt stood. */
  readonly state: CaptureState

  constructor(state: CaptureState) {
    super('lintas-cancel', BUBBLES)
    this.state = state
  }
}

/** The elements' events by their names. */
export interface LintasEventMap {
  'lintas-state-change': LintasStateChangeEvent
  'lintas-hint': LintasHintEvent
  'lintas-progress': LintasProgressEvent
  'lintas-route-change': LintasRouteChangeEvent
  'lintas-result': LintasResultEvent
  'lintas-decided': LintasDecidedEvent
  'lintas-waiting': LintasWaitingEvent
  'lintas-queue': LintasQueueEvent
  'lintas-enrolment': LintasEnrolmentEvent
  'lintas-error': LintasErrorEvent
  'lintas-cancel': LintasCancelEvent
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- merged into the DOM's map, which must be an interface
  interface HTMLElementEventMap extends LintasEventMap {}
}
