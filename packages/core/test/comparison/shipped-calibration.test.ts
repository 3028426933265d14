import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SHIPPED_CALIBRATION, checkCalibrationProfile } from '../../src/comparison/index.js'

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
function measured(): Figures {
  const url = new URL('../../../../docs/evaluation/lfw-dev.json', import.meta.url)
  const { results } = JSON.parse(readFileSync(url, 'utf8')) as { results: readonly Figures[] }
  const weights = (models: Figures['models']): string => JSON.stringify(models.map(({ space, weight }) => [space, weight]).sort())
  const found = results.find(({ models }) => weights(models) === weights(SHIPPED_CALIBRATION.models))
  if (found === undefined) throw new Error('the evaluation has no figures of the shipped weights')
  return found
}

describe('the shipped profile', () => {
  it('is sound', () => {
    expect(() => checkCalibrationProfile(SHIPPED_CALIBRATION)).not.toThrow()
  })

  it('has the threshold that its FMR was measured to need, over the people and comparisons that it names', () => {
    const { nonMated, operatingPoints, atThresholds } = measured()
    const { threshold, fmr, fmrInterval, data } = SHIPPED_CALIBRATION
    const needed = operatingPoints.find((point) => point.nonMated === 'matrix' && point.fmr === fmr)?.threshold ?? NaN
    expect(threshold).toBeGreaterThanOrEqual(needed)
    expect(threshold - needed).toBeLessThan(0.0005)
    expect([data.subjects, data.nonMatedComparisons]).toEqual([nonMated.matrix.subjects, nonMated.matrix.comparisons])
    const found = atThresholds.find((point) => point.nonMated === 'matrix' && point.threshold === threshold)?.fmr
    expect(found?.value).toBeLessThanOrEqual(fmr)
    expect(found?.interval.map((bound) => Number(bound.toPrecision(2)))).toEqual(fmrInterval)
  })
})
