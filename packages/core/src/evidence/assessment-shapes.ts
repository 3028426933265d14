import {
  CONTINUITY_REASONS,
  DECIDING_LAYERS,
  FUSION_REASONS,
  INJECTION_REASONS,
  PAD_LAYERS,
  PASSIVE_REASONS,
  SHAPE_REASONS,
  type ChallengeLayerReason,
  type DecidingLayer,
  type LayerEvidence,
  type PadAssessment,
  type PadHint,
  type PadPolicy,
  type PadReason,
} from '../liveness/index.js'
import { ShapeError, shapeChoice, shapeList, shapeNumber, shapeObject, shapePattern } from '../options/index.js'
import type { QualityAssessment, QualityMeasures, QualityReason } from '../quality/index.js'

// Records, so that a reason, hint or measure that is added must be added here as well.
const CHALLENGE_REASONS: Readonly<Record<ChallengeLayerReason, true>> = {
  'challenge-wrong-action': true,
  'challenge-early-action': true,
  'challenge-action-time': true,
  'challenge-total-time': true,
  'challenge-face-lost': true,
  'challenge-several-faces': true,
  'challenge-page-hidden': true,
  'challenge-clock-jumped': true,
  'challenge-out-of-order': true,
  'challenge-misdrawn': true,
  'challenge-unfinished': true,
}
const HINTS: Readonly<Record<PadHint, true>> = {
  'wait-for-action': true,
  'follow-actions': true,
  'move-clearly': true,
  'stay-in-view': true,
  'stay-on-page': true,
  alone: true,
  'more-light': true,
  'more-room': true,
}
const QUALITY_REASONS: Readonly<Record<QualityReason, true>> = {
  'no-face': true,
  'several-faces': true,
  'too-far': true,
  'too-near': true,
  'off-centre': true,
  'too-dark': true,
  'too-bright': true,
  'uneven-light': true,
  'low-contrast': true,
  turned: true,
  tilted: true,
  'looking-up-down': true,
  'eyes-closed': true,
  'mouth-open': true,
  covered: true,
  blurred: true,
}
const MEASURES: Readonly<Record<Exclude<keyof QualityMeasures, 'pose' | 'visibility'>, true>> = {
  interEyeDistance: true,
  overExposure: true,
  underExposure: true,
  luminance: true,
  dynamicRange: true,
  illuminationUniformity: true,
  sharpness: true,
  eyeOpening: true,
  mouthOpening: true,
  margin: true,
  relativeSize: true,
  faceCount: true,
}
const namesOf = <Name extends string>(of: Readonly<Record<Name, true>>): readonly Name[] => Object.keys(of) as Name[]

const PAD_REASONS: readonly PadReason[] = [
  ...(['not-assessed', ...FUSION_REASONS] as const),
  ...namesOf(CHALLENGE_REASONS),
  ...[...SHAPE_REASONS, ...CONTINUITY_REASONS, ...PASSIVE_REASONS, ...INJECTION_REASONS],
]
const OUTCOMES = ['bona-fide', 'attack', 'undetermined'] as const
const MOST_LAYERS = 8
const MOST_FACTS = 40
const MOST_CHARACTERS = 500

/** The PAD assessment at `path`. @throws ShapeError */
export function shapePad(value: unknown, path: string): PadAssessment {
  const { outcome, reasons, hint, layers, policy, raised } = shapeObject(value, path, ['outcome', 'reasons'], ['hint', 'layers', 'policy', 'raised'])
  return {
    outcome: shapeChoice(outcome, `${path}.outcome`, OUTCOMES),
    reasons: choices(reasons, `${path}.reasons`, PAD_REASONS),
    ...(hint !== undefined && { hint: shapeChoice(hint, `${path}.hint`, namesOf(HINTS)) }),
    ...(layers !== undefined && {
      layers: shapeList(layers, `${path}.layers`, 0, MOST_LAYERS).map((one, at) => layer(one, `${path}.layers[${at}]`)),
    }),
    ...(policy !== undefined && { policy: shapePolicy(policy, `${path}.policy`) }),
    ...(raised !== undefined && { raised: flag(raised, `${path}.raised`) }),
  }
}

