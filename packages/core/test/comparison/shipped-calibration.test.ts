import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { COMPACT_CALIBRATION, SHIPPED_CALIBRATION, checkCalibrationProfile, type CalibrationProfile } from '../../src/comparison/index.js'

interface Figures {
  readonly models: readonly { readonly space: string; readonly weight: number }[]
  readonly nonMated: { readonly matrix: { readonly comparisons: number; readonly subjects: number } }
  readonly operatingPoints: readonly { readonly fmr: number; readonly nonMated: string; readonly threshold?: number }[]
  readonly atThresholds: readonly {
    readonly nonMated: string
    readonly threshold: number
    readonly fmr: { readonly value: number; readonly interval: readonly [number, number] }
  }[]
}

/** What was measured with the shipped weights; written by the evaluation, read by nobody's hand. */
function measured(profile: CalibrationProfile): Figures {
  const url = new URL('../../../../docs/evaluation/lfw-dev.json', import.meta.url)
  const { results } = JSON.parse(readFileSync(url, 'utf8')) as { results: readonly Figures[] }
  const weights = (models: Figures['models']): string => JSON.stringify(models.map(({ space, weight }) => [space, weight]).sort())
  const found = results.find(({ models }) => weights(models) === weights(profile.models))
  if (found === undefined) throw new Error('the evaluation has no figures of the shipped weights')
  return found
}

describe.each([SHIPPED_CALIBRATION, COMPACT_CALIBRATION])('the profile $id', (profile) => {
  it('is sound, and says that it is nobody’s own', () => {
    expect(() => checkCalibrationProfile(profile)).not.toThrow()
    expect(profile.origin).toBe('shipped')
  })

  it('has the threshold that its FMR was measured to need, over the people and comparisons that it names', () => {
    const { nonMated, operatingPoints } = measured(profile)
    const { threshold, fmr, data } = profile
    const needed = operatingPoints.find((point) => point.nonMated === 'matrix' && point.fmr === fmr)?.threshold ?? NaN
    expect(threshold).toBeGreaterThanOrEqual(needed)
    expect(threshold - needed).toBeLessThan(0.0005)
    expect([data.subjects, data.nonMatedComparisons]).toEqual([nonMated.matrix.subjects, nonMated.matrix.comparisons])
  })
})

describe('the default profile', () => {
  it('tells the interval that was measured at its threshold', () => {
    const { threshold, fmr, fmrInterval } = SHIPPED_CALIBRATION
    const { atThresholds } = measured(SHIPPED_CALIBRATION)
    const found = atThresholds.find((point) => point.nonMated === 'matrix' && point.threshold === threshold)?.fmr
    expect(found?.value).toBeLessThanOrEqual(fmr)
    expect(found?.interval.map((bound) => Number(bound.toPrecision(2)))).toEqual(fmrInterval)
  })
})
