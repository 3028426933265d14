import type { CalibrationProfile } from '../comparison/index.js'
import { LintasError } from '../errors/index.js'
import { checkNumber } from '../options/index.js'
import { AGREEMENT_LIMITS, type AgreementLimits } from '../reference/index.js'
import type { AnalyserInfo } from '../worker/index.js'

/**
 * The agreement limits of exactly the profile's spaces: the caller's own, else the profile's, else the measured ones of the shipped spaces.
 * @throws TypeError that names a space without one
 */
export function limitsFor({ models }: CalibrationProfile, own: AgreementLimits = {}): AgreementLimits {
  return Object.fromEntries(
    models.map(({ space, agreement }) => {
      const limit = own[space] ?? agreement ?? AGREEMENT_LIMITS[space]
      if (limit === undefined) throw new TypeError(`agreementLimits must have a limit for ${space}: none is known, and the profile names none`)
      return [space, checkNumber(`agreementLimits.${space}`, limit, NaN, { min: -1, max: 1 })]
    }),
  )
}

/** The measured limits and the caller's own. @throws TypeError that names a wrong one */
export function knownLimits(own: AgreementLimits = {}): AgreementLimits {
  for (const [space, limit] of Object.entries(own)) checkNumber(`agreementLimits.${space}`, limit, NaN, { min: -1, max: 1 })
  return { ...AGREEMENT_LIMITS, ...own }
}

/** @throws LintasError `models-unlike` when the analyser does not embed all of `wanted`: the person would stand there for nothing */
export function checkSpaces({ spaces }: AnalyserInfo, wanted: readonly string[]): void {
  const missing = wanted.find((space) => !spaces.includes(space))
  if (missing === undefined) return
  const message = `the analyser embeds ${spaces.join(', ')}, not ${missing}: give it the profile's spaces`
  throw new LintasError('models-unlike', message, { details: { space: missing } })
}
