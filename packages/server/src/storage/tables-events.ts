// Tables of migrations/*.sql as Drizzle sees them: what happens. Keys, checks and triggers are the migrations' alone.
import { bigint, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { bytes, instant, tenantId } from './columns.js'

export const sessions = pgTable('sessions', {
  tenantId: tenantId(),
  sid: text('sid').notNull(),
  subjectId: text('subject_id').notNull(),
  purpose: text('purpose', { enum: ['check-in', 'enrolment'] }).notNull(),
  policyId: text('policy_id').notNull(),
  calibrationId: text('calibration_id').notNull(),
  minimumAssurance: text('minimum_assurance').notNull(),
  place: text('place'),
  // What it rests on; since 0004.
  placeBy: text('place_by', { enum: ['kiosk', 'egress', 'code', 'claim'] }),
  // Where the browser was not at its egress address; since 0008.
  placeLost: text('place_lost', { enum: ['begin', 'check-in'] }),
  tokenSha256: text('token_sha256').notNull(),
  // `ended` since 0007.
  state: text('state', { enum: ['issued', 'begun', 'stepped', 'decided', 'ended'] }).notNull(),
  thumbprint: text('thumbprint'),
  // The device's public key as a JWK, and the route it asked for; since 0003.
  publicKey: text('public_key'),
  route: text('route'),
  step: integer('step').notNull().default(0),
  steps: integer('steps').notNull(),
  action: text('action'),
  nonceSha256: text('nonce_sha256'),
  beginAttempts: integer('begin_attempts').notNull().default(0),
  submissions: integer('submissions').notNull().default(0),
  createdAt: instant('created_at').notNull(),
  expiresAt: instant('expires_at').notNull(),
  begunAt: instant('begun_at'),
  stepAt: instant('step_at'),
  decidedAt: instant('decided_at'),
  // Of one that was made without a network; since 0006.
  packDay: text('pack_day'),
  packIssuedAt: instant('pack_issued_at'),
  contentKey: text('content_key'),
})

export const sessionSteps = pgTable('session_steps', {
  tenantId: tenantId(),
  sid: text('sid').notNull(),
  n: integer('n').notNull(),
  action: text('action').notNull(),
  openedAt: instant('opened_at').notNull(),
  takenAt: instant('taken_at').notNull(),
  commitment: text('commitment').notNull(),
  openFrames: integer('open_frames').array().notNull(),
})

export const nonces = pgTable('nonces', {
  tenantId: tenantId(),
  purpose: text('purpose').notNull(),
  nonceSha256: text('nonce_sha256').notNull(),
  binding: text('binding').notNull(),
  ordinal: integer('ordinal').notNull(),
  issuedAt: instant('issued_at'),
  expiresAt: instant('expires_at').notNull(),
  usedAt: instant('used_at'),
})

export const limits = pgTable('limits', {
  tenantId: tenantId(),
  subjectId: text('subject_id').notNull(),
  begins: bigint('begins', { mode: 'number' }).array().notNull().default([]),
  failures: integer('failures').notNull().default(0),
  blockedUntil: instant('blocked_until'),
})

export const evidence = pgTable('evidence', {
  tenantId: tenantId(),
  evidenceId: text('evidence_id').notNull(),
  subjectId: text('subject_id').notNull(),
  sid: text('sid').notNull(),
  class: text('class', { enum: ['replay', 'sealed'] }).notNull(),
  ciphertext: bytes('ciphertext').notNull(),
  keyId: text('key_id').notNull(),
  createdAt: instant('created_at').notNull(),
  expiresAt: instant('expires_at').notNull(),
  legalHold: text('legal_hold'),
  // Until when it holds, and the appeal that stands; since 0010.
  holdUntil: instant('hold_until'),
  appeal: text('appeal'),
  appealUntil: instant('appeal_until'),
  // Why the last of either ended; since 0011.
  endedFor: text('ended_for'),
})

export const decisions = pgTable('decisions', {
  tenantId: tenantId(),
  sid: text('sid').notNull(),
  thumbprint: text('thumbprint').notNull(),
  payloadSha256: text('payload_sha256').notNull(),
  outcome: text('outcome').notNull(),
  assurance: text('assurance').notNull(),
  answer: text('answer').notNull(),
  decision: text('decision').notNull(),
  findings: text('findings'),
  ledgerSeq: bigint('ledger_seq', { mode: 'number' }),
  decidedAt: instant('decided_at').notNull(),
})

export const audit = pgTable('audit', {
  tenantId: tenantId(),
  entryId: text('entry_id').notNull(),
  at: instant('at').notNull(),
  actor: text('actor').notNull(),
  action: text('action').notNull(),
  subjectId: text('subject_id'),
  details: text('details').notNull(),
})
