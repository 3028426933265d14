import type { Face, Pose } from '../../src/detection/index.js'
import type { Action } from '../../src/liveness/index.js'
import { assessQuality, type QualityMeasures } from '../../src/quality/index.js'
import type { AnalyseOptions, Analysis } from '../../src/worker/index.js'
import { HEAD, sightOf } from '../liveness/shape/head.js'
import { embeddingOf } from './people.js'

/** How a computed person stands before the camera: degrees in the head's own axes, centimetres, the mouth over the inter-eye distance. */
export interface Posture {
  readonly turn: number
  readonly look: number
  readonly roll: number
  readonly distanceCm: number
  readonly mouth: number
}

export const AT_REST: Posture = { turn: 0, look: 0, roll: 0, distanceCm: 60, mouth: 0.02 }

/** What a person does who follows an action with `strength`, 0 to 1. */
export const ACTED: Partial<Record<Action, (strength: number) => Partial<Posture>>> = {
  'turn-left': (strength) => ({ turn: 24 * strength }),
  'turn-right': (strength) => ({ turn: -24 * strength }),
  'look-up': (strength) => ({ look: 18 * strength }),
  'look-down': (strength) => ({ look: -18 * strength }),
  'move-closer': (strength) => ({ distanceCm: AT_REST.distanceCm - 20 * strength }),
  'open-mouth': (strength) => ({ mouth: 0.02 + 0.5 * strength }),
}

/** One frame of a scene. */
export interface Shot {
  readonly posture: Posture
  /** The direction of the person's embedding, degrees; undefined: nobody is there. */
  readonly person: number | undefined
  /** Default 1. */
  readonly faces?: number
  /** Default 640 × 480. */
  readonly width?: number
  readonly height?: number
  /** What is wrong with the face. */
  readonly spoil?: (face: Face) => Face
  /** The analyser does not notice what is wrong, and calls every frame good. */
  readonly blind?: boolean
  /** Of the passive net. Default 3: a person. */
  readonly padLogOdds?: number
  /** A number that no other picture has. */
  readonly picture: number
}

const RADIANS = Math.PI / 180

/** The face of somebody in `posture`, in the middle of the picture. */
export function faceOf({ turn, look, roll, distanceCm }: Posture, width = 640, height = 480): Face {
  // The camera's axes: what is a turn to a head that lies on its side is a nod to the camera.
  const [cos, sin] = [Math.cos(roll * RADIANS), Math.sin(roll * RADIANS)]
  const pose: Pose = { yaw: turn * cos + look * sin, pitch: look * cos - turn * sin, roll }
  const landmarks = sightOf(HEAD, { ...pose, distance: distanceCm })
  for (let at = 0; at < landmarks.length; at += 3) {
    landmarks[at] = (landmarks[at] ?? NaN) + width / 2 - 320
    landmarks[at + 1] = (landmarks[at + 1] ?? NaN) + height / 2 - 240
  }
  const side = 8000 / distanceCm
  const matrix = new Float32Array(16)
  matrix[14] = -distanceCm
  return { landmarks, matrix, pose, box: { x: (width - side) / 2, y: (height - side) / 2, width: side, height: side } }
}

/** What the line would measure in good light; undefined where it measures nothing. */
function measuresOf({ landmarks, pose, box }: Face, { posture, faces = 1, blind = false }: Shot): QualityMeasures | undefined {
  const interEyeDistance = 4000 / posture.distanceCm
  // As `measureQuality`: of landmarks that are no numbers there are no measures.
  if (!blind && (landmarks.length === 0 || !landmarks.every(Number.isFinite))) return undefined
  return {
    ...{ interEyeDistance, overExposure: 0, underExposure: 0, luminance: 0.5, dynamicRange: 6.5, illuminationUniformity: 0.8, sharpness: 0.5 },
    ...{ pose, eyeOpening: 0.3, mouthOpening: posture.mouth / Math.cos(posture.turn * RADIANS), faceCount: faces },
    ...{ margin: Math.min(box.x, box.y) / interEyeDistance, relativeSize: interEyeDistance / 480, visibility: 1 },
  }
}

/** The analysis of a shot, judged by the quality rules themselves. */
export function analysisOf(shot: Shot, { timestampMs = 0, embed = 'acceptable', liveness = 'none' }: AnalyseOptions): Analysis {
  const { posture, person, faces = 1, width = 640, height = 480, spoil = (face: Face) => face, blind = false, padLogOdds = 3, picture } = shot
  const readings = { frameHash: hashOf(picture), noise: 1, ...(liveness === 'passive' && person !== undefined && { padLogOdds }) }
  const base = { timestampMs, width, height, timingsMs: {}, ...(liveness !== 'none' && { liveness: readings }) }
  if (person === undefined) return { ...base, faces: [], quality: assessQuality(undefined) }
  const face = spoil(faceOf(posture, width, height))
  const measures = measuresOf(face, shot)
  const quality = blind && measures ? { acceptable: true, reasons: [], score: 0.9, measures } : assessQuality(measures)
  const embedded = embed === 'acceptable' && quality.acceptable
  return { ...base, faces: Array.from({ length: faces }, () => face), quality, ...(embedded && { embeddings: [embeddingOf(person)] }) }
}

/** 320 bits that no other picture has. */
export function hashOf(picture: number): bigint {
  let bits = BigInt(picture + 1)
  for (let round = 0; round < 12; round += 1) bits = (bits * 0x9e3779b97f4a7c15f39cc0605cedc835n + 0x1234567n) % (1n << 320n)
  return bits
}
