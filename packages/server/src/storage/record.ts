/** Somebody was there. */
export interface AttendanceRecord {
  readonly kind: 'attendance'
  readonly subjectId: string
  /** ISO 8601, by the server's clock; of a deferred one the time it was received. */
  readonly occurredAt: string
  readonly direction: 'arrival' | 'departure'
  readonly assurance: string
  /** The session; of an attested one the attestation's id. */
  readonly sid: string
  /** Of an attested one, and of one that was a review: the officers who vouch for it, and why. */
  readonly authors?: readonly [officer: string] | readonly [officer: string, second: string]
  readonly reason?: string
  /** Of an attested one: when it was attested, ISO 8601; `occurredAt` is what they say. */
  readonly attestedAt?: string
  /** Of one that was a review: when it was accepted, ISO 8601. Time and assurance are the check-in's own. */
  readonly acceptedAt?: string
  /** Of a deferred one: when its nonce was issued. It happened between that and `occurredAt`. */
  readonly notBefore?: string
  readonly place?: string
  /** What the place rests on. Absent with a place: somebody's word. */
  readonly placeBy?: 'kiosk' | 'egress' | 'code' | 'claim'
}

/** What two people say of an earlier record. The earlier one stays as it was. */
export interface CorrectionRecord {
  readonly kind: 'correction'
  readonly subjectId: string
  /** When it was corrected, ISO 8601. */
  readonly occurredAt: string
  /** The `seq` of what is corrected. */
  readonly corrects: number
  readonly reason: string
  /** Two actor ids, unlike each other and unlike the subject. */
  readonly authors: readonly [string, string]
  /** What holds instead; `null`: the record does not count. */
  readonly instead: { readonly occurredAt: string; readonly direction: 'arrival' | 'departure' } | null
}

/** Says which records were erased, so that their absence has a reason. Never erased itself. */
export interface ErasureRecord {
  readonly kind: 'erasure'
  readonly subjectId: string
  readonly occurredAt: string
  readonly reason: string
  readonly erasedBy: string
  readonly erased: readonly number[]
}

/** What a ledger row commits to. */
export type LedgerRecord = AttendanceRecord | CorrectionRecord | ErasureRecord
