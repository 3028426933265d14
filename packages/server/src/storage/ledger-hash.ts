import { sha256 } from './hashing.js'

/** A row of the chain. It says nothing of anybody: the commitment is salted. */
export interface LedgerRow {
  readonly tenantId: string
  /** From 1, without a gap. */
  readonly seq: number
  /** {@link rowHash} of the row before; {@link genesisHash} for the first. */
  readonly prevSha256: string
  readonly commitmentSha256: string
}

/** The last row of a chain, as it is handed to others so that they can hold us to it. */
export interface LedgerHead {
  readonly tenantId: string
  /** 0 for an empty chain. */
  readonly seq: number
  readonly rowSha256: string
}

/** What the first row of a tenant's chain follows. */
export const genesisHash = (tenantId: string): string => sha256(`lintas-ledger/1\n${tenantId}`)

/** SHA-256 of the salt's 32 bytes followed by the record's UTF-8. @param salt lower-case hex */
export const commitmentHash = (salt: string, body: string): string => sha256(Buffer.from(salt, 'hex'), body)

/** SHA-256 of `lintas-ledger/1`, tenant, seq, prev and commitment, a line each. */
export function rowHash({ tenantId, seq, prevSha256, commitmentSha256 }: LedgerRow): string {
  return sha256(`lintas-ledger/1\n${tenantId}\n${seq}\n${prevSha256}\n${commitmentSha256}`)
}

/** JSON with sorted keys and no blanks: one text for one value, whatever order it was put together in. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (part === null || typeof part !== 'object' || Array.isArray(part)) return part
    return Object.fromEntries(Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1)))
  })
}
