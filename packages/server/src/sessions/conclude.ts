import { randomId, signDecision, type DecisionOutcome } from '@lintas/core/receipt'
import { ledgerHead, LIMIT_POLICY, limitState, type LedgerHead, type Scope, type Session } from '../storage/index.js'
import type { SessionParts } from './ports.js'

/** What the browser is told, and nothing more. */
export interface CheckInAnswer {
  readonly outcome: DecisionOutcome
  /** What would help; never a layer, a score, or whether it was a non-match or an attack. */
  readonly hint?: string
  /** What the person does next: nothing, try again, wait for an officer's answer, or see an officer. */
  readonly next: 'done' | 'again' | 'wait' | 'assisted'
}

/** What the person does next, after the attempt was counted. */
export async function nextOf(scope: Scope, subjectId: string, outcome: DecisionOutcome): Promise<CheckInAnswer['next']> {
  if (outcome === 'admitted') return 'done'
  if (outcome === 'review') return 'wait'
  return (await limitState(scope, subjectId)).failures >= LIMIT_POLICY.assistedAfter ? 'assisted' : 'again'
}

/** The decision as the agency gets it, signed. A refusal stands at the ledger's last row, an admission at its own. */
export async function decisionOf(
  scope: Scope,
  parts: SessionParts,
  session: Session,
  outcome: DecisionOutcome,
  recorded: LedgerHead | undefined,
): Promise<string> {
  const head = recorded ?? (await ledgerHead(scope))
  if (head === undefined) throw new TypeError('the tenant has no ledger')
  const at = Math.floor(scope.now.getTime() / 1_000)
  const { sid, subjectId, purpose, tenantId } = session
  return await signDecision(
    {
      ...{ iss: parts.issuer, aud: tenantId, sid, sub: subjectId, purpose, outcome, assurance: 'server-verified', at },
      ...{ seq: head.seq, head: Buffer.from(head.rowSha256, 'hex').toString('base64url'), jti: randomId(), iat: at },
    },
    parts.signing().key,
  )
}
