import { encodeTemplate, type Template } from '@lintas/core/reference'
import {
  answering,
  checkStanding,
  decideOnce,
  keep,
  readSubmission,
  settle,
  settleBad,
  settleBarred,
  settledBefore,
  templateAad,
  told,
  verifySubmission,
  type CheckInAnswer,
  type Findings,
  type GoodSubmission,
  type Sealed,
} from '../sessions/index.js'
import { addReference, noteAct, noteDevice, type Decision, type Scope } from '../storage/index.js'
import { keepPortrait } from './portrait.js'
import { isFound, type Duplicates, type EnrolmentParts } from './ports.js'

/** Evidence of an enrolment. */
export interface EnrolmentRequest {
  readonly body: Uint8Array<ArrayBuffer>
  /** Who is logged in at the relay. */
  readonly subjectId: string
  /** Who runs the enrolment, where it is not the subject alone: they may not approve it. */
  readonly actor?: string
}

/** An enrolment that an officer has to approve. */
export interface PendingAnswer {
  readonly enrolmentId: string
  readonly state: 'pending'
}

/**
 * Verifies the evidence of an enrolment; what it makes admits nobody until an officer approves it. Its id is the session's.
 * @throws Fault as a check-in does
 */
export async function enrol(parts: EnrolmentParts, tenantId: string, request: EnrolmentRequest): Promise<PendingAnswer | CheckInAnswer> {
  return await answering(async () => {
    const { actor, ...submitted } = request
    const submission = await readSubmission(parts, tenantId, { ...submitted, purpose: 'enrolment' })
    if (submission.kind === 'repeat') return answerOf(submission.decision)
    if (submission.kind === 'bad') return answerOf(await settleBad(parts, tenantId, submission))
    const decideNow = async () => (await settleBarred(parts, submission)) ?? (await verifyAndDecide(parts, submission, actor))
    return answerOf(await decideOnce(parts.storage, submission, decideNow))
  })
}

async function verifyAndDecide(parts: EnrolmentParts, submission: GoodSubmission, actor: string | undefined): Promise<Decision> {
  const verified = await verifySubmission(parts, submission)
  if (verified.kind === 'bad') return await settleBad(parts, submission.session.tenantId, verified)
  return await decide(parts, submission, verified.findings, actor)
}

const answerOf = ({ answer }: Decision): PendingAnswer | CheckInAnswer => JSON.parse(answer) as PendingAnswer | CheckInAnswer

async function decide(parts: EnrolmentParts, submission: GoodSubmission, findings: Findings, actor: string | undefined): Promise<Decision> {
  const { tenantId, subjectId, sid } = submission.session
  const { template } = findings
  if (findings.outcome === 'admitted' && template === undefined) throw new TypeError('an enrolment that is not refused has a template')
  if (findings.outcome === 'refused' || template === undefined) {
    return await parts.storage.transact(tenantId, (scope) => refuse(scope, parts, submission, findings))
  }
  const duplicates = await parts.duplicates.search(tenantId, subjectId, template)
  const plain = new TextEncoder().encode(encodeTemplate(template))
  const sealed = await parts.keyring.seal('template', plain, templateAad(tenantId, subjectId, sid))
  const made = { template, sealed, duplicates, createdBy: actor ?? subjectId }
  const decision = await parts.storage.transact(tenantId, (scope) => add(scope, parts, submission, findings, made))
  // Only now: of an enrolment that was not settled no pair is left. Where the process ends here, the approval flags them.
  if (decision.outcome === 'review' && isFound(duplicates)) await parts.duplicates.flag(tenantId, subjectId, template)
  return decision
}

async function refuse(scope: Scope, parts: EnrolmentParts, submission: GoodSubmission, findings: Findings): Promise<Decision> {
  const before = await settledBefore(scope, submission)
  if (before !== undefined) return before
  await checkStanding(scope, submission, undefined)
  const { hint } = findings
  const verdict = { outcome: 'refused', findings: told(findings), ...(hint === undefined ? {} : { hint }) } as const
  const decision = await settle(scope, parts, submission, verdict)
  await keep(scope, parts, submission, findings, decision)
  return decision
}

interface Made {
  readonly template: Template
  readonly sealed: Sealed
  readonly duplicates: Duplicates
  readonly createdBy: string
}

async function add(scope: Scope, parts: EnrolmentParts, submission: GoodSubmission, findings: Findings, made: Made): Promise<Decision> {
  const before = await settledBefore(scope, submission)
  if (before !== undefined) return before
  await checkStanding(scope, submission, undefined)
  const { subjectId, sid } = submission.session
  const { template, sealed, duplicates, createdBy } = made
  const device = await noteDevice(scope, subjectId, submission.thumbprint)
  if (device.refused !== undefined) {
    const flags = [device.refused]
    const refused = await settle(scope, parts, submission, { outcome: 'refused', next: 'assisted', findings: { ...told(findings), flags } })
    await keep(scope, parts, submission, findings, refused)
    return refused
  }
  const answer: PendingAnswer = { enrolmentId: sid, state: 'pending' }
  const decision = await settle(scope, parts, submission, { outcome: 'review', findings: { ...told(findings), duplicates }, answer })
  await addReference(scope, subjectId, {
    ...{ referenceId: sid, ciphertext: sealed.ciphertext, keyId: sealed.keyId, createdBy, quality: template.quality },
    modelIds: template.embeddings.map(({ modelId }) => modelId),
  })
  await noteAct(scope, { actor: createdBy, action: 'enrolment-pending', subjectId, details: { enrolmentId: sid } })
  await keepPortrait(scope, parts, submission)
  await keep(scope, parts, submission, findings, decision)
  return decision
}
