import { expect, it } from 'vitest'
import * as api from '../../src/storage/index.js'
import type { Scope } from '../../src/storage/index.js'
import { attendance, newSession, overEngines, START, steppedSession, type Bench } from './suite.js'

/** Everything there is to find of one agency. */
async function populate(bench: Bench, tenantId: string) {
  const subjectId = await bench.subject(tenantId)
  await steppedSession(bench, tenantId, subjectId, 'sid-stepped')
  return await bench.storage.transact(tenantId, async (scope) => {
    const { key, token } = await api.issueApiKey(scope, 'agency', 'web app')
    const person = (await api.createPerson(scope, { nip: '1', name: 'A' }))!
    await api.assignPerson(scope, person.personId, tenantId, '2026-01-01')
    await api.giveConsent(scope, subjectId, { version: '1', textSha256: 'a'.repeat(64) })
    const active = (await api.addReference(scope, subjectId, reference))!
    await api.approveReference(scope, active.referenceId, ['officer'])
    const pending = (await api.addReference(scope, subjectId, reference))!
    const waiting = (await api.addReference(scope, subjectId, reference))!
    await api.createSession(scope, { ...newSession(subjectId, 'sid'), place: 'hall', placeBy: 'egress' })
    const nonce = await api.issueNonce(scope, { purpose: 'p', lifetimeMs: 1_000 })
    const kept = (await api.keepEvidence(scope, subjectId, evidence))!
    await api.keepEvidence(scope, subjectId, { ...evidence, class: 'sealed', keepMs: 60_000 })
    await api.noteAttempt(scope, subjectId, 'begin')
    await api.appendRecord(scope, attendance(subjectId))
    await api.noteAct(scope, { actor: 'a', action: 'b', subjectId })
    await api.noteDevice(scope, subjectId, 'device')
    await api.noteAct(scope, { actor: 'system', action: 'enrolment-lapsed', subjectId, details: { enrolmentId: 'sid' } })
    await api.attestAttendance(scope, attestation(subjectId))
    await api.addReview(scope, review(subjectId, 'sid'))
    await api.linkOfficer(scope, { actor: 'linked', personId: null, subjectId, linkedBy: 'o' })
    const added = await api.addPasskey(scope, PASSKEY)
    if (!('added' in added)) throw new Error('refused')
    const { duplicateId } = await api.flagDuplicate(scope, [{ agencyId: tenantId, subjectId }, OTHER], 0.9)
    const pack = await api.issuePack(scope, { subjectId, ...PACK, lifetimeMs: 60_000 })
    const packNonce = 'nonces' in pack ? pack.nonces[0]! : ''
    const ids = { tenantId, subjectId, keyId: key.keyId, token, personId: person.personId, nonce, packNonce, duplicateId, passkey: added.added }
    return { ...ids, active: active.referenceId, pending: pending.referenceId, waiting: waiting.referenceId, evidenceId: kept.evidenceId }
  })
}
type Populated = Awaited<ReturnType<typeof populate>>

const bytes = new Uint8Array([0, 1, 254, 255])
const reference: api.NewReference = { ciphertext: bytes, keyId: 'k1', modelIds: ['facenet-128'], quality: 0.5, createdBy: 'operator' }
const evidence: api.NewEvidence = { sid: 'sid', class: 'replay', ciphertext: bytes, keyId: 'k1', keepMs: 1_000 }
const PASSKEY: api.NewPasskey = {
  ...{ credentialId: 'credential', actor: 'linked', publicKey: bytes, counter: 0, transports: ['usb'], createdBy: 'o', first: true },
}
const OTHER: api.SubjectPlace = { agencyId: 'zz', subjectId: 'zz' }
const PACK = { thumbprint: 'device', day: '2026-03-02' }
const deferred = (subjectId: string): api.NewDeferredSession => ({
  ...{ sid: 'sid-deferred', subjectId, policyId: 'p', calibrationId: 'c', expiresAt: new Date(START + 60_000), nonce: 'n', thumbprint: 'device' },
  ...{ publicKey: '{}', route: 'standard', packDay: PACK.day, packIssuedAt: new Date(START), contentKey: 'k', steps: [] },
})
const attestation = (subjectId: string): api.NewAttestation => ({
  ...{ subjectId, direction: 'departure', occurredAt: new Date(START).toISOString(), reason: 'camera broken', officer: 'officer' },
})
const review = (subjectId: string, sid: string): api.NewReview => ({
  ...{ record: { ...attendance(subjectId), sid }, thumbprint: 'device', flags: ['device-provisional'] },
})
const page = { limit: 10 }
const days = { from: new Date(0), until: new Date(START * 2), limit: 10 }
const submission: api.Submission = { sid: 'sid-stepped', thumbprint: 'key', payloadSha256: 'p' }

