import { LintasError } from '../errors/index.js'
import { dot, floatsFromBase64Url, floatsToBase64Url } from '../numeric/index.js'
import { ShapeError, shapeChoice, shapeList, shapeNumber, shapeObject, shapePattern, shapeText } from '../options/index.js'
import type { CalibratedModel, CalibrationProfile } from './types.js'

const FIELDS = ['schema', 'id', 'origin', 'models', 'threshold', 'fmr', 'data', 'date'] as const
const MOST_MODELS = 8
const MOST_NUMBERS = 4096
const WEIGHT_TOLERANCE = 1e-6

/**
 * A calibration profile from JSON, as text or parsed. A mean is little-endian float32 in base64url, or a list of numbers. Strict: no
 * unknown field; weights above 0 that add up to 1; threshold above 0; FMR between 0 and 1; a mean no longer than 1.
 * @throws LintasError `calibration-invalid`, the place of the fault in `details.path`
 */
export function parseCalibrationProfile(json: unknown): CalibrationProfile {
  return refuse(() => readProfile(typeof json === 'string' ? parseText(json) : json))
}

/** `profile` as JSON text that {@link parseCalibrationProfile} reads. @throws LintasError `calibration-invalid` */
export function serialiseCalibrationProfile(profile: CalibrationProfile): string {
  checkCalibrationProfile(profile)
  const models = profile.models.map(({ mean, ...model }) => (mean === undefined ? model : { ...model, mean: floatsToBase64Url(mean) }))
  return JSON.stringify({ ...profile, models })
}

/** What {@link parseCalibrationProfile} checks, of a profile in memory. @throws LintasError `calibration-invalid` */
export function checkCalibrationProfile(profile: CalibrationProfile): void {
  refuse(() => {
    readProfile(profile)
    // As text or a list a mean would be taken for a vector of that many numbers.
    profile.models.forEach(({ mean }, index) => {
      if (mean !== undefined && !(mean instanceof Float32Array))
        throw new ShapeError(`models[${index}].mean`, 'a Float32Array: parseCalibrationProfile reads a profile from JSON', mean)
    })
  })
}

function refuse<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error
    throw new LintasError('calibration-invalid', `The calibration profile is unsound: ${error.message}`, {
      details: { path: error.path },
      cause: error,
    })
  }
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message would quote the text.
    throw new ShapeError('$', 'JSON', text)
  }
}

function readProfile(value: unknown): CalibrationProfile {
  const fields = shapeObject(value, '$', FIELDS, ['fmrInterval'])
  const interval = fields['fmrInterval'] === undefined ? {} : { fmrInterval: readInterval(fields['fmrInterval']) }
  return {
    schema: shapeChoice(fields['schema'], 'schema', ['lintas-calibration/1']),
    id: shapeText(fields['id'], 'id'),
    origin: shapeChoice(fields['origin'], 'origin', ['shipped', 'deployment']),
    models: readModels(fields['models']),
    // At 0 or below half of all faces or more would match. Above 1 nobody does, which is the way to close a profile.
    threshold: shapeNumber(fields['threshold'], 'threshold', (n) => n > 0 && n <= 2, 'a number above 0, at most 2'),
    fmr: shapeNumber(fields['fmr'], 'fmr', (n) => n > 0 && n < 1, 'a number between 0 and 1'),
    ...interval,
    data: readData(fields['data']),
    date: readDate(fields['date']),
  }
}

function readModels(value: unknown): readonly CalibratedModel[] {
  const models = shapeList(value, 'models', 1, MOST_MODELS).map((item, index) => readModel(item, `models[${index}]`))
  models.forEach(({ space }, index) => {
    const first = models.findIndex((model) => model.space === space)
    if (first < index) throw new ShapeError(`models[${index}].space`, `another than that of models[${first}]`, space)
  })
  const sum = models.reduce((total, { weight }) => total + weight, 0)
  if (Math.abs(sum - 1) > WEIGHT_TOLERANCE) throw new ShapeError('models', 'of weights that add up to 1', sum)
  return models
}

function readModel(value: unknown, path: string): CalibratedModel {
  const fields = shapeObject(value, path, ['space', 'weight'], ['mean', 'agreement'])
  const mean = fields['mean'] === undefined ? {} : { mean: readMean(fields['mean'], `${path}.mean`) }
  return {
    space: shapeText(fields['space'], `${path}.space`),
    weight: shapeNumber(fields['weight'], `${path}.weight`, (n) => n > 0 && n <= 1, 'a number above 0, at most 1'),
    ...mean,
    ...(fields['agreement'] === undefined
      ? {}
      : { agreement: shapeNumber(fields['agreement'], `${path}.agreement`, (n) => n >= -1 && n <= 1, 'a number from −1 to 1') }),
  }
}

/** A mean of vectors of length 1 is no longer than 1. */
function readMean(value: unknown, path: string): Float32Array {
  const mean = toFloats(value, path)
  const sound = mean.length >= 1 && mean.length <= MOST_NUMBERS && dot(mean, mean) <= 1 + WEIGHT_TOLERANCE
  if (!sound) throw new ShapeError(path, `1 to ${MOST_NUMBERS} finite numbers, a vector of length at most 1`, value)
  return mean
}

function toFloats(value: unknown, path: string): Float32Array {
  if (value instanceof Float32Array) return value
  if (typeof value === 'string' && value.length <= MOST_NUMBERS * 6) return floatsFromBase64Url(value) ?? new Float32Array()
  const numbers = shapeList(value, path, 1, MOST_NUMBERS)
  return Float32Array.from(numbers, (item, index) => shapeNumber(item, `${path}[${index}]`, () => true, 'a finite number'))
}

function readInterval(value: unknown): readonly [number, number] {
  const [low, high] = shapeList(value, 'fmrInterval', 2, 2).map((item, index) =>
    shapeNumber(item, `fmrInterval[${index}]`, (n) => n >= 0 && n <= 1, 'a number from 0 to 1'),
  ) as [number, number]
  if (low > high) throw new ShapeError('fmrInterval', 'ordered, low before high', value)
  return [low, high]
}

function readData(value: unknown): CalibrationProfile['data'] {
  const fields = shapeObject(value, 'data', ['name', 'subjects', 'nonMatedComparisons'])
  const count = (name: string): number =>
    shapeNumber(fields[name], `data.${name}`, (n) => Number.isSafeInteger(n) && n >= 0, 'a whole number of 0 or more')
  return { name: shapeText(fields['name'], 'data.name'), subjects: count('subjects'), nonMatedComparisons: count('nonMatedComparisons') }
}

function readDate(value: unknown): string {
  const text = shapePattern(value, 'date', /^\d{4}-\d\d-\d\d$/, 'an ISO 8601 date, e.g. 2026-11-24')
  const time = new Date(`${text}T00:00:00Z`)
  if (Number.isNaN(time.getTime()) || !time.toISOString().startsWith(text)) throw new ShapeError('date', 'a day that exists', text)
  return text
}
