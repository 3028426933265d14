export { openStorage, type Storage, type StorageOptions, type StoragePlace } from './open-storage.js'
export { STORAGE_CODES, StorageError, type StorageCode } from './errors.js'
export { type Scope } from './scope.js'
export { regencyFinder, type RegencyOf } from './regency.js'
export { createTenant, everyTenant, findTenant, listTenants, type Tenant } from './tenants.js'
export {
  ACTING_ROLES,
  actorId,
  authenticate,
  issueApiKey,
  listApiKeys,
  revokeApiKey,
  tenantOfToken,
  type ApiKey,
  type ApiKeyRole,
} from './api-keys.js'
export { areDifferentPeople, findOfficer, isSamePerson, linkOfficer, type Officer, type OfficerLink } from './officers.js'
export { addPasskey, listPasskeys, revokePasskey, usePasskey, type NewPasskey, type Passkey, type PasskeyRefusal } from './passkeys.js'
export { countActs, LOOKS, OFFICER_ACTIONS, officerActsOn, type ActCount } from './officer-acts.js'
export {
  assignmentOn,
  assignmentsHere,
  assignPerson,
  createPerson,
  findPerson,
  forgetPerson,
  listAssignments,
  type Assignment,
  type Person,
} from './persons.js'
export { createNamedSubject, createSubject, findSubject, listSubjects, lockSubject, type Subject } from './subjects.js'
export { keepConsentText, type ConsentText } from './consent-texts.js'
export { giveConsent, listConsents, standingConsent, withdrawConsent, type Consent } from './consents.js'
export {
  activeReference,
  addReference,
  approveReference,
  dropSuperseded,
  listReferences,
  pageReferences,
  resealReference,
  staleReferences,
  type NewReference,
  type Reference,
} from './references.js'
export { findReference, noteLaterDuplicate, pendingReferences, rejectReference } from './pending-references.js'
export { hasLapsed, lapsedEnrolments, lapseEnrolments, type LapsedEnrolment } from './lapsed-enrolments.js'
export { activeFingerprints, listActive, pendingEverywhere, readReferences, type ActiveReference, type SealedReference } from './reference-sets.js'
export { attendanceBetween, effectOf, type CorrectedRecord } from './attendance-records.js'
export { refuseDecision, SESSION_TIMES, type SessionRefusal } from './session-rules.js'
export {
  beginSession,
  countSubmission,
  createSession,
  findSession,
  listSteps,
  losePlace,
  sweepSessions,
  takeStep,
  type Begin,
  type Challenge,
  type Moved,
  type NewSession,
  type Session,
  type SessionStep,
  type StepTaking,
} from './sessions.js'
export { issueNonce, seeOnce, spendNonce, sweepNonces, wasSeen, type NewNonce, type NonceRefusal } from './nonces.js'
export { judgeLimit, LIMIT_POLICY, type LimitEvent, type LimitPolicy, type LimitState, type LimitVerdict } from './limit-rules.js'
export { limitState, noteAttempt } from './limits.js'
export { countAbandoned } from './abandoned.js'
export { clearLimits, type Clearing, type ClearingRefusal } from './clear-attempts.js'
export { type LedgerHead, type LedgerRow } from './ledger-hash.js'
export { type AttendanceRecord, type CorrectionRecord, type ErasureRecord, type LedgerRecord } from './record.js'
export { appendRecord, findRecord, ledgerHead, listRecords, type RecordQuery, type StoredRecord } from './ledger.js'
export { verifyLedger, type LedgerFault, type LedgerVerification } from './verify-ledger.js'
export { correctRecord, type CorrectionRefusal, type NewCorrection } from './corrections.js'
export { addFindings, findDecision, findRepeat, settleSession, type Decision, type Settled, type Settlement, type Submission } from './decisions.js'
export {
  appealSession,
  dropEvidence,
  findEvidence,
  holdEvidence,
  holdSession,
  keepEvidence,
  keptEvidence,
  listEvidence,
  resealEvidence,
  staleEvidence,
  sweepEvidence,
  type Evidence,
  type Keeping,
  type NewEvidence,
} from './evidence.js'
export { eraseSubject, withdrawBiometrics, type Erased, type ErasureRefusal, type ErasureRequest } from './erasure.js'
export { listTombstones, type Tombstone } from './tombstones.js'
export { reapplyErasures, type Reapplied } from './re-erasure.js'
export { exportSubject, type SubjectExport } from './subject-export.js'
export { RETENTION_POLICY, sweepAll, type RetentionPolicy, type Swept } from './retention.js'
export { DEVICE_RULES, refuseDevice, type DeviceRefusal } from './device-rules.js'
export { bindDevice, findDevice, listDevices, noteDevice, revokeDevice, type Device, type DeviceBinding, type DeviceVerdict } from './devices.js'
export { listKiosks, markKiosk, unmarkKiosk, type KioskRefusal } from './kiosks.js'
export {
  ATTESTATION_POLICY,
  attestAttendance,
  lockOfficer,
  listAttestations,
  listAttestationsOf,
  type Attestation,
  type AttestationPolicy,
  type AttestationRefusal,
  type NewAttestation,
} from './attestations.js'
export {
  addReview,
  countWaiting,
  countWaitingEverywhere,
  findReview,
  listReviews,
  waitingBetween,
  waitingOnDevice,
  type NewReview,
  type Review,
  type ReviewQuery,
} from './reviews.js'
export { settleReview, type ReviewAnswer, type ReviewRefusal } from './settle-review.js'
export { awaitsReview, flagDuplicate, listDuplicates, settleDuplicate, type Duplicate, type SubjectPlace } from './duplicates.js'
export {
  countPackKeys,
  dayOfPack,
  hasPack,
  issuePack,
  PACK_KEYS,
  PACK_SIZE,
  spendPack,
  type PackPlace,
  type PackRefusal,
  type PackSpent,
} from './packs.js'
export { createDeferredSession, type NewDeferredSession } from './deferred-sessions.js'
export { listActs, noteAct, type AuditAct, type AuditEntry } from './audit.js'
