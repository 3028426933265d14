// One set's figures: reasons by preset, pixel blame among usable faces, quantiles of the measures.
const PIXEL = ['too-dark', 'too-bright', 'uneven-light', 'low-contrast', 'blurred']
const BESIDE = [...PIXEL, 'eyes-closed', 'mouth-open']
const MEASURES = [
  'interEyeDistance',
  'sharpness',
  'overExposure',
  'underExposure',
  'visibility',
  'dynamicRange',
  'illuminationUniformity',
  'eyeOpening',
  'mouthOpening',
  'margin',
]
const AT = [0, 0.01, 0.05, 0.5, 0.95, 0.99, 1]

function quantile(sorted, p) {
  return Number(sorted[Math.round(p * (sorted.length - 1))].toFixed(3))
}

function spread(values) {
  const sorted = values.filter((value) => value !== undefined).sort((one, other) => one - other)
  return sorted.length === 0 ? null : AT.map((p) => quantile(sorted, p))
}

/** Counts of what the preset says; `pixelBlamed` of `usable` is the share that must stay small in the sets that must pass. */
function verdicts(measured, preset, assess) {
  const [reasons, first] = [{}, {}]
  const count = { acceptable: 0, usable: 0, pixelBlamed: 0 }
  for (const measures of measured) {
    const { acceptable, reasons: said } = assess(measures, preset)
    for (const reason of said) reasons[reason] = (reasons[reason] ?? 0) + 1
    if (said[0] !== undefined) first[said[0]] = (first[said[0]] ?? 0) + 1
    const usable = said.every((reason) => BESIDE.includes(reason))
    if (acceptable) count.acceptable += 1
    if (usable) count.usable += 1
    if (usable && said.some((reason) => PIXEL.includes(reason))) count.pixelBlamed += 1
  }
  return { ...count, first, reasons }
}

/** @param seen `{ measures }` a picture, absent without a face */
export function summary(seen, assess) {
  const measured = seen.map(({ measures }) => measures)
  const found = measured.filter((measures) => measures !== undefined)
  return {
    pictures: measured.length,
    facesFound: found.length,
    usual: verdicts(measured, 'usual', assess),
    strict: verdicts(measured, 'strict', assess),
    quantiles: Object.fromEntries(MEASURES.map((name) => [name, spread(found.map((measures) => measures[name]))])),
  }
}
