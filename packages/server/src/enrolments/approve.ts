import { Fault, notFound } from '../errors/index.js'
import { checkAssignedAt, checkFits, openTemplate } from '../sessions/index.js'
import {
  addFindings,
  approveReference,
  areDifferentPeople,
  findDecision,
  findReference,
  hasLapsed,
  isSamePerson,
  lapsedEnrolments,
  noteAct,
  pendingReferences,
  rejectReference,
  type LapsedEnrolment,
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
  /** Whether the search could not compare this face with everybody: that no duplicate was found then says less. */
  readonly incomplete: boolean
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

/** A page of the enrolments of the last 90 days that nobody decided on in time, by id. */
export async function listLapsed(scope: Scope, page: { readonly after?: string; readonly limit: number }): Promise<readonly LapsedEnrolment[]> {
  return await lapsedEnrolments(scope, { ...page, since: new Date(scope.now.getTime() - LAPSED_MS) })
}

const LAPSED_MS = 90 * 86_400_000

async function described(scope: Scope, { referenceId, subjectId, createdAt, createdBy, quality }: Reference): Promise<PendingEnrolment> {
  return { enrolmentId: referenceId, subjectId, createdAt, createdBy, quality, ...(await searched(scope, referenceId)) }
}

/** What the searches for an enrolment's face have found so far: at the enrolment, at those of others who came later, and at a try to approve it. */
async function searched(scope: Scope, enrolmentId: string): Promise<Pick<PendingEnrolment, 'possibleDuplicate' | 'incomplete'>> {
  const findings = (await findDecision(scope, enrolmentId))?.findings
  // Without findings nobody knows, so it takes two officers.
  if (findings === null || findings === undefined) return { possibleDuplicate: true, incomplete: true }
  const duplicates = duplicatesIn(findings)
  const { laterDuplicate } = JSON.parse(findings) as { readonly laterDuplicate?: boolean }
  return {
    possibleDuplicate: duplicates === undefined || isFound(duplicates) || laterDuplicate === true,
    incomplete: duplicates?.leftOut !== 0,
  }
}

/** `undefined`: nobody knows. */
function duplicatesIn(findings: string | null | undefined): Duplicates | undefined {
  return findings === null || findings === undefined ? undefined : (JSON.parse(findings) as { readonly duplicates?: Duplicates }).duplicates
}

/** What an approval stands on. */
export type ApprovalParts = Pick<EnrolmentParts, 'storage' | 'keyring' | 'duplicates' | 'policy' | 'regencyOf'>

/** What an approval made, and with how much of a search behind it. */
export interface Approved {
  readonly state: 'active'
  readonly incomplete: boolean
}

/**
 * Makes the reference of an enrolment the active one.
 * @throws Fault 404, 409 `enrolment-not-pending`, 409 `enrolment-lapsed`, 409 `enrolment-unreadable`, 409 `reference-outdated`, 403 `approval-self`, 409 `approval-second`, `assignment-*`
 */
export async function approveEnrolment(parts: ApprovalParts, tenantId: string, enrolmentId: string, approval: Approval): Promise<Approved> {
  const { actor, seen, second } = approval
  const approvers = second === undefined ? [actor] : [actor, second]
  await parts.storage.snapshot(tenantId, async (scope) => checkApprovers(scope, approvers, await pending(scope, enrolmentId)))
  const leftOut = await searchAgain(parts, tenantId, enrolmentId)
  return await parts.storage.transact(tenantId, async (scope) => {
    const reference = await pending(scope, enrolmentId)
    const { subjectId } = reference
    await checkApprovers(scope, approvers, reference)
    // Of somebody who was transferred meanwhile there would be a reference that nobody may compare with.
    await checkAssignedAt(scope, parts, subjectId, scope.now)
    const two = seen === 'photograph' || (await searched(scope, enrolmentId)).possibleDuplicate
    const alone = second === undefined || !(await areDifferentPeople(scope, approvers))
    if (two && alone) throw new Fault(409, 'approval-second', 'This enrolment takes a second officer')
    const approved = await approveReference(scope, enrolmentId, approvers)
    if (approved === undefined) throw notPending()
    await dropPortrait(scope, enrolmentId)
    const details = { enrolmentId, seen, leftOut, ...(second === undefined ? {} : { second }) }
    await noteAct(scope, { actor, action: 'enrolment-approved', subjectId, details })
    if (second !== undefined)
      await noteAct(scope, { actor: second, action: 'enrolment-approved', subjectId, details: { enrolmentId, seen, leftOut, first: actor } })
    return { state: 'active', incomplete: leftOut > 0 }
  })
}

async function checkApprovers(scope: Scope, approvers: readonly string[], { subjectId, createdBy }: Reference): Promise<void> {
  if (await isSamePerson(scope, approvers, [subjectId, createdBy])) {
    throw new Fault(403, 'approval-self', 'Nobody approves an enrolment of their own or one that they made')
  }
}

/**
 * Searched again, because two who enrol one face at once find nobody: whoever came second finds the first here, pending or active. No lock is needed
 * for it, since both were written before either can be approved. What is found is noted whether or not the approval comes about; that nothing is found
 * any more takes nothing back.
 * @returns how many references could not be compared
 */
async function searchAgain(parts: ApprovalParts, tenantId: string, enrolmentId: string): Promise<number> {
  const reference = await parts.storage.snapshot(tenantId, (scope) => pending(scope, enrolmentId))
  const template = await openTemplate(parts, reference).catch(() => {
    throw new Fault(409, 'enrolment-unreadable', 'This enrolment cannot be opened: its key is gone, or it is damaged. Enrol again')
  })
  // It would be compared with nobody, now and at every check-in.
  checkFits(template, parts.policy.calibration)
  const now = await parts.duplicates.search(tenantId, reference.subjectId, template)
  const { leftOut } = now
  // Of two tries at once, the one that found nobody adds to what the other found.
  await parts.storage.transact(tenantId, (scope) =>
    addFindings(scope, enrolmentId, ({ duplicates: before }) =>
      before === undefined ? {} : { duplicates: isFound(now) ? now : { ...(before as Duplicates), leftOut } },
    ),
  )
  if (isFound(now)) await parts.duplicates.flag(tenantId, reference.subjectId, template)
  return leftOut
}

/** Removes an enrolment that waits. Why is kept with its findings, and goes with them: nothing is taken from the audit. @throws Fault 404, 409 `enrolment-not-pending`, 409 `enrolment-lapsed` */
export async function rejectEnrolment(
  storage: Storage,
  tenantId: string,
  enrolmentId: string,
  { actor, reason }: { readonly actor: string; readonly reason: string },
): Promise<{ readonly state: 'rejected' }> {
  return await storage.transact(tenantId, async (scope) => {
    const { subjectId } = await pending(scope, enrolmentId)
    // First, since an erasure takes them in this order, too.
    await addFindings(scope, enrolmentId, { rejection: reason })
    if ((await rejectReference(scope, enrolmentId)) === undefined) throw notPending()
    await dropPortrait(scope, enrolmentId)
    await noteAct(scope, { actor, action: 'enrolment-rejected', subjectId, details: { enrolmentId } })
    return { state: 'rejected' }
  })
}

async function pending(scope: Scope, enrolmentId: string): Promise<Reference> {
  const reference = await findReference(scope, enrolmentId)
  if (reference === undefined) throw (await hasLapsed(scope, enrolmentId)) ? lapsed() : notFound('enrolment')
  if (reference.state !== 'pending') throw notPending()
  return reference
}

const lapsed = (): Fault =>
  new Fault(409, 'enrolment-lapsed', 'Nobody decided on this enrolment in time, and what it was made of is erased: enrol again')
const notPending = (): Fault => new Fault(409, 'enrolment-not-pending', 'This enrolment does not wait for approval')
