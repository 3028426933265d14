import type { PadOutcome } from '@lintas/core/liveness'
import type { QualityReason } from '@lintas/core/quality'
import type { Purpose } from '@lintas/core/receipt'
import { EVIDENCE_LAYERS, type EvidenceLayer, type FindingReason, type Findings } from './types.js'

/** What came of the comparison, or of making a reference. */
export type Result = 'match' | 'non-match' | 'no-reference' | 'absent' | 'template' | 'too-few' | 'disagree'

/** What every layer says. */
export interface Verdicts {
  /** Whether nothing speaks against it. */
  readonly evidence: Readonly<Record<EvidenceLayer, boolean>>
  readonly pad: PadOutcome
  readonly result: Result
  /** Why nothing was good enough, where that is so. */
  readonly quality: readonly QualityReason[]
}

const REASONS: Readonly<Record<Exclude<Result, 'match' | 'template'>, FindingReason>> = {
  'non-match': 'comparison:non-match',
  'no-reference': 'comparison:no-reference',
  absent: 'comparison:absent',
  'too-few': 'enrolment:too-few',
  disagree: 'enrolment:disagree',
}

/** What a session of each purpose must come to. */
const WANTED: Readonly<Record<Purpose, Result>> = { 'check-in': 'match', enrolment: 'template' }

/** Admits only where every layer says so; whatever is absent, or a word that this version does not know, refuses. */
export function decide({ evidence, pad, result, quality }: Verdicts, purpose: Purpose): Pick<Findings, 'outcome' | 'reasons'> {
  const reasons: FindingReason[] = EVIDENCE_LAYERS.filter((layer) => (evidence[layer] as unknown) !== true)
  if (pad === 'attack') reasons.push('pad:attack')
  else if (pad !== 'bona-fide') reasons.push('pad:undetermined')
  const wanted = WANTED[purpose] as Result | undefined
  if (wanted === undefined || result !== wanted) {
    const told = REASONS[result as keyof typeof REASONS] as FindingReason | undefined
    reasons.push(told ?? 'comparison:absent', ...quality.map((reason): FindingReason => `quality:${reason}`))
  }
  return { outcome: reasons.length === 0 ? 'admitted' : 'refused', reasons }
}
