export { COMPACT_CALIBRATION, SHIPPED_CALIBRATION, type ServerOutcome } from '@lintas/core'
export { CaptureElement } from './capture-element.js'
export { LintasCheckin } from './checkin.js'
export { LintasEnrolment } from './enrolment.js'
export {
  LintasCancelEvent,
  LintasDecidedEvent,
  LintasEnrolmentEvent,
  LintasErrorEvent,
  LintasHintEvent,
  LintasProgressEvent,
  LintasQueueEvent,
  LintasResultEvent,
  LintasRouteChangeEvent,
  LintasStateChangeEvent,
  LintasWaitingEvent,
  type LintasEventMap,
  type ToldOutcome,
} from './events.js'
export type { ElementReason, MessageKey, Messages } from './message-keys.js'
export { LOCALES, messagesOf, type LocaleName } from './messages.js'
export type { Ports } from './ports.js'
export { CAPTURE_STATES, type CaptureState, type Outcome, type RelayedOutcome } from './state.js'
