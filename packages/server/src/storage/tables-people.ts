// Tables of migrations/*.sql as Drizzle sees them: who there is. Keys, checks and triggers are the migrations' alone.
import { date, pgTable, real, text } from 'drizzle-orm/pg-core'
import { bytes, instant, tenantId } from './columns.js'

export const tenants = pgTable('tenants', {
  tenantId: tenantId(),
  kind: text('kind', { enum: ['agency', 'regency'] }).notNull(),
  name: text('name').notNull(),
  timeZone: text('time_zone').notNull(),
  createdAt: instant('created_at').notNull(),
})

export const apiKeys = pgTable('api_keys', {
  tenantId: tenantId(),
  keyId: text('key_id').notNull(),
  tokenSha256: text('token_sha256').notNull(),
  role: text('role', { enum: ['agency', 'officer', 'regency', 'operator'] }).notNull(),
  label: text('label').notNull(),
  // Whose it is; since 0005. An agency's own backend has none.
  actor: text('actor'),
  createdAt: instant('created_at').notNull(),
  revokedAt: instant('revoked_at'),
  lastUsedAt: instant('last_used_at'),
})

export const persons = pgTable('persons', {
  tenantId: tenantId(),
  personId: text('person_id').notNull(),
  nip: text('nip'),
  name: text('name'),
  createdAt: instant('created_at').notNull(),
})

export const assignments = pgTable('assignments', {
  tenantId: tenantId(),
  assignmentId: text('assignment_id').notNull(),
  personId: text('person_id').notNull(),
  agencyId: text('agency_id').notNull(),
  startsOn: date('starts_on', { mode: 'string' }).notNull(),
  endsOn: date('ends_on', { mode: 'string' }),
})

export const subjects = pgTable('subjects', {
  tenantId: tenantId(),
  subjectId: text('subject_id').notNull(),
  personId: text('person_id'),
  createdAt: instant('created_at').notNull(),
  erasedAt: instant('erased_at'),
})

export const consents = pgTable('consents', {
  tenantId: tenantId(),
  consentId: text('consent_id').notNull(),
  subjectId: text('subject_id').notNull(),
  version: text('version').notNull(),
  textSha256: text('text_sha256').notNull(),
  givenAt: instant('given_at').notNull(),
  withdrawnAt: instant('withdrawn_at'),
})

/** Since 0010. */
export const consentTexts = pgTable('consent_texts', {
  tenantId: tenantId(),
  version: text('version').notNull(),
  textSha256: text('text_sha256').notNull(),
  text: text('text').notNull(),
  keptAt: instant('kept_at').notNull(),
})

export const references = pgTable('references', {
  tenantId: tenantId(),
  referenceId: text('reference_id').notNull(),
  subjectId: text('subject_id').notNull(),
  state: text('state', { enum: ['pending', 'active', 'superseded'] }).notNull(),
  ciphertext: bytes('ciphertext').notNull(),
  keyId: text('key_id').notNull(),
  modelIds: text('model_ids').array().notNull(),
  quality: real('quality').notNull(),
  createdAt: instant('created_at').notNull(),
  createdBy: text('created_by').notNull(),
  approvedAt: instant('approved_at'),
  approvedBy: text('approved_by').array().notNull().default([]),
  supersededAt: instant('superseded_at'),
})

export const tombstones = pgTable('tombstones', {
  tenantId: tenantId(),
  subjectId: text('subject_id').notNull(),
  part: text('part', { enum: ['biometrics', 'subject', 'attendance'] }).notNull(),
  erasedAt: instant('erased_at').notNull(),
  reason: text('reason').notNull(),
  erasedBy: text('erased_by').notNull(),
})
