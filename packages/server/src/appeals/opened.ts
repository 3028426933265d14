import { unpackBundle, type Bundle } from '@lintas/core/evidence'
import { Fault, notFound } from '../errors/index.js'
import { evidenceAad, type SessionParts } from '../sessions/index.js'
import { findDecision, findSession, keptEvidence, listSteps, type Evidence, type Scope, type Session } from '../storage/index.js'
import { VaultError } from '../vault/index.js'
import { noAppeal } from './appeal.js'
import { checkTwo, noteBoth, type Officers } from './two-officers.js'

type Parts = Pick<SessionParts, 'storage' | 'keyring'>

/** A frame that the browser had to open, and what for. */
export interface OpenedFrame {
  /** Its number, from 0, by which it is fetched. */
  readonly frame: number
  readonly bytes: number
  /** Of which step, which action was asked there, and which of its candidates it is; absent where the steps are gone. */
  readonly step?: number
  readonly action?: string
  readonly index?: number
}

/** What two officers see of a refusal that somebody appealed against. */
export interface OpenedEvidence {
  readonly sid: string
  readonly subjectId: string
  readonly outcome: string
  readonly decidedAt: Date
  readonly findings: string | null
  readonly appeal: { readonly reason: string; readonly until: Date }
  readonly frames: readonly OpenedFrame[]
}

/**
 * Opens what was sealed of a refusal, while an appeal stands; that it was opened, and by whom, is noted in the same transaction.
 * @throws Fault 404, also for evidence that is gone; 409 `appeal-none`, `appeal-second`, `appeal-unreadable`; 403 `appeal-authors`
 */
export async function openEvidence(parts: Parts, tenantId: string, sid: string, officers: Officers): Promise<OpenedEvidence> {
  return await parts.storage.transact(tenantId, async (scope) => {
    const { session, kept, appeal, bundle } = await open(scope, parts, sid, officers)
    const decision = await findDecision(scope, sid)
    if (decision === undefined) throw notFound('evidence')
    const steps = (await listSteps(scope, sid)).flatMap(({ n, action, openFrames }) => openFrames.map((index) => ({ step: n, action, index })))
    const frames = bundle.frames.map(({ length }, frame) => ({ frame, bytes: length, ...steps[frame] }))
    await noteBoth(scope, officers, { action: 'evidence-opened', subjectId: kept.subjectId, details: { sid } })
    const { outcome, decidedAt, findings } = decision
    return { sid, subjectId: session.subjectId, outcome, decidedAt, findings, appeal, frames }
  })
}

/** One of its frames, a JPEG. @throws as {@link openEvidence} */
export async function openFrame(parts: Parts, tenantId: string, sid: string, frame: number, officers: Officers): Promise<Uint8Array> {
  return await parts.storage.transact(tenantId, async (scope) => {
    const { kept, bundle } = await open(scope, parts, sid, officers)
    const jpeg = bundle.frames[frame]
    if (jpeg === undefined) throw notFound('frame')
    await noteBoth(scope, officers, { action: 'evidence-opened', subjectId: kept.subjectId, details: { sid, frame } })
    return jpeg
  })
}

interface Opened {
  readonly session: Session
  readonly kept: Evidence
  readonly appeal: OpenedEvidence['appeal']
  readonly bundle: Bundle
}

async function open(scope: Scope, { keyring }: Parts, sid: string, officers: Officers): Promise<Opened> {
  const session = await findSession(scope, sid)
  if (session === undefined) throw notFound('session')
  const kept = await keptEvidence(scope, sid, 'sealed')
  if (kept === undefined) throw notFound('evidence')
  const { subjectId, appeal, appealUntil, keyId, ciphertext } = kept
  if (appeal === null || appealUntil === null || appealUntil <= scope.now) throw noAppeal()
  await checkTwo(scope, 'appeal', officers, subjectId)
  try {
    const plain = await keyring.open('evidence', { keyId, ciphertext }, evidenceAad(scope.tenantId, subjectId, sid, 'sealed'))
    return { session, kept, appeal: { reason: appeal, until: appealUntil }, bundle: unpackBundle(new Uint8Array(plain)) }
  } catch (cause) {
    if (!(cause instanceof VaultError)) throw cause
    throw new Fault(409, 'appeal-unreadable', 'This evidence cannot be opened: its key is gone, or it is damaged', { cause })
  }
}
