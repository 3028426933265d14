import type { LocaleName, MessageValues } from './messages.js'
import { clockTime, messagesOf } from './messages.js'
import type { ElementReason, MessageKey } from './message-keys.js'
import { isRelayed, type Outcome, type RelayedOutcome } from './state.js'

/** Reasons shown at once: the most telling ones; more are not acted on. */
const REASONS_SHOWN = 3

/** A sentence of why, or of what to do, and the code behind it. */
export interface Advice {
  readonly code: string
  readonly key: MessageKey
  readonly values?: MessageValues
}

/** What a refusal says, the most telling first. */
export function adviceOf(outcome: Outcome | undefined): readonly Advice[] {
  if (isRelayed(outcome)) return relayedAdvice(outcome)
  const hint = padHintOf(outcome)
  return [
    ...reasonsOf(outcome).map((reason) => ({ code: reason, key: `reason:${reason}` as const })),
    ...(hint === undefined ? [] : [{ code: hint, key: hint }]),
  ]
}

/** Whether there is any use in trying again now. */
export function mayRetry(outcome: Outcome | undefined): boolean {
  return !isRelayed(outcome) || (outcome.next !== 'wait' && outcome.next !== 'assisted')
}

/** From when on another attempt is taken. */
export function waitAdvice(retryAt: string, locale: LocaleName): Advice {
  return { code: 'wait', key: 'next-wait-until', values: { time: clockTime(retryAt, locale) } }
}

/** Whether the policy let somebody pass whose liveness nobody has established. */
export function passedUnchecked(outcome: Outcome | undefined): boolean {
  return outcome !== undefined && 'decision' in outcome && outcome.decision === 'admitted' && outcome.pad.outcome !== 'bona-fide'
}

/** Why a browser's own outcome refuses, most telling first; empty for any other. */
function reasonsOf(outcome: Outcome | undefined): readonly ElementReason[] {
  if (outcome === undefined || !('reasons' in outcome)) return []
  return outcome.reasons.slice(0, REASONS_SHOWN)
}

/** What the person can do better, where liveness stayed open. */
function padHintOf(outcome: Outcome | undefined): MessageKey | undefined {
  const hint = outcome !== undefined && 'decision' in outcome && outcome.decision === 'refused' ? outcome.pad.hint : undefined
  return hint && `pad-hint:${hint}`
}

function relayedAdvice(outcome: RelayedOutcome): readonly Advice[] {
  if (outcome.outcome === 'again') return [{ code: 'network', key: 'again-network' }]
  // Who is sent to the officer is not to look for better light first.
  if (outcome.next === 'assisted' && outcome.hint === undefined) return nextAdvice(outcome)
  return [hintAdvice(outcome), ...nextAdvice(outcome)]
}

/** A server tells a hint or nothing: why it refused is not the browser's to know. */
function hintAdvice({ hint }: RelayedOutcome): Advice {
  if (hint === undefined) return { code: 'refused', key: 'refused-unsaid' }
  const keys = [`pad-hint:${hint}`, `reason:quality:${hint}`] as MessageKey[]
  return { code: hint, key: keys.find((key) => key in messagesOf('id')) ?? 'refused-unsaid' }
}

function nextAdvice({ next }: RelayedOutcome): readonly Advice[] {
  if (next === 'wait') return [{ code: 'wait', key: 'next-wait' }]
  return next === 'assisted' ? [{ code: 'assisted', key: 'next-assisted' }] : []
}
