import { randomId, signDecision, type DecisionClaims, type DecisionOutcome } from '@lintas/core/receipt'
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

/** What a session's outcome is worth. */
export const assuranceOf = ({ packIssuedAt }: Session): 'server-verified' | 'deferred' => (packIssuedAt === null ? 'server-verified' : 'deferred')

/**
 * Between which moments of the server's clock a check-in without a network was made: its pack was issued, its commitments were received. `undefined` for
 * any other. What the device's clock says has no part in it.
 */
export const intervalOf = ({ packIssuedAt, createdAt }: Session): readonly [Date, Date] | undefined =>
  packIssuedAt === null ? undefined : [packIssuedAt, createdAt]

/** What is told of a decision besides its session. */
interface Concluded {
  readonly outcome: DecisionOutcome
  /** The row of the record; absent where nothing was recorded. */
  readonly recorded: LedgerHead | undefined
  /** It was a review, of this moment, and an officer settled it. */
  readonly settled?: { readonly at: Date }
}

/** The decision as the agency gets it, signed. A refusal stands at the ledger's last row, an admission at its own. */
export async function decisionOf(
  scope: Scope,
  parts: Pick<SessionParts, 'issuer' | 'signing'>,
  session: Session,
  { outcome, recorded, settled }: Concluded,
): Promise<string> {
  const head = recorded ?? (await ledgerHead(scope))
  if (head === undefined) throw new TypeError('the tenant has no ledger')
  const iat = seconds(scope.now)
  const { sid, subjectId, purpose, tenantId } = session
  const facts = {
    ...{ iss: parts.issuer, aud: tenantId, sid, sub: subjectId, purpose, outcome },
    ...{ seq: head.seq, head: Buffer.from(head.rowSha256, 'hex').toString('base64url'), jti: randomId(), iat },
    ...(settled === undefined ? {} : { settled: 'officer' as const }),
  }
  const [from, to] = intervalOf(session) ?? []
  const claims: DecisionClaims =
    from === undefined || to === undefined
      ? { ...facts, assurance: 'server-verified', at: settled === undefined ? iat : seconds(settled.at) }
      : { ...facts, assurance: 'deferred', interval: [seconds(from), seconds(to)] }
  return await signDecision(claims, parts.signing().key)
}

const seconds = (instant: Date): number => Math.floor(instant.getTime() / 1_000)
