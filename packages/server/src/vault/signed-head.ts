import { signLedgerHead, verifyLedgerHead, type HeadClaims, type HeadExpectation, type ServerKey } from '@lintas/core/receipt'
import { findTenant, ledgerHead, type LedgerHead, type Scope } from '../storage/index.js'
import { localDay } from '../time/index.js'

/** The scope's ledger head as a signed message (`lintas-head+jwt`), for others to keep; `undefined` for no such tenant. */
export async function signHead(scope: Scope, issuer: string, key: ServerKey): Promise<string | undefined> {
  const [tenant, head] = [await findTenant(scope), await ledgerHead(scope)]
  if (tenant === undefined || head === undefined) return undefined
  const claims: HeadClaims = {
    ...{ iss: issuer, tid: tenant.tenantId, day: localDay(tenant.timeZone, scope.now), seq: head.seq },
    ...{ head: Buffer.from(head.rowSha256, 'hex').toString('base64url'), iat: Math.floor(scope.now.getTime() / 1_000) },
  }
  return await signLedgerHead(claims, key)
}

/** A signed head as the ledger's verification compares it. @throws LintasError `receipt-*` */
export async function readHead(jws: string, expectation: HeadExpectation): Promise<LedgerHead> {
  const { tid, seq, head } = (await verifyLedgerHead(jws, expectation)).claims
  return { tenantId: tid, seq, rowSha256: Buffer.from(head, 'base64url').toString('hex') }
}