type Attempts = Record<string, readonly [nothing: unknown, attempt: (scope: Scope, of: Populated) => Promise<unknown>]>
/** Each function of the storage with the ids of another tenant, and the nothing that it has to find. */
const ATTEMPTS: Attempts = {
  authenticate: [undefined, (scope, of) => api.authenticate(scope, of.token)],
  revokeApiKey: [false, (scope, of) => api.revokeApiKey(scope, of.keyId)],
  listApiKeys: [[], (scope) => api.listApiKeys(scope)],
  linkOfficer: [undefined, (scope, of) => api.linkOfficer(scope, { actor: 'another', personId: null, subjectId: of.subjectId, linkedBy: 'o' })],
  findOfficer: [undefined, (scope) => api.findOfficer(scope, 'linked')],
  isSamePerson: [false, (scope, of) => api.isSamePerson(scope, ['linked'], [of.subjectId])],
  areDifferentPeople: [true, (scope, of) => api.areDifferentPeople(scope, ['linked', of.subjectId])],
  listPasskeys: [[], (scope) => api.listPasskeys(scope, 'linked')],
  usePasskey: [false, (scope, of) => api.usePasskey(scope, of.passkey, 1)],
  countActs: [[], (scope) => api.countActs(scope, days.from, days.until)],
  officerActsOn: [[], (scope, of) => api.officerActsOn(scope, of.subjectId, page)],
  revokePasskey: [false, (scope) => api.revokePasskey(scope, 'credential', 'o')],
  listTenants: [[], (scope) => api.listTenants(scope)],
  findPerson: [undefined, (scope, of) => api.findPerson(scope, of.personId)],
  forgetPerson: [false, (scope, of) => api.forgetPerson(scope, of.personId)],
  assignPerson: [undefined, (scope, of) => api.assignPerson(scope, of.personId, 'opd', '2026-05-01')],
  assignmentOn: [undefined, (scope, of) => api.assignmentOn(scope, of.personId, '2026-03-02')],
  assignmentsHere: [[], (scope, of) => api.assignmentsHere(scope, of.tenantId, of.personId)],
  listAssignments: [[], (scope, of) => api.listAssignments(scope, of.personId)],
  findSubject: [undefined, (scope, of) => api.findSubject(scope, of.subjectId)],
  listSubjects: [[], (scope) => api.listSubjects(scope, page)],
  giveConsent: [undefined, (scope, of) => api.giveConsent(scope, of.subjectId, { version: '2', textSha256: 'b'.repeat(64) })],
  standingConsent: [undefined, (scope, of) => api.standingConsent(scope, of.subjectId)],
  withdrawConsent: [undefined, (scope, of) => api.withdrawConsent(scope, of.subjectId)],
  listConsents: [[], (scope, of) => api.listConsents(scope, of.subjectId)],
  addReference: [undefined, (scope, of) => api.addReference(scope, of.subjectId, reference)],
  approveReference: [undefined, (scope, of) => api.approveReference(scope, of.pending, ['officer'])],
  activeReference: [undefined, (scope, of) => api.activeReference(scope, of.subjectId)],
  listReferences: [[], (scope, of) => api.listReferences(scope, of.subjectId)],
  pageReferences: [[], (scope) => api.pageReferences(scope, page)],
  staleReferences: [[], (scope) => api.staleReferences(scope, 'k2', 10)],
  resealReference: [false, (scope, of) => api.resealReference(scope, of.active, 'k1', { ciphertext: bytes, keyId: 'k2' })],
  dropSuperseded: [0, (scope, of) => api.dropSuperseded(scope, of.subjectId)],
  findReference: [undefined, (scope, of) => api.findReference(scope, of.active)],
  listActive: [[], (scope) => api.listActive(scope)],
  readReferences: [[], (scope, of) => api.readReferences(scope, [of.active])],
  pendingReferences: [[], (scope) => api.pendingReferences(scope, page)],
  lockSubject: [undefined, (scope, of) => api.lockSubject(scope, of.subjectId)],
  noteDevice: [{ state: 'unknown', uses: 0, refused: 'not-found' }, (scope, of) => api.noteDevice(scope, of.subjectId, 'device')],
  findDevice: [undefined, (scope) => api.findDevice(scope, 'device')],
  listDevices: [[], (scope, of) => api.listDevices(scope, of.subjectId)],
  bindDevice: [{ refused: 'not-found' }, (scope) => api.bindDevice(scope, 'device', { actor: 'officer', how: 'officer' })],
  markKiosk: [{ refused: 'not-found' }, (scope) => api.markKiosk(scope, 'device', 'officer')],
  listKiosks: [[], (scope) => api.listKiosks(scope)],
  revokeDevice: [undefined, (scope) => api.revokeDevice(scope, 'device', 'officer')],
  unmarkKiosk: [{ refused: 'not-found' }, (scope) => api.unmarkKiosk(scope, 'device', 'officer')],
  attestAttendance: [{ refused: 'not-found' }, (scope, of) => api.attestAttendance(scope, attestation(of.subjectId))],
  listAttestations: [[], (scope) => api.listAttestations(scope, { from: new Date(0), limit: 10 })],
  listAttestationsOf: [[], (scope, of) => api.listAttestationsOf(scope, of.subjectId)],
  addReview: [false, (scope, of) => api.addReview(scope, review(of.subjectId, 'sid-stepped'))],
  findReview: [undefined, (scope) => api.findReview(scope, 'sid')],
  listReviews: [[], (scope) => api.listReviews(scope, { settled: false, limit: 10 })],
  countWaiting: [0, (scope) => api.countWaiting(scope)],
  waitingBetween: [[], (scope, of) => api.waitingBetween(scope, { ...days, subjectId: of.subjectId })],
  waitingOnDevice: [[], (scope, of) => api.waitingOnDevice(scope, 'device', of.subjectId)],
  settleReview: [
    { refused: 'not-found' },
    (scope) => api.settleReview(scope, { sid: 'sid', verdict: 'accepted', officer: 'siti', conclude: () => Promise.resolve('jws') }),
  ],
  listDuplicates: [[], (scope) => api.listDuplicates(scope, page)],
  awaitsReview: [false, (scope, of) => api.awaitsReview(scope, { agencyId: of.tenantId, subjectId: of.subjectId })],
  settleDuplicate: [undefined, (scope, of) => api.settleDuplicate(scope, of.duplicateId, 'different', 'officer')],
  countPackKeys: [0, (scope, of) => api.countPackKeys(scope, of.subjectId, PACK.day)],
  hasPack: [false, (scope, of) => api.hasPack(scope, { subjectId: of.subjectId, ...PACK })],
  issuePack: [{ refused: 'not-found' }, (scope, of) => api.issuePack(scope, { subjectId: of.subjectId, ...PACK, lifetimeMs: 60_000 })],
  spendPack: [{ refused: 'unknown' }, (scope, of) => api.spendPack(scope, { subjectId: of.subjectId, ...PACK, nonce: of.packNonce })],
  dayOfPack: [undefined, (scope, of) => api.dayOfPack(scope, { subjectId: of.subjectId, thumbprint: PACK.thumbprint, nonce: of.packNonce })],
  createDeferredSession: [undefined, (scope, of) => api.createDeferredSession(scope, deferred(of.subjectId))],
  wasSeen: [false, (scope, of) => api.wasSeen(scope, { purpose: 'p', value: of.nonce })],
  attendanceBetween: [[], (scope, of) => api.attendanceBetween(scope, { ...days, subjectId: of.subjectId })],
  exportSubject: [undefined, (scope, of) => api.exportSubject(scope, of.subjectId, 'officer')],
  createSession: [undefined, (scope, of) => api.createSession(scope, newSession(of.subjectId, 'sid-3'))],
  findSession: [undefined, (scope) => api.findSession(scope, 'sid')],
  beginSession: [{ refused: 'not-found' }, (scope) => api.beginSession(scope, 'sid', { thumbprint: 'key', action: 'a', nonce: 'n' })],
  takeStep: [
    { refused: 'not-found' },
    (scope) => api.takeStep(scope, 'sid', { n: 1, thumbprint: 'key', nonce: 'n', commitment: '', openFrames: [] }),
  ],
  countSubmission: [undefined, (scope) => api.countSubmission(scope, 'sid')],
  listSteps: [[], (scope) => api.listSteps(scope, 'sid-stepped')],
  losePlace: [false, (scope) => api.losePlace(scope, 'sid', 'begin')],
  sweepSessions: [0, (scope) => api.sweepSessions(scope, new Date(START * 2))],
  spendNonce: [{ refused: 'unknown' }, (scope, of) => api.spendNonce(scope, { purpose: 'p', nonce: of.nonce })],
  sweepNonces: [0, (scope) => api.sweepNonces(scope, new Date(START * 2))],
  noteAttempt: [undefined, (scope, of) => api.noteAttempt(scope, of.subjectId, 'failure')],
  countAbandoned: [0, (scope, of) => api.countAbandoned(scope, of.subjectId, 'another')],
  limitState: [{ begins: [], failures: 0, blockedUntil: null }, (scope, of) => api.limitState(scope, of.subjectId)],
  clearLimits: [{ refused: 'not-found' }, (scope, of) => api.clearLimits(scope, { subjectId: of.subjectId, actor: 'officer', reason: 'r' })],
  findRecord: [undefined, (scope) => api.findRecord(scope, 1)],
  listRecords: [[], (scope, of) => api.listRecords(scope, { ...page, subjectId: of.subjectId })],
  correctRecord: [
    { refused: 'unknown-record' },
    (scope) => api.correctRecord(scope, { corrects: 1, reason: 'r', authors: ['a', 'b'], instead: null }),
  ],
  findDecision: [undefined, (scope) => api.findDecision(scope, 'sid-stepped')],
  findRepeat: [undefined, (scope) => api.findRepeat(scope, submission)],
  settleSession: [
    { kind: 'refused', reason: 'not-found' },
    (scope) =>
      api.settleSession(scope, {
        ...{ ...submission, outcome: 'o', assurance: 'a', counts: 'success', findings: '{}' },
        conclude: () => Promise.resolve({ answer: '', decision: '' }),
      }),
  ],
  addFindings: [false, (scope) => api.addFindings(scope, 'sid-stepped', { more: 1 })],
  keepEvidence: [undefined, (scope, of) => api.keepEvidence(scope, of.subjectId, evidence)],
  listEvidence: [[], (scope, of) => api.listEvidence(scope, of.subjectId, 'replay')],
  findEvidence: [undefined, (scope) => api.findEvidence(scope, 'sid', 'replay')],
  dropEvidence: [0, (scope) => api.dropEvidence(scope, 'sid', 'replay')],
  holdSession: [0, (scope) => api.holdSession(scope, 'sid', { reason: 'court', until: null })],
  appealSession: [false, (scope) => api.appealSession(scope, 'sid', { reason: 'r', until: new Date(START * 2) })],
  keptEvidence: [undefined, (scope) => api.keptEvidence(scope, 'sid', 'sealed')],
  holdEvidence: [false, (scope, of) => api.holdEvidence(scope, of.evidenceId, 'court')],
  staleEvidence: [[], (scope) => api.staleEvidence(scope, 'k2', 10)],
  resealEvidence: [false, (scope, of) => api.resealEvidence(scope, of.evidenceId, 'k1', { ciphertext: bytes, keyId: 'k2' })],
  sweepEvidence: [0, (scope) => api.sweepEvidence(scope)],
  lapseEnrolments: [0, (scope) => api.lapseEnrolments(scope, new Date(START * 2))],
  hasLapsed: [false, (scope) => api.hasLapsed(scope, 'sid')],
  lapsedEnrolments: [[], (scope) => api.lapsedEnrolments(scope, { since: new Date(0), limit: 10 })],
  noteLaterDuplicate: [0, (scope, of) => api.noteLaterDuplicate(scope, of.subjectId)],
  rejectReference: [undefined, (scope, of) => api.rejectReference(scope, of.waiting)],
  sweepAll: [
    { replay: 0, sealed: 0, sessions: 0, nonces: 0, findings: 0, steps: 0, references: 0, lapsed: 0 },
    (scope) => api.sweepAll(scope, { findingsDays: 0, supersededDays: 0, pendingDays: 0, expiredDays: 0 }),
  ],
  withdrawBiometrics: [{ refused: 'not-found' }, (scope, of) => api.withdrawBiometrics(scope, of.subjectId, { reason: 'r', erasedBy: 'o' })],
  eraseSubject: [{ refused: 'not-found' }, (scope, of) => api.eraseSubject(scope, of.subjectId, { reason: 'r', erasedBy: 'o', attendance: true })],
  listTombstones: [[], (scope) => api.listTombstones(scope)],
  listActs: [[], (scope, of) => api.listActs(scope, { ...days, subjectId: of.subjectId })],
}
/** They make something of the scope's own, or tell what is the scope's own; no id of anybody's comes in. */
const OWN = [
  'createTenant',
  'findTenant',
  'issueApiKey',
  // A credential’s id is the authenticator’s: two agencies may have the same.
  'addPasskey',
  'createPerson',
  'createSubject',
  'createNamedSubject',
  'keepConsentText',
  'issueNonce',
  'seeOnce',
  'appendRecord',
  // It waits for nobody but this tenant’s own.
  'lockOfficer',
  'ledgerHead',
  'verifyLedger',
  'noteAct',
  // Of pairs the regency flags, whose scope it is.
  'flagDuplicate',
]
const NO_SCOPE = [
  'actorId',
  'openStorage',
  'StorageError',
  'tenantOfToken',
  'judgeLimit',
  'refuseDecision',
  'refuseDevice',
  'effectOf',
  'reapplyErasures',
  'everyTenant',
  'countWaitingEverywhere',
  'regencyFinder',
  'activeFingerprints',
  'pendingEverywhere',
]

