export { assessQuality, qualityScore } from './assess.js'
export { measureQuality, type QualityInput } from './measure.js'
export { QUALITY_REQUIREMENTS, type QualityPreset, type QualityRequirements } from './requirements.js'
export type { QualityAssessment, QualityMeasures, QualityReason } from './types.js'
