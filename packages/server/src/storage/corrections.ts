import { noteAct } from './audit.js'
import { appendRecord, findRecord } from './ledger.js'
import type { LedgerHead } from './ledger-hash.js'
import type { CorrectionRecord } from './record.js'
import { areDifferentPeople } from './officers.js'
import type { Scope } from './scope.js'

/** Why a correction is refused. */
export type CorrectionRefusal =
  | 'unknown-record' // no such attendance record of this tenant, or it was erased
  | 'authors' // not two different people, or the subject is one of them, as far as is known
  | 'reason' // none given

/** What is corrected, why, and by whom. */
export type NewCorrection = Pick<CorrectionRecord, 'corrects' | 'reason' | 'authors' | 'instead'>

/** Appends a correction. What it corrects stays as it was. `actors` tell the authors' own subject ids, so that nobody corrects themself. */
export async function correctRecord(
  scope: Scope,
  correction: NewCorrection,
  actors: readonly string[] = [],
): Promise<{ readonly head: LedgerHead } | { readonly refused: CorrectionRefusal }> {
  const { corrects, reason, authors, instead } = correction
  const found = await findRecord(scope, corrects)
  if (found?.record.kind !== 'attendance') return { refused: 'unknown-record' }
  const { subjectId } = found.record
  const [first, second] = authors
  if (first.trim() === '' || second.trim() === '' || first === second) return { refused: 'authors' }
  if ([...authors, ...actors].includes(subjectId)) return { refused: 'authors' }
  if (!(await areDifferentPeople(scope, [first, second, subjectId]))) return { refused: 'authors' }
  if (reason.trim() === '') return { refused: 'reason' }
  const act = { action: 'attendance-corrected', subjectId }
  await noteAct(scope, { ...act, actor: first, details: { corrects, second } })
  await noteAct(scope, { ...act, actor: second, details: { corrects, first } })
  const occurredAt = scope.now.toISOString()
  return { head: await appendRecord(scope, { kind: 'correction', subjectId, occurredAt, corrects, reason, authors: [first, second], instead }) }
}
