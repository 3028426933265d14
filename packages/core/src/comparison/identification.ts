import { checkNumber } from '../options/index.js'

/**
 * The chance that a search of `size` references, none of them the person's own, finds somebody at a threshold of false match rate `fmr`:
 * 1 − (1 − fmr)^size, references taken as independent. It grows almost in proportion: at FMR 0.1 % one search in ten for 105 references,
 * and all but certainly for 10,000. A gallery of relatives or look-alikes does worse.
 * @throws TypeError that names a wrong option
 */
export function falsePositiveIdentificationRate(fmr: number, size: number): number {
  checkNumber('fmr', fmr, NaN, { min: 0, max: 1 })
  checkNumber('size', size, NaN, { min: 0, integer: true })
  // log1p and expm1 keep the digits of a small fmr, which 1 − fmr would lose.
  return size === 0 ? 0 : -Math.expm1(size * Math.log1p(-fmr))
}

/**
 * The false match rate at which a threshold must be set for a search of `size` references to find a stranger with the chance `fpir`: the
 * inverse of {@link falsePositiveIdentificationRate}. A profile tells one threshold for one FMR; for another it must be calibrated again,
 * and an FMR below what the data carries (3 ÷ non-mated pairs of people, by the rule of three) cannot be claimed.
 * @throws TypeError that names a wrong option
 */
export function fmrForSearch(fpir: number, size: number): number {
  checkNumber('fpir', fpir, NaN, { min: 0, max: 1 })
  checkNumber('size', size, NaN, { min: 1, integer: true })
  return -Math.expm1(Math.log1p(-fpir) / size)
}
