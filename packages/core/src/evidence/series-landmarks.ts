import { NOSE_POINTS, PERSPECTIVE_POINTS, REST_POINTS, RIGID_POINTS } from '../liveness/index.js'
import { MEASURED_POINTS } from '../quality/index.js'

/**
 * The landmarks of a series, ascending: those that a layer of liveness reads, and those that the openings of eyes and mouth and the inter-eye distance
 * are computed from. They are part of the wire form: another set is another schema.
 */
export const SERIES_LANDMARKS: readonly number[] = [
  ...new Set([...RIGID_POINTS, ...REST_POINTS, ...NOSE_POINTS, ...PERSPECTIVE_POINTS, ...MEASURED_POINTS]),
].sort((one, other) => one - other)
