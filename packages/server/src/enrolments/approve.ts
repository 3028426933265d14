import { Fault, notFound } from '../errors/index.js'
import { openTemplate } from '../sessions/index.js'
import {
  approveReference,
  areDifferentPeople,
  findDecision,
  findReference,
  isSamePerson,
  noteAct,
  pendingReferences,
  rejectReference,
  type Reference,
  type Scope,
  type Storage,
} from '../storage/index.js'
import { dropPortrait } from './portrait.js'
import { isFound, type Duplicates, type EnrolmentParts } from './ports.js'

/** An enrolment that waits. */
export interface PendingEnrolment {
  readonly enrolmentId: string
  readonly subjectId: string
  readonly createdAt: Date
  readonly createdBy: string
  readonly quality: number
  /** Whether somebody enrolled may be the same person: two officers then. Who, is told to the regency alone. */
  readonly possibleDuplicate: boolean
}

/** How an officer came to know whose face it is. */
export interface Approval {
  readonly actor: string
  /** `person`: stood before the officer; `photograph`: compared with the personnel photograph, which takes a second officer. */
  readonly seen: 'person' | 'photograph'
  /** Another officer, by a credential of their own. */
  readonly second?: string
}

/** A page of enrolments that wait, by id. */
export async function listPending(scope: Scope, page: { readonly after?: string; readonly limit: number }): Promise<readonly PendingEnrolment[]> {
  const references = await pendingReferences(scope, page)
  // One after another: they share one connection.
  const enrolments: PendingEnrolment[] = []
  for (const reference of references) enrolments.push(await described(scope, reference))
  return enrolments
}

async function described(scope: Scope, { referenceId, subjectId, createdAt, createdBy, quality }: Reference): Promise<PendingEnrolment> {
  return { enrolmentId: referenceId, subjectId, createdAt, createdBy, quality, possibleDuplicate: await isDuplicate(scope, referenceId) }
}

async function isDuplicate(scope: Scope, enrolmentId: string): Promise<boolean> {
  const findings = (await findDecision(scope, enrolmentId))?.findings
  // Without findings nobody knows, so it takes two officers.
  if (findings === null || findings === undefined) return true
  const { duplicates } = JSON.parse(findings) as { readonly duplicates?: Duplicates }
  return duplicates === undefined || isFound(duplicates)
}

/**
 * Makes the reference of an enrolment the active one.
 * @throws Fault 404, 409 `enrolment-not-pending`, 409 `enrolment-unreadable`, 403 `approval-self`, 409 `approval-second`
 */
export async function approveEnrolment(
  parts: Pick<EnrolmentParts, 'storage' | 'keyring' | 'duplicates'>,
  tenantId: string,
  enrolmentId: string,
  approval: Approval,
): Promise<{ readonly state: 'active' }> {
  const { actor, seen, second } = approval
  const approvers = second === undefined ? [actor] : [actor, second]
  await parts.storage.snapshot(tenantId, async (scope) => checkApprovers(scope, approvers, await pending(scope, enrolmentId)))
  const isLike = await isLikeAnother(parts, tenantId, enrolmentId)
  return await parts.storage.transact(tenantId, async (scope) => {
    const reference = await pending(scope, enrolmentId)
    const { subjectId } = reference
    await checkApprovers(scope, approvers, reference)
    const two = seen === 'photograph' || isLike || (await isDuplicate(scope, enrolmentId))
    const alone = second === undefined || !(await areDifferentPeople(scope, approvers))
    if (two && alone) throw new Fault(409, 'approval-second', 'This enrolment takes a second officer')
    const approved = await approveReference(scope, enrolmentId, approvers)
    if (approved === undefined) throw notPending()
    await dropPortrait(scope, enrolmentId)
    const details = { enrolmentId, seen, ...(second === undefined ? {} : { second }) }
    await noteAct(scope, { actor, action: 'enrolment-approved', subjectId, details })
    if (second !== undefined)
      await noteAct(scope, { actor: second, action: 'enrolment-approved', subjectId, details: { enrolmentId, seen, first: actor } })
    return { state: 'active' }
  })
}

async function checkApprovers(scope: Scope, approvers: readonly string[], { subjectId, createdBy }: Reference): Promise<void> {
  if (await isSamePerson(scope, approvers, [subjectId, createdBy])) {
    throw new Fault(403, 'approval-self', 'Nobody approves an enrolment of their own or one that they made')
  }
}

/**
 * Searched again, because two who enrol one face at once find nobody: whoever came second finds the first here, pending or active. No lock is needed
 * for it, since both were written before either can be approved.
 */
async function isLikeAnother(
  parts: Pick<EnrolmentParts, 'storage' | 'keyring' | 'duplicates'>,
  tenantId: string,
  enrolmentId: string,
): Promise<boolean> {
  const reference = await parts.storage.snapshot(tenantId, (scope) => pending(scope, enrolmentId))
  const template = await openTemplate(parts, reference).catch(() => {
    throw new Fault(409, 'enrolment-unreadable', 'This enrolment cannot be opened: its key is gone, or it is damaged. Enrol again')
  })
  const found = isFound(await parts.duplicates.search(tenantId, reference.subjectId, template))
  if (found) await parts.duplicates.flag(tenantId, reference.subjectId, template)
  return found
}

/** Removes an enrolment that waits. @throws Fault 404, 409 `enrolment-not-pending` */
export async function rejectEnrolment(
  storage: Storage,
  tenantId: string,
  enrolmentId: string,
  { actor, reason }: { readonly actor: string; readonly reason: string },
): Promise<{ readonly state: 'rejected' }> {
  return await storage.transact(tenantId, async (scope) => {
    const { subjectId } = await pending(scope, enrolmentId)
    if ((await rejectReference(scope, enrolmentId)) === undefined) throw notPending()
    await dropPortrait(scope, enrolmentId)
    await noteAct(scope, { actor, action: 'enrolment-rejected', subjectId, details: { enrolmentId, reason } })
    return { state: 'rejected' }
  })
}

async function pending(scope: Scope, enrolmentId: string): Promise<Reference> {
  const reference = await findReference(scope, enrolmentId)
  if (reference === undefined) throw notFound('enrolment')
  if (reference.state !== 'pending') throw notPending()
  return reference
}

const notPending = (): Fault => new Fault(409, 'enrolment-not-pending', 'This enrolment does not wait for approval')
