// Tables of migrations/*.sql as Drizzle sees them: who officers are. Keys, checks and triggers are the migrations' alone.
import { bigint, pgTable, text } from 'drizzle-orm/pg-core'
import { bytes, instant, tenantId } from './columns.js'

export const officers = pgTable('officers', {
  tenantId: tenantId(),
  actor: text('actor').notNull(),
  personId: text('person_id'),
  subjectId: text('subject_id'),
  linkedAt: instant('linked_at').notNull(),
  linkedBy: text('linked_by').notNull(),
})

export const passkeys = pgTable('passkeys', {
  tenantId: tenantId(),
  credentialId: text('credential_id').notNull(),
  actor: text('actor').notNull(),
  publicKey: bytes('public_key').notNull(),
  counter: bigint('counter', { mode: 'number' }).notNull(),
  transports: text('transports').array().notNull().default([]),
  createdAt: instant('created_at').notNull(),
  createdBy: text('created_by').notNull(),
  lastUsedAt: instant('last_used_at'),
  revokedAt: instant('revoked_at'),
  revokedBy: text('revoked_by'),
})
