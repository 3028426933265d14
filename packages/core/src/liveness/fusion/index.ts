export { assessPad, type FusedAssessment } from './assess.js'
export { DECIDING_LAYERS, PAD_POLICIES, PAD_PRESETS, policyOf, type DecidingLayer, type PadPolicy, type PadPreset } from './policy.js'
export { FUSION_REASONS, type FusionReason } from './reasons.js'
