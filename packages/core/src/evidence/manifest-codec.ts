import { ROUTES, type Route } from '../liveness/index.js'
import { ShapeError, shapeChoice, shapeList, shapeNumber, shapeObject, shapePattern, shapeText } from '../options/index.js'
import type { QualityAssessment } from '../quality/index.js'
import { shapeLabel, shapePad, shapeQuality } from './assessment-shapes.js'
import { malformed, tooLarge } from './faults.js'
import { EVIDENCE_LIMITS } from './limits.js'
import type { Manifest, PartMark } from './types.js'

const FIELDS = ['schema', 'sid', 'route', 'series', 'opened', 'camera', 'clock', 'detector', 'models', 'build', 'pad'] as const
const MOST_MODELS = 32
/** Longer names of cameras are cut. */
const MOST_LABEL = 300

/**
 * The manifest as JSON in UTF-8: hashed and sent as these bytes. Numbers that are none (a jump of unlimited size) are left out.
 * @throws LintasError `evidence-malformed` for what {@link decodeManifest} would refuse; `evidence-too-large`
 */
export function encodeManifest(manifest: Manifest): Uint8Array<ArrayBuffer> {
  const text = JSON.stringify(writable(manifest), (_key, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? undefined : value,
  )
  const bytes = new TextEncoder().encode(text)
  decodeManifest(bytes)
  return bytes
}

function writable({ quality, ...manifest }: Manifest): Manifest {
  const { label } = manifest.camera
  const camera = label === undefined ? manifest.camera : { ...manifest.camera, label: label.slice(0, MOST_LABEL) }
  return { ...manifest, camera, ...(quality && { quality: measurable(quality) }) }
}

/** All measures are there, or none. */
function measurable({ measures, ...quality }: QualityAssessment): QualityAssessment {
  if (measures === undefined) return quality
  const { pose, visibility: _visibility, ...numbers } = measures
  return [...Object.values<number>(numbers), pose.yaw, pose.pitch, pose.roll].every(Number.isFinite) ? { ...quality, measures } : quality
}

/**
 * The inverse of {@link encodeManifest}. Strict: no field more or less, no text, list or number beyond its bounds. What it says are claims.
 * @throws LintasError `evidence-malformed`, `evidence-too-large`; nothing else, whatever the bytes are
 */
export function decodeManifest(bytes: Uint8Array): Manifest {
  if (!((bytes as unknown) instanceof Uint8Array)) throw malformed('the manifest must be bytes')
  const { manifestBytes } = EVIDENCE_LIMITS
  if (bytes.length > manifestBytes) throw tooLarge('the manifest’s bytes', manifestBytes, bytes.length)
  try {
    return readManifest(JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)))
  } catch (error) {
    // A parser's message quotes the text.
    if (!(error instanceof ShapeError)) throw malformed('the manifest is not JSON')
    throw malformed(`in the manifest ${error.message}`, error)
  }
}

function readManifest(value: unknown): Manifest {
  const fields = shapeObject(value, '$', FIELDS, ['quality'])
  const { series, opened, quality, models } = fields
  return {
    schema: shapeChoice(fields['schema'], 'schema', ['lintas-evidence/1']),
    sid: shapePattern(fields['sid'], 'sid', /^[\w-]{16,128}$/, '16 to 128 characters of base64url'),
    route: shapeChoice(fields['route'], 'route', Object.keys(ROUTES) as Route[]),
    series: shapeList(series, 'series', 1, EVIDENCE_LIMITS.steps).map((mark, at) => seriesMark(mark, `series[${at}]`)),
    opened: shapeList(opened, 'opened', 0, EVIDENCE_LIMITS.opened).map((mark, at) => openedMark(mark, `opened[${at}]`)),
    camera: camera(fields['camera']),
    clock: clock(fields['clock']),
    detector: shapeChoice(fields['detector'], 'detector', ['mediapipe', 'onnx']),
    models: shapeList(models, 'models', 0, MOST_MODELS).map((model, at) => modelMark(model, `models[${at}]`)),
    build: build(fields['build']),
    pad: shapePad(fields['pad'], 'pad'),
    ...(quality !== undefined && { quality: shapeQuality(quality, 'quality') }),
  }
}

function seriesMark(value: unknown, path: string): PartMark {
  return partMark(shapeObject(value, path, ['bytes', 'sha256']), path, EVIDENCE_LIMITS.seriesBytes)
}

function openedMark(value: unknown, path: string): Manifest['opened'][number] {
  const fields = shapeObject(value, path, ['bytes', 'sha256', 'step', 'index'])
  const { frameBytes, steps, framesPerStep } = EVIDENCE_LIMITS
  return {
    ...partMark(fields, path, frameBytes),
    step: whole(fields['step'], `${path}.step`, 1, steps),
    index: whole(fields['index'], `${path}.index`, 0, framesPerStep - 1),
  }
}

function partMark({ bytes, sha256 }: Readonly<Record<string, unknown>>, path: string, most: number): PartMark {
  return {
    bytes: whole(bytes, `${path}.bytes`, 1, most),
    // The last of 43 characters has two bits that must be 0.
    sha256: shapePattern(sha256, `${path}.sha256`, /^[\w-]{42}[AEIMQUYcgkosw048]$/, 'a SHA-256 in base64url'),
  }
}

function camera(value: unknown): Manifest['camera'] {
  const { label, width, height, frameRate } = shapeObject(value, 'camera', [], ['label', 'width', 'height', 'frameRate'])
  const size = (side: unknown, path: string): number => whole(side, path, 0, 65_535)
  return {
    ...(label !== undefined && { label: shapeLabel(label, 'camera.label', MOST_LABEL) }),
    ...(width !== undefined && { width: size(width, 'camera.width') }),
    ...(height !== undefined && { height: size(height, 'camera.height') }),
    ...(frameRate !== undefined && {
      frameRate: shapeNumber(frameRate, 'camera.frameRate', (rate) => rate >= 0 && rate <= 10_000, 'a number from 0 to 10000'),
    }),
  }
}

function clock(value: unknown): Manifest['clock'] {
  const { startedAt, finishedAt } = shapeObject(value, 'clock', ['startedAt', 'finishedAt'])
  return { startedAt: instant(startedAt, 'clock.startedAt'), finishedAt: instant(finishedAt, 'clock.finishedAt') }
}

/** The one form that `Date.prototype.toISOString` writes. */
function instant(value: unknown, path: string): string {
  const text = shapePattern(value, path, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'an ISO 8601 instant in UTC with milliseconds')
  const date = new Date(text)
  if (Number.isNaN(date.getTime()) || date.toISOString() !== text) throw new ShapeError(path, 'an instant that exists', text)
  return text
}

function modelMark(value: unknown, path: string): Manifest['models'][number] {
  const { id, sha256 } = shapeObject(value, path, ['id', 'sha256'])
  return { id: shapeText(id, `${path}.id`, 100), sha256: hex(sha256, `${path}.sha256`) }
}

function build(value: unknown): Manifest['build'] {
  const { version, sha256 } = shapeObject(value, 'build', ['version'], ['sha256'])
  return { version: shapeText(version, 'build.version', 100), ...(sha256 !== undefined && { sha256: hex(sha256, 'build.sha256') }) }
}

function hex(value: unknown, path: string): string {
  return shapePattern(value, path, /^[0-9a-f]{64}$/, '64 lower-case hexadecimal digits')
}

function whole(value: unknown, path: string, min: number, max: number): number {
  return shapeNumber(value, path, (one) => Number.isInteger(one) && one >= min && one <= max, `a whole number from ${min} to ${max}`)
}
