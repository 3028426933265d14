import type { Action, EnrolmentOutcome, ErrorCode, Hint, PadHint, RefusalReason, Route } from '@lintas/core'

/** Why an attempt was refused, over both elements. */
export type ElementReason = RefusalReason | Extract<EnrolmentOutcome, { outcome: 'refused' }>['reasons'][number]

/** Words that belong to no code: titles, leads, buttons. `{name}` marks a value. */
export type UiKey =
  | 'checkin-title'
  | 'checkin-lead'
  | 'checkin-start'
  | 'enrolment-title'
  | 'enrolment-lead'
  | 'enrolment-start'
  | 'loading-title'
  | 'loading-lead'
  | 'loading-bytes'
  | 'loading-label'
  | 'permission-title'
  | 'permission-lead'
  | 'opening-title'
  | 'opening-lead'
  | 'searching-title'
  | 'searching-lead'
  | 'holding-title'
  | 'holding-lead'
  | 'capture-label'
  | 'acting-lead'
  | 'acting-again'
  | 'route-question'
  | 'route-legend'
  | 'route-chosen'
  | 'office-code-label'
  | 'office-code-note'
  | 'office-code-digits'
  | 'office-code-wrong'
  | 'comparing-title'
  | 'comparing-lead'
  | 'relayed-title'
  | 'relayed-lead'
  | 'admitted-title'
  | 'admitted-lead'
  | 'pad-unchecked'
  | 'pad-unchecked-lead'
  | 'enrolled-title'
  | 'enrolled-lead'
  | 'pending-checkin-title'
  | 'pending-checkin-lead'
  | 'pending-enrolment-title'
  | 'pending-enrolment-lead'
  | 'waiting-title'
  | 'waiting-lead'
  | 'queue-waiting'
  | 'queue-failed'
  | 'again-network'
  | 'refused-checkin-title'
  | 'refused-enrolment-title'
  | 'refused-lead'
  | 'refused-unsaid'
  | 'next-wait'
  | 'next-wait-until'
  | 'next-assisted'
  | 'code-line'
  | 'cancel'
  | 'retry'
  | 'done'

/** Every key of a locale. A code that core gains is a compile error in every locale until it has its sentence. */
export type MessageKey =
  | UiKey
  | `hint:${Hint}`
  | `action:${Action}`
  | `route:${Route}`
  | `pad-hint:${PadHint}`
  | `reason:${ElementReason}`
  | `error:${ErrorCode}`
  | `help:${ErrorCode}`

/** A locale: every word that the elements show. */
export type Messages = Readonly<Record<MessageKey, string>>
