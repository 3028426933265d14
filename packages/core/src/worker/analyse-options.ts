import { DEFAULT_SPACES } from '../embedding/index.js'
import { checkBoolean, checkChoice, checkKeys, checkNumber } from '../options/index.js'
import type { AnalyseOptions } from './types.js'

const MOST_TIME_MS = Number.MAX_SAFE_INTEGER / 1000

const KEYS = ['mode', 'embed', 'requirements', 'face', 'chips', 'liveness', 'evidence', 'timestampMs', 'signal'] as const

/**
 * Refuses what no stage could make sense of, on this side of the worker: a moment that is not a number would break the tracker for good.
 * @throws TypeError that names a wrong option
 */
export function checkAnalyseOptions({ mode, embed, requirements, face, chips, liveness, evidence, timestampMs, ...rest }: AnalyseOptions): void {
  checkKeys('analyse', rest, KEYS)
  checkChoice('mode', mode, 'still', ['still', 'video'])
  checkChoice('embed', embed, 'acceptable', ['never', 'acceptable', 'always'])
  checkChoice('requirements', requirements, 'usual', ['usual', 'strict'])
  checkChoice('face', face, 'largest', ['largest', 'central'])
  checkBoolean('chips', chips, false)
  checkChoice('liveness', liveness, 'none', ['none', 'stream', 'passive'])
  checkBoolean('evidence', evidence, false)
  // As microseconds it must stay a whole number, or MediaPipe's clock breaks for good.
  checkNumber('timestampMs', timestampMs, 0, { min: -MOST_TIME_MS, max: MOST_TIME_MS })
}

/** The spaces to embed, the shipped profile's by default. @throws TypeError that names the option */
export function checkSpaces(spaces: readonly string[] = DEFAULT_SPACES): readonly string[] {
  const sound = Array.isArray(spaces) && spaces.length > 0 && spaces.every((space: unknown) => typeof space === 'string')
  if (!sound || new Set(spaces).size < spaces.length)
    throw new TypeError('spaces must be an array of one or more different names of embedding spaces')
  return [...spaces]
}
