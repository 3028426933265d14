import { LintasError } from '../../src/errors/index.js'
import { encodeManifest, encodeSeries, type Bundle, type Manifest } from '../../src/evidence/index.js'
import { shortStep } from './person.js'

export const SHA = 'A'.repeat(43)
const HEX = 'a0'.repeat(32)

/** A manifest with every field that there may be. */
export const MANIFEST: Manifest = {
  schema: 'lintas-evidence/1',
  sid: 'c2Vzc2lvbi1vbmUtMDAwMQ',
  route: 'no-turn',
  series: [
    { bytes: 4000, sha256: SHA },
    { bytes: 5000, sha256: SHA },
  ],
  opened: [
    { bytes: 30_000, sha256: SHA, step: 1, index: 0 },
    { bytes: 65_536, sha256: SHA, step: 2, index: 11 },
  ],
  camera: { label: 'Kamera depan', width: 1280, height: 720, frameRate: 29.97 },
  clock: { startedAt: '2026-11-24T00:59:40.000Z', finishedAt: '2026-11-24T01:00:00.123Z' },
  detector: 'mediapipe',
  models: [{ id: 'compact-512.int8', sha256: HEX }],
  build: { version: '1.2.3', sha256: HEX },
  pad: {
    outcome: 'undetermined',
    reasons: ['layer-undetermined', 'shape-still', 'challenge-unfinished'],
    hint: 'move-clearly',
    layers: [
      {
        ...{ layer: 'challenge', outcome: 'bona-fide', score: 3, threshold: 3, weight: 1, reasons: [] },
        evidence: { actions: 'turn-left 1200 ms', oneMore: false, replaced: true },
      },
      { layer: 'shape', outcome: 'undetermined', score: -0.01, weight: 1, reasons: ['shape-still'], evidence: { frames: 40, label: '' } },
    ],
    policy: { required: ['challenge', 'continuity'], oneOf: ['shape', 'passive'] },
    raised: true,
  },
  quality: {
    acceptable: false,
    reasons: ['too-dark', 'turned'],
    score: 0.4,
    measures: {
      ...{ interEyeDistance: 91.5, overExposure: 0, underExposure: 0.2, luminance: 0.2, dynamicRange: 6, illuminationUniformity: 0.8 },
      ...{ sharpness: 0.4, pose: { yaw: -20, pitch: 1, roll: 0 }, eyeOpening: 0.3, mouthOpening: 0, margin: -0.2, relativeSize: 0.2, faceCount: 1 },
      visibility: 1,
    },
  },
}

/** A manifest with nothing but what must be there. */
export const LEAN: Manifest = {
  ...{ schema: 'lintas-evidence/1', sid: MANIFEST.sid, route: 'standard', series: [MANIFEST.series[0]!], opened: [], camera: {} },
  ...{ clock: MANIFEST.clock, detector: 'onnx', models: [], build: { version: '1' }, pad: { outcome: 'bona-fide', reasons: [] } },
}

export const jpegOf = (length: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, (_, at) => [0xff, 0xd8, 0xff][at] ?? at % 256)

export const BUNDLE: Bundle = {
  receipt: 'eyJhbGciOiJFUzI1NiJ9.eyJzaWQiOiJhIn0.c2lnbmF0dXJl',
  manifest: encodeManifest(MANIFEST),
  series: [encodeSeries(shortStep('turn-left', 3)), encodeSeries(shortStep('blink', 2))],
  frames: [jpegOf(120), jpegOf(3)],
}

/** The code of the LintasError that `work` throws; anything else that it throws is itself. */
export function codeOf(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error instanceof LintasError ? error.code : error
  }
  return 'accepted'
}
