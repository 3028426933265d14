// The table of migrations/*-reviews.sql as Drizzle sees it. Keys, checks and triggers are the migration's alone.
import { bigint, pgTable, text } from 'drizzle-orm/pg-core'
import { instant, tenantId } from './columns.js'

export const reviews = pgTable('reviews', {
  tenantId: tenantId(),
  sid: text('sid').notNull(),
  subjectId: text('subject_id').notNull(),
  thumbprint: text('thumbprint').notNull(),
  state: text('state', { enum: ['waiting', 'accepted', 'rejected'] }).notNull(),
  occurredAt: instant('occurred_at').notNull(),
  notBefore: instant('not_before'),
  direction: text('direction', { enum: ['arrival', 'departure'] }).notNull(),
  assurance: text('assurance').notNull(),
  place: text('place'),
  placeBy: text('place_by', { enum: ['kiosk', 'egress', 'code', 'claim'] }),
  flags: text('flags').array().notNull(),
  createdAt: instant('created_at').notNull(),
  settledAt: instant('settled_at'),
  settledBy: text('settled_by'),
  second: text('second'),
  reason: text('reason'),
  decision: text('decision'),
  ledgerSeq: bigint('ledger_seq', { mode: 'number' }),
})