it('every function of the storage is asked for what is another tenant’s', () => {
  const functions = Object.entries(api).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []))
  expect([...Object.keys(ATTEMPTS), ...OWN, ...NO_SCOPE].sort()).toEqual(functions.sort())
})

overEngines('tenancy', (bench) => {
  it('finds nothing of another tenant, and changes nothing', async () => {
    const theirs = await bench.tenant()
    const of = await populate(bench, theirs)
    const mine = await bench.tenant()
    const tables = await bench.storage.snapshot(theirs, (scope) =>
      scope.transaction.rows("SELECT table_name FROM information_schema.columns WHERE column_name = 'tenant_id'"),
    )
    expect(tables).toHaveLength(26)
    const dump = () =>
      bench.storage.snapshot(theirs, async (scope) => {
        const rows = []
        for (const { table_name: table } of tables) {
          rows.push(await scope.transaction.rows(`SELECT * FROM "${String(table)}" WHERE tenant_id = $1 ORDER BY 2, 3`, [theirs]))
        }
        return rows
      })
    const before = await dump()
    bench.clock.now += 5_000
    for (const [name, [nothing, attempt]] of Object.entries(ATTEMPTS)) {
      expect(await bench.storage.transact(mine, (scope) => attempt(scope, of)), name).toEqual(nothing)
    }
    expect(await dump()).toEqual(before)
    for (const [name, [nothing, attempt]] of Object.entries(ATTEMPTS)) {
      if (nothing === 0 || ['listTenants', 'findDecision', 'findRepeat', 'listTombstones'].includes(name)) continue
      const own = await bench.storage.transact(theirs, (scope) => attempt(scope, of)).catch((error: unknown) => error)
      expect(own, `${name} finds something of its own`).not.toEqual(nothing)
      if (name === 'eraseSubject') break
    }
  })

  it('leads every primary key', async () => {
    const keys = await bench.storage.snapshot('any', (scope) =>
      scope.transaction.rows(
        `SELECT c.conrelid::regclass::text AS name, a.attname AS first FROM pg_constraint c
           JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] WHERE c.contype = 'p' AND c.connamespace = 'public'::regnamespace`,
      ),
    )
    expect(keys.filter(({ first }) => first !== 'tenant_id')).toEqual([{ name: 'lintas_migrations', first: 'number' }])
    expect(keys).toHaveLength(27)
  })
})
