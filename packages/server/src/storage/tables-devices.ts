// Tables of migrations/*.sql as Drizzle sees them: devices, officers' acts, duplicates. Keys, checks and triggers are the migrations' alone.
import { bigint, boolean, integer, pgTable, real, text } from 'drizzle-orm/pg-core'
import { instant, tenantId } from './columns.js'

export const devices = pgTable('devices', {
  tenantId: tenantId(),
  thumbprint: text('thumbprint').notNull(),
  subjectId: text('subject_id'),
  kiosk: boolean('kiosk').notNull().default(false),
  state: text('state', { enum: ['provisional', 'bound', 'revoked'] }).notNull(),
  uses: integer('uses').notNull().default(0),
  createdAt: instant('created_at').notNull(),
  lastUsedAt: instant('last_used_at'),
  boundAt: instant('bound_at'),
  boundBy: text('bound_by'),
  boundHow: text('bound_how', { enum: ['officer', 'passkey'] }),
  revokedAt: instant('revoked_at'),
  revokedBy: text('revoked_by'),
})

export const attestations = pgTable('attestations', {
  tenantId: tenantId(),
  attestationId: text('attestation_id').notNull(),
  subjectId: text('subject_id').notNull(),
  officer: text('officer').notNull(),
  second: text('second'),
  attestedAt: instant('attested_at').notNull(),
  ledgerSeq: bigint('ledger_seq', { mode: 'number' }).notNull(),
})

export const duplicates = pgTable('duplicates', {
  tenantId: tenantId(),
  duplicateId: text('duplicate_id').notNull(),
  agencyId: text('agency_id').notNull(),
  subjectId: text('subject_id').notNull(),
  otherAgencyId: text('other_agency_id').notNull(),
  otherSubjectId: text('other_subject_id').notNull(),
  score: real('score').notNull(),
  state: text('state', { enum: ['open', 'different', 'same'] }).notNull(),
  foundAt: instant('found_at').notNull(),
  settledAt: instant('settled_at'),
  settledBy: text('settled_by'),
})
