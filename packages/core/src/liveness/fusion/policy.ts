import { checkChoice, checkKeys } from '../../options/index.js'

/** The layers that can decide. Injection hints never do. */
export const DECIDING_LAYERS: readonly ['challenge', 'shape', 'continuity', 'passive'] = ['challenge', 'shape', 'continuity', 'passive']
/** One of {@link DECIDING_LAYERS}. */
export type DecidingLayer = (typeof DECIDING_LAYERS)[number]

/** Which layers must say bona fide. All layers must be heard in every case, and none may say attack. */
export interface PadPolicy {
  /** Each of these must. */
  readonly required: readonly DecidingLayer[]
  /** At least one of these must; none: nothing is asked besides. */
  readonly oneOf: readonly DecidingLayer[]
}

/** Names of {@link PAD_POLICIES}, from the mildest to the strictest. */
export const PAD_PRESETS = ['low', 'standard', 'high'] as const
/** One of {@link PAD_PRESETS}. */
export type PadPreset = (typeof PAD_PRESETS)[number]

/**
 * `low`: somebody followed the challenge without a break. `standard`: and shape or the passive net saw a person: whoever cannot turn is judged by the
 * net, whoever sits in a dim room by shape. `high`: all of them. Rates of the layers: docs/evaluation/pad-passive.json, docs/evaluation/shape.json.
 */
export const PAD_POLICIES: Readonly<Record<PadPreset, PadPolicy>> = {
  low: { required: ['challenge', 'continuity'], oneOf: [] },
  standard: { required: ['challenge', 'continuity'], oneOf: ['shape', 'passive'] },
  high: { required: ['challenge', 'continuity', 'shape', 'passive'], oneOf: [] },
}

/** What injection hints make of a policy: the next stricter preset; of one's own, everything. */
export function raised(policy: PadPreset | PadPolicy): PadPolicy {
  return policy === 'low' ? PAD_POLICIES.standard : PAD_POLICIES.high
}

/** `policy` as layers. @throws TypeError naming what is wrong: a policy misread would admit. */
export function policyOf(policy: PadPreset | PadPolicy): PadPolicy {
  if (typeof policy === 'string') return PAD_POLICIES[checkChoice('policy', policy, 'standard', PAD_PRESETS)]
  checkKeys('policy', policy, ['required', 'oneOf'])
  for (const [name, layers] of [
    ['policy.required', policy.required],
    ['policy.oneOf', policy.oneOf],
  ] as const) {
    if (!Array.isArray(layers)) throw new TypeError(`${name} must be a list of layers`)
    for (const layer of layers as readonly unknown[]) {
      if (!(DECIDING_LAYERS as readonly unknown[]).includes(layer)) throw new TypeError(`${name}: there is no deciding layer ${String(layer)}`)
    }
  }
  if (policy.required.length + policy.oneOf.length === 0) throw new TypeError('policy.required: a policy that asks for nothing admits everybody')
  return policy
}
