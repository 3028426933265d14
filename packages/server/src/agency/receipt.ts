import { createKeySource, keyIdOf, verifyDecision, type DecisionClaims, type KeySource, type Purpose } from '@lintas/core/receipt'
import { notFound } from '../errors/index.js'
import type { Lintas } from './lintas.js'

/** Whose decisions the agency believes. */
export interface Trust {
  /** The server's name. */
  readonly issuer: string
  /** The agency's own: its tenant. */
  readonly audience: string
}

/** Fetches decisions and believes only those that the server has signed, for this agency, on this session, of this subject. */
export interface Receipts {
  /** @throws Fault 404 where nothing was decided; LintasError `receipt-*` where what came is not to be believed */
  verified(sid: string, subjectId: string, purpose: Purpose): Promise<DecisionClaims>
}

/** The one place where the demo agency lets a decision in. */
export function createReceipts(lintas: Pick<Lintas, 'decision' | 'keys'>, trust: Trust): Receipts {
  const keys: KeySource = createKeySource({ fetch: () => lintas.keys() })
  return {
    verified: async (sid, subjectId, purpose) => {
      const jws = await lintas.decision(sid)
      if (jws === undefined) throw notFound('decision')
      const jwks = await keys.get(keyIdOf(jws))
      const { claims } = await verifyDecision(jws, { ...trust, jwks, sid, sub: subjectId, purpose })
      return claims
    },
  }
}
