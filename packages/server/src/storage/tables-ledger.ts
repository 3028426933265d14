// Tables of migrations/*.sql as Drizzle sees them: what was recorded. Keys, checks and triggers are the migrations' alone.
import { bigint, pgTable, text } from 'drizzle-orm/pg-core'
import { instant, tenantId } from './columns.js'

const seq = () => bigint('seq', { mode: 'number' }).notNull()

export const ledger = pgTable('ledger', {
  tenantId: tenantId(),
  seq: seq(),
  prevSha256: text('prev_sha256').notNull(),
  commitmentSha256: text('commitment_sha256').notNull(),
  rowSha256: text('row_sha256').notNull(),
})

export const ledgerHeads = pgTable('ledger_heads', {
  tenantId: tenantId(),
  seq: seq(),
  rowSha256: text('row_sha256').notNull(),
})

export const ledgerSalts = pgTable('ledger_salts', {
  tenantId: tenantId(),
  seq: seq(),
  salt: text('salt').notNull(),
})

export const records = pgTable('records', {
  tenantId: tenantId(),
  seq: seq(),
  kind: text('kind', { enum: ['attendance', 'correction', 'erasure'] }).notNull(),
  subjectId: text('subject_id').notNull(),
  occurredAt: instant('occurred_at').notNull(),
  body: text('body').notNull(),
})
