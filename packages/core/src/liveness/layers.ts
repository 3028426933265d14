import type { ContinuityReason } from './continuity/reasons.js'
import type { InjectionReason } from './injection/reasons.js'
import type { PassiveReason } from './passive/reasons.js'
import type { ShapeReason } from './shape/reasons.js'
import type { PadOutcome } from './outcome.js'

/** The layers of presentation attack detection, in the order in which they are told. */
export const PAD_LAYERS = ['challenge', 'shape', 'continuity', 'passive', 'injection'] as const

/** One of {@link PAD_LAYERS}. */
export type PadLayer = (typeof PAD_LAYERS)[number]

/** Why a layer that judges frames came to its outcome. The challenge has its own. */
export type LayerReason = ShapeReason | ContinuityReason | PassiveReason | InjectionReason

/** What one layer found. */
export interface LayerEvidence<Reason extends string = string> {
  readonly layer: PadLayer
  readonly outcome: PadOutcome
  /** In the layer's own unit; absent: not measured. */
  readonly score?: number
  /** What the score was held against, in the same unit. Absent where the layer decides on several measures. */
  readonly threshold?: number
  /** 0 to 1: 1 decides, 0 never does and is told only. What lies between raises what fusion requires. */
  readonly weight: number
  /** Why, most important first; empty exactly when nothing speaks against a bona fide presentation. */
  readonly reasons: readonly Reason[]
  /** Plain facts for the officer: counts, measures and their units, by name. */
  readonly evidence: Readonly<Record<string, number | string | boolean>>
}
