import {
  INJECTION_RAISES,
  PAD_POLICIES,
  assessPad,
  type LayerEvidence,
  type PadLayer,
  type PadOutcome,
  type PadPolicy,
  type PadPreset,
} from '../../../packages/core/src/liveness/index.js'
import { raised } from '../../../packages/core/src/liveness/fusion/policy.js'
import type { Level, PadFinding } from './types.js'

/** What each level can say; what it cannot is left out of the policy, as an ablated layer is. */
const SILENT: Readonly<Record<Level, readonly PadLayer[]>> = { 'check-in': [], layers: ['challenge'], frames: [] }

/**
 * What `preset` makes of a finding, the layers `without` left out: they are neither required nor may they say attack (injection: it may not raise the
 * preset).
 */
export function verdict({ layers }: Pick<PadFinding, 'layers'>, level: Level, preset: PadPreset, without: readonly PadLayer[] = []): PadOutcome {
  if (level === 'frames') return layers[0]?.outcome ?? 'undetermined'
  const left = [...SILENT[level], ...without]
  const raises = !left.includes('injection') && layers.some(({ layer, score = NaN }) => layer === 'injection' && !(score < INJECTION_RAISES))
  const policy = stripped(raises ? raised(preset) : PAD_POLICIES[preset], left)
  const heard = layers.map((evidence) => silenced(evidence, left))
  const nothing = policy.required.length + policy.oneOf.length === 0
  if (nothing) return heard.some(({ layer, outcome }) => outcome === 'attack' && layer !== 'injection') ? 'attack' : 'bona-fide'
  return assessPad(heard, policy).outcome
}

function stripped({ required, oneOf }: PadPolicy, left: readonly PadLayer[]): PadPolicy {
  return { required: required.filter((layer) => !left.includes(layer)), oneOf: oneOf.filter((layer) => !left.includes(layer)) }
}

/** A layer that says nothing. The hints have raised the preset already where they may. */
function silenced(evidence: LayerEvidence, left: readonly PadLayer[]): LayerEvidence {
  if (evidence.layer === 'injection') return { ...evidence, score: 0, reasons: [] }
  return left.includes(evidence.layer) ? { ...evidence, outcome: 'undetermined', reasons: [] } : evidence
}
