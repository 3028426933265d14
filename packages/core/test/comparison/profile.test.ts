import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  SHIPPED_CALIBRATION,
  checkCalibrationProfile,
  parseCalibrationProfile,
  serialiseCalibrationProfile,
  type CalibrationProfile,
} from '../../src/comparison/index.js'
import { LintasError } from '../../src/errors/index.js'
import { direction, faultOf } from '../reference/fixtures.js'
import { profileWith } from './fixtures.js'

const withMean = profileWith({
  models: [
    { space: 'a', weight: 0.25, mean: direction(1, 8).map((value) => value / 2) },
    { space: 'b', weight: 0.75 },
  ],
  fmrInterval: [0.0002, 0.004],
})

describe('a profile in memory', () => {
  it('has its means as numbers: text of JSON is for parseCalibrationProfile', async () => {
    const text = serialiseCalibrationProfile(
      profileWith({ models: [{ space: 'facenet-128', weight: 1, mean: Float32Array.of(0.1, 0.2), agreement: 0.6 }] }),
    )
    expect(await faultOf(() => checkCalibrationProfile(JSON.parse(text) as CalibrationProfile))).toMatchObject({
      code: 'calibration-invalid',
      details: { path: 'models[0].mean' },
    })
    const read = parseCalibrationProfile(text)
    expect(() => checkCalibrationProfile(read)).not.toThrow()
    expect(read.models[0]).toMatchObject({ agreement: 0.6 })
  })

  it('has agreement limits that are cosines', async () => {
    const fault = await faultOf(() => checkCalibrationProfile(profileWith({ models: [{ space: 'm', weight: 1, agreement: 7 }] })))
    expect(fault).toMatchObject({ code: 'calibration-invalid', details: { path: 'models[0].agreement' } })
  })
})

describe('a calibration profile', () => {
  it('survives writing and reading', () => {
    for (const profile of [withMean, profileWith(), SHIPPED_CALIBRATION]) {
      expect(parseCalibrationProfile(serialiseCalibrationProfile(profile))).toEqual(profile)
      expect(parseCalibrationProfile(JSON.parse(serialiseCalibrationProfile(profile)))).toEqual(profile)
    }
  })

  it('may give its mean as numbers', () => {
    const json = { ...profileWith(), models: [{ space: 'a', weight: 1, mean: [0.5, -0.25] }] }
    expect(parseCalibrationProfile(JSON.stringify(json)).models[0]!.mean).toEqual(Float32Array.of(0.5, -0.25))
  })

  it('survives any weights that add up to 1', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 8 }), (parts) => {
        const sum = parts.reduce((total, part) => total + part, 0)
        const profile = profileWith({ models: parts.map((part, index) => ({ space: `s${index}`, weight: part / sum })) })
        expect(parseCalibrationProfile(serialiseCalibrationProfile(profile))).toEqual(profile)
      }),
    )
  })

  type Json = Record<string, unknown> & { models: Record<string, unknown>[]; data: Record<string, unknown> }
  const cases: [string, (json: Json) => unknown][] = [
    ['schema', (json) => (json['schema'] = 'lintas-calibration/2')],
    ['id', (json) => (json['id'] = '')],
    ['origin', (json) => (json['origin'] = 'guessed')],
    ['threshold', (json) => (json['threshold'] = null)],
    ['threshold', (json) => (json['threshold'] = '0.5')],
    ['threshold', (json) => (json['threshold'] = 0)],
    ['threshold', (json) => (json['threshold'] = -0.4)],
    ['threshold', (json) => delete json['threshold']],
    ['fmr', (json) => (json['fmr'] = 0)],
    ['fmr', (json) => (json['fmr'] = 1)],
    ['fmrInterval', (json) => (json['fmrInterval'] = [0.2, 0.1])],
    ['fmrInterval[1]', (json) => (json['fmrInterval'] = [0.2, 2])],
    ['data.subjects', (json) => (json.data['subjects'] = 1.5)],
    ['data.extra', (json) => (json.data['extra'] = 1)],
    ['date', (json) => (json['date'] = '2026-02-30')],
    ['date', (json) => (json['date'] = '24.11.2026')],
    ['models', (json) => (json.models = [])],
    ['models', (json) => (json.models[0]!['weight'] = 0.2500011)],
    ['models[0].weight', (json) => (json.models[0]!['weight'] = -0.25)],
    ['models[1].weight', (json) => (json.models[1]!['weight'] = 0)],
    ['models[1].space', (json) => (json.models[1]!['space'] = 'a')],
    ['models[0].mean', (json) => (json.models[0]!['mean'] = 'not base64!')],
    ['models[0].mean', (json) => (json.models[0]!['mean'] = Buffer.from(Float32Array.of(NaN).buffer).toString('base64url'))],
    ['models[0].mean', (json) => (json.models[0]!['mean'] = [0.9, 0.9])],
    ['models[0].mean[1]', (json) => (json.models[0]!['mean'] = [0.1, null])],
    ['signature', (json) => (json['signature'] = 'x')],
  ]
  it.each(cases)('is refused with the place of the fault: %s', async (path, change) => {
    const json = JSON.parse(serialiseCalibrationProfile(withMean)) as Json
    change(json)
    const expected = { code: 'calibration-invalid', details: { path } }
    expect(await faultOf(() => parseCalibrationProfile(json))).toMatchObject(expected)
    expect(await faultOf(() => parseCalibrationProfile(JSON.stringify(json)))).toMatchObject(expected)
  })

  it('is not written when it is unsound', async () => {
    expect(await faultOf(() => serialiseCalibrationProfile(profileWith({ threshold: Infinity })))).toMatchObject({ code: 'calibration-invalid' })
  })

  it('never fails otherwise, whatever comes', () => {
    const text = serialiseCalibrationProfile(withMean)
    const flipped = fc.tuple(fc.nat(text.length - 1), fc.string({ maxLength: 3 })).map(([at, put]) => text.slice(0, at) + put + text.slice(at + 1))
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.anything(), flipped), (given) => {
        let profile: CalibrationProfile
        try {
          profile = parseCalibrationProfile(given)
        } catch (error) {
          expect(error).toBeInstanceOf(LintasError)
          expect((error as LintasError).code).toBe('calibration-invalid')
          return
        }
        expect(profile.threshold).toBeGreaterThan(0)
      }),
      { numRuns: 500 },
    )
  })
})
