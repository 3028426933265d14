import { and, asc, eq, inArray } from 'drizzle-orm'
import { noteAct, type AuditEntry } from './audit.js'
import { withTexts } from './consent-texts.js'
import { listConsents, type Consent } from './consents.js'
import type { Decision } from './decisions.js'
import { listDevices, type Device } from './devices.js'
import type { Evidence } from './evidence.js'
import { limitState } from './limits.js'
import type { LimitState } from './limit-rules.js'
import type { StoredRecord } from './ledger.js'
import type { LedgerRecord } from './record.js'
import { listReferences, type Reference } from './references.js'
import { listReviewsOf, type Review } from './reviews.js'
import type { Scope } from './scope.js'
import type { Session, SessionStep } from './sessions.js'
import { findSubject, type Subject } from './subjects.js'
import type { Officer } from './officers.js'
import { listAttestationsOf, type Attestation } from './attestations.js'
import { audit, decisions, evidence, sessions, sessionSteps } from './tables-events.js'
import { records } from './tables-ledger.js'
import { officers } from './tables-officers.js'
import { tombstones } from './tables-people.js'
import type { Tombstone } from './tombstones.js'

/** Everything that is held on a subject, as one value that JSON can carry. */
export interface SubjectExport {
  readonly schema: 'lintas-subject-export/1'
  readonly exportedAt: Date
  /** What is not in it, in words, for whoever reads it. */
  readonly withheld: readonly string[]
  readonly subject: Subject
  /** With the very text that was shown; `null` for one from before texts were kept. */
  readonly consents: readonly (Consent & { readonly text: string | null })[]
  readonly references: readonly Omit<Reference, 'ciphertext'>[]
  readonly devices: readonly Device[]
  readonly limits: LimitState
  readonly sessions: readonly Omit<Session, 'tokenSha256' | 'nonceSha256'>[]
  readonly steps: readonly SessionStep[]
  readonly decisions: readonly Decision[]
  /** Check-ins that an officer decides on, or did. */
  readonly reviews: readonly Review[]
  readonly records: readonly StoredRecord[]
  readonly attestations: readonly Attestation[]
  readonly evidence: readonly Omit<Evidence, 'ciphertext'>[]
  /** Actor ids that are this subject's own. */
  readonly officers: readonly Officer[]
  readonly tombstones: readonly Tombstone[]
  readonly audit: readonly AuditEntry[]
}

const WITHHELD = [
  'The numbers of face templates and the frames, probes and series of evidence are not in this export: they serve the recognition of a face wherever they lie. What is there of each, when it was made and until when it is kept, is.',
  'Hashes of session tokens and nonces are not in it: they say nothing about a person.',
] as const

/** Everything that is held on a subject, erased ones too; `undefined` for none. That it was exported, and by whom, is noted first, and is in it. */
export async function exportSubject(scope: Scope, subjectId: string, actor: string): Promise<SubjectExport | undefined> {
  const subject = await findSubject(scope, subjectId)
  if (subject === undefined) return undefined
  await noteAct(scope, { actor, action: 'subject-exported', subjectId })
  return {
    ...{ schema: 'lintas-subject-export/1', exportedAt: scope.now, withheld: WITHHELD, subject },
    consents: await withTexts(scope, await listConsents(scope, subjectId)),
    references: (await listReferences(scope, subjectId)).map(({ ciphertext: _, ...metadata }) => metadata),
    devices: await listDevices(scope, subjectId),
    limits: await limitState(scope, subjectId),
    ...(await sessionsOf(scope, subjectId)),
    reviews: await listReviewsOf(scope, subjectId),
    records: await recordsOf(scope, subjectId),
    attestations: await listAttestationsOf(scope, subjectId),
    evidence: await evidenceOf(scope, subjectId),
    ...(await traces(scope, subjectId)),
  }
}

async function sessionsOf({ tenantId, database }: Scope, subjectId: string): Promise<Pick<SubjectExport, 'sessions' | 'steps' | 'decisions'>> {
  const own = and(eq(sessions.tenantId, tenantId), eq(sessions.subjectId, subjectId))
  const sids = database.select({ sid: sessions.sid }).from(sessions).where(own)
  const rows = await database.select().from(sessions).where(own).orderBy(asc(sessions.createdAt), asc(sessions.sid))
  return {
    sessions: rows.map(({ tokenSha256: _token, nonceSha256: _nonce, ...session }) => session),
    steps: await database
      .select()
      .from(sessionSteps)
      .where(and(eq(sessionSteps.tenantId, tenantId), inArray(sessionSteps.sid, sids)))
      .orderBy(asc(sessionSteps.takenAt), asc(sessionSteps.n)),
    decisions: await database
      .select()
      .from(decisions)
      .where(and(eq(decisions.tenantId, tenantId), inArray(decisions.sid, sids)))
      .orderBy(asc(decisions.decidedAt)),
  }
}

async function recordsOf({ tenantId, database }: Scope, subjectId: string): Promise<readonly StoredRecord[]> {
  const own = and(eq(records.tenantId, tenantId), eq(records.subjectId, subjectId))
  const rows = await database.select().from(records).where(own).orderBy(asc(records.seq))
  return rows.map(({ seq, body }) => ({ seq, record: JSON.parse(body) as LedgerRecord }))
}

async function evidenceOf({ tenantId, database }: Scope, subjectId: string): Promise<readonly Omit<Evidence, 'ciphertext'>[]> {
  const own = and(eq(evidence.tenantId, tenantId), eq(evidence.subjectId, subjectId))
  const rows = await database.select().from(evidence).where(own).orderBy(asc(evidence.createdAt), asc(evidence.evidenceId))
  return rows.map(({ ciphertext: _, ...metadata }) => metadata)
}

async function traces({ tenantId, database }: Scope, subjectId: string): Promise<Pick<SubjectExport, 'officers' | 'tombstones' | 'audit'>> {
  return {
    officers: await database
      .select()
      .from(officers)
      .where(and(eq(officers.tenantId, tenantId), eq(officers.subjectId, subjectId)))
      .orderBy(asc(officers.actor)),
    tombstones: await database
      .select()
      .from(tombstones)
      .where(and(eq(tombstones.tenantId, tenantId), eq(tombstones.subjectId, subjectId)))
      .orderBy(asc(tombstones.erasedAt)),
    audit: await database
      .select()
      .from(audit)
      .where(and(eq(audit.tenantId, tenantId), eq(audit.subjectId, subjectId)))
      .orderBy(asc(audit.at), asc(audit.entryId)),
  }
}