function layer(value: unknown, path: string): LayerEvidence {
  const required = ['layer', 'outcome', 'weight', 'reasons', 'evidence']
  const { layer: name, outcome, weight, reasons, evidence, score, threshold } = shapeObject(value, path, required, ['score', 'threshold'])
  return {
    layer: shapeChoice(name, `${path}.layer`, PAD_LAYERS),
    outcome: shapeChoice(outcome, `${path}.outcome`, OUTCOMES),
    ...(score !== undefined && { score: number(score, `${path}.score`) }),
    ...(threshold !== undefined && { threshold: number(threshold, `${path}.threshold`) }),
    weight: shapeNumber(weight, `${path}.weight`, (one) => one >= 0 && one <= 1, 'a number from 0 to 1'),
    reasons: choices(reasons, `${path}.reasons`, PAD_REASONS),
    evidence: facts(evidence, `${path}.evidence`),
  }
}

function facts(value: unknown, path: string): LayerEvidence['evidence'] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ShapeError(path, 'an object', value)
  const entries = Object.entries(value)
  if (entries.length > MOST_FACTS) throw new ShapeError(path, `an object of at most ${MOST_FACTS} facts`, value)
  return Object.fromEntries(entries.map(([name, fact]: readonly [string, unknown]) => [name, factOf(fact, name, path)]))
}

function factOf(fact: unknown, name: string, path: string): string | number | boolean {
  const at = `${path}.${shapePattern(name, `${path}, a name`, /^[A-Za-z]\w{0,39}$/, '1 to 40 letters or digits')}`
  if (typeof fact === 'boolean') return fact
  return typeof fact === 'string' ? shapeLabel(fact, at, MOST_CHARACTERS) : number(fact, at)
}

function shapePolicy(value: unknown, path: string): PadPolicy {
  const { required, oneOf } = shapeObject(value, path, ['required', 'oneOf'])
  return {
    required: choices<DecidingLayer>(required, `${path}.required`, DECIDING_LAYERS),
    oneOf: choices<DecidingLayer>(oneOf, `${path}.oneOf`, DECIDING_LAYERS),
  }
}

/** The quality assessment at `path`. @throws ShapeError */
export function shapeQuality(value: unknown, path: string): QualityAssessment {
  const { acceptable, reasons, score, measures } = shapeObject(value, path, ['acceptable', 'reasons'], ['score', 'measures'])
  return {
    acceptable: flag(acceptable, `${path}.acceptable`),
    reasons: choices(reasons, `${path}.reasons`, namesOf(QUALITY_REASONS)),
    ...(score !== undefined && { score: shapeNumber(score, `${path}.score`, (one) => one >= 0 && one <= 1, 'a number from 0 to 1') }),
    ...(measures !== undefined && { measures: shapeMeasures(measures, `${path}.measures`) }),
  }
}

function shapeMeasures(value: unknown, path: string): QualityMeasures {
  const fields = shapeObject(value, path, [...namesOf(MEASURES), 'pose'], ['visibility'])
  const pose = shapeObject(fields['pose'], `${path}.pose`, ['yaw', 'pitch', 'roll'])
  const [yaw, pitch, roll] = ['yaw', 'pitch', 'roll'].map((axis) => number(pose[axis], `${path}.pose.${axis}`)) as [number, number, number]
  const numbers = Object.fromEntries(namesOf(MEASURES).map((name) => [name, number(fields[name], `${path}.${name}`)]))
  const visibility = fields['visibility'] === undefined ? {} : { visibility: number(fields['visibility'], `${path}.visibility`) }
  return { ...(numbers as Record<keyof typeof MEASURES, number>), pose: { yaw, pitch, roll }, ...visibility }
}

/** The string at `path`, which may be empty, of at most `max` characters. @throws ShapeError */
export function shapeLabel(value: unknown, path: string, max: number): string {
  if (typeof value !== 'string' || value.length > max) throw new ShapeError(path, `a string of at most ${max} characters`, value)
  return value
}

function choices<T extends string>(value: unknown, path: string, of: readonly T[]): readonly T[] {
  return shapeList(value, path, 0, of.length).map((one, at) => shapeChoice(one, `${path}[${at}]`, of))
}

function number(value: unknown, path: string): number {
  return shapeNumber(value, path, () => true, 'a number')
}

function flag(value: unknown, path: string): boolean {
  if (typeof value !== 'boolean') throw new ShapeError(path, 'true or false', value)
  return value
}
