import type { LayerEvidence, PadLayer } from '../layers.js'
import { PAD_LAYERS } from '../layers.js'
import type { PadOutcome } from '../outcome.js'
import { CONTINUITY_REASONS } from '../continuity/reasons.js'
import { INJECTION_RAISES } from '../injection/weights.js'
import { INJECTION_REASONS } from '../injection/reasons.js'
import { PASSIVE_REASONS } from '../passive/reasons.js'
import { SHAPE_REASONS } from '../shape/reasons.js'
import { policyOf, raised, type PadPolicy, type PadPreset } from './policy.js'
import type { FusionReason } from './reasons.js'

/** What all layers together say, with everything it was made of. */
export interface FusedAssessment {
  readonly outcome: PadOutcome
  /** Why not bona fide, most important first: fusion's own ({@link FusionReason}), then those of the layers that were decisive. Empty exactly when bona fide. */
  readonly reasons: readonly string[]
  /** As they came. */
  readonly layers: readonly LayerEvidence[]
  /** What was asked for in the end. */
  readonly policy: PadPolicy
  /** Injection hints, or their absence, made the policy stricter. */
  readonly raised: boolean
}

/** Reasons that this version knows. The challenge's are its own, and harmless here: without a bona fide challenge no policy but one's own admits. */
const KNOWN_REASONS: Readonly<Record<PadLayer, (reason: string) => boolean>> = {
  challenge: (reason) => reason.length > 0,
  shape: (reason) => (SHAPE_REASONS as readonly string[]).includes(reason),
  continuity: (reason) => (CONTINUITY_REASONS as readonly string[]).includes(reason),
  passive: (reason) => (PASSIVE_REASONS as readonly string[]).includes(reason),
  injection: (reason) => (INJECTION_REASONS as readonly string[]).includes(reason),
}

/**
 * Joins the layers' evidence into one assessment; fails closed. In this order:
 * - a layer that decides and says attack: `attack`, whatever the policy requires;
 * - a layer of {@link PAD_LAYERS} that was not heard, or something that this version does not know: `undetermined`;
 * - injection hints of {@link INJECTION_RAISES} and more raise the policy to the next stricter one; they decide nothing;
 * - a layer that the policy requires and that is not bona fide: `undetermined`; otherwise `bona-fide`.
 *
 * A layer that was heard twice must say bona fide twice.
 * @throws TypeError for a policy that is none
 */
export function assessPad(layers: readonly LayerEvidence[], policy: PadPreset | PadPolicy = 'standard'): FusedAssessment {
  const asked = policyOf(policy)
  const raise = injectionRaises(layers)
  const held = raise ? raised(policy) : asked
  const attacks = layers.filter(({ layer, outcome }) => outcome === 'attack' && layer !== 'injection')
  const base = { layers, policy: held, raised: raise }
  if (attacks.length > 0) return { ...base, outcome: 'attack', reasons: attacks.flatMap(reasonsOfAttack) }
  const faults = faultsOf(layers)
  const open = faults.length > 0 ? [] : unmet(layers, held)
  if (faults.length === 0 && open === undefined) return { ...base, outcome: 'bona-fide', reasons: [] }
  const told = layers.filter(({ layer, outcome }) => outcome !== 'bona-fide' && (open ?? []).includes(layer)).flatMap(({ reasons }) => reasons)
  return { ...base, outcome: 'undetermined', reasons: faults.length > 0 ? faults : ['layer-undetermined', ...told] }
}

/** An attack without a reason is one all the same. */
function reasonsOfAttack({ reasons }: LayerEvidence): readonly string[] {
  return reasons.length > 0 ? reasons : ['layer-contradicts']
}

function faultsOf(layers: readonly LayerEvidence[]): readonly FusionReason[] {
  const faults: FusionReason[] = []
  if (layers.some((evidence) => isUnknown(evidence))) faults.push('layer-unknown')
  if (layers.some((evidence) => contradicts(evidence))) faults.push('layer-contradicts')
  if (PAD_LAYERS.some((layer) => layers.every((evidence) => evidence.layer !== layer))) faults.push('layer-missing')
  return faults
}

/** Evidence may have come over a wire, from another version. */
function isUnknown({ layer, outcome, reasons }: LayerEvidence): boolean {
  const known = (PAD_LAYERS as readonly string[]).includes(layer) && ['bona-fide', 'attack', 'undetermined'].includes(outcome)
  return !known || !reasons.every((reason) => KNOWN_REASONS[layer](reason))
}

function contradicts({ layer, outcome, reasons, weight, score }: LayerEvidence): boolean {
  if (outcome !== 'bona-fide' || layer === 'injection') return false
  return reasons.length > 0 || !(weight > 0) || (score !== undefined && !Number.isFinite(score))
}

/** Nobody looked, a number that is none, or hints enough. */
function injectionRaises(layers: readonly LayerEvidence[]): boolean {
  const injection = layers.filter(({ layer }) => layer === 'injection')
  return injection.length === 0 || injection.some(({ score = NaN }) => !(score < INJECTION_RAISES))
}

/** The layers that are in the way; undefined when none is. */
function unmet(layers: readonly LayerEvidence[], { required, oneOf }: PadPolicy): readonly PadLayer[] | undefined {
  const says = (layer: PadLayer): boolean => layers.filter((evidence) => evidence.layer === layer).every(({ outcome }) => outcome === 'bona-fide')
  const missing: PadLayer[] = required.filter((layer) => !says(layer))
  if (oneOf.length > 0 && !oneOf.some(says)) missing.push(...oneOf)
  return missing.length === 0 ? undefined : missing
}
