import { median } from '../../numeric/index.js'
import type { LayerEvidence } from '../layers.js'
import type { MotionSample } from '../sample.js'
import { perspectiveOf } from './perspective.js'
import { rigidPoints } from './points.js'
import type { ShapeReason } from './reasons.js'
import { changeOf, reliefOf, type Relief } from './residual.js'

/**
 * Limits of the layer; docs/evaluation/shape.json has what they find. In inter-eye distances, but the shares. Between what flat things and what heads
 * do lies a gap in which prints bent to half a cylinder lie, too: there it stays undetermined.
 */
export const SHAPE_LIMITS = {
  /** Least frames. */
  frames: 5,
  /** Least change between frontal and turned frames: a head has it from a turn of 10 to 15° on, a photo from 35°. */
  change: 0.04,
  /** The nose of a head moves against the rest at least so much: heads turned by 20° from 0.13 on, bent prints turned by 30° up to 0.116. */
  head: 0.12,
  /** And at least so many times the change: heads that turned 1.7 to 2.4, one that swayed sideways 1.35, prints bent to half a cylinder 1.29 in the middle. */
  headShare: 1.45,
  /** Least change for calling something flat: laughing without a turn reaches 0.05, a photo turned by 45° 0.067 to 0.085. */
  flatChange: 0.06,
  /** The nose of a flat thing moves at most so much: photos up to 0.059. */
  flat: 0.075,
  /** And at most so many times the change: photos turned by 45° up to 0.79, heads that turned from 1.08. */
  flatShare: 0.9,
} as const

/** Frontal frames, and turned ones, that are paired. Medians over their pairs: a single wrong sight decides nothing. */
const FRONTAL = 3
const TURNED = 3

interface Sight {
  readonly sample: MotionSample
  readonly landmarks: Float32Array
  readonly eyes: number
  /** Degrees away from frontal. */
  readonly away: number
}

/**
 * Whether what turned was a head. The most frontal frames are paired with those that differ most from them; between the two the plane of eyes, brows
 * and cheeks explains where the nose goes on a flat thing, and does not on a head. The score is that of the nose, in inter-eye distances.
 *
 * `undetermined` when it moved too little to tell, or came between: a sheet bent to half a cylinder and turned by 45° looks like a head to this layer,
 * and a replayed video of a head is one.
 */
export function assessShape(turn: readonly MotionSample[]): LayerEvidence<ShapeReason> {
  const sights = turn.flatMap((sample) => sightOf(sample))
  const facts = { frames: turn.length, sights: sights.length, ...perspectiveFacts(turn) }
  if (sights.length < SHAPE_LIMITS.frames) return evidence('undetermined', ['shape-too-few'], facts)
  const pairs = pairsOf(sights)
  if (pairs.length === 0) return evidence('undetermined', ['shape-too-few'], facts)
  const middle = (of: keyof Relief): number => median(pairs.map((pair) => pair[of]))
  const found = { change: middle('change'), offPlane: middle('offPlane'), nose: middle('nose') }
  const all = { ...facts, pairs: pairs.length, change: found.change, offPlane: found.offPlane }
  return { ...judged(found), evidence: all }
}

function judged({ change, nose }: Relief): LayerEvidence<ShapeReason> {
  const held = { score: nose, threshold: SHAPE_LIMITS.head }
  if (!(change >= SHAPE_LIMITS.change)) return { ...evidence('undetermined', ['shape-still'], {}), ...held }
  if (nose >= SHAPE_LIMITS.head && nose >= SHAPE_LIMITS.headShare * change) return { ...evidence('bona-fide', [], {}), ...held }
  const flat = change >= SHAPE_LIMITS.flatChange && nose <= SHAPE_LIMITS.flat && nose <= SHAPE_LIMITS.flatShare * change
  return { ...(flat ? evidence('attack', ['shape-flat'], {}) : evidence('undetermined', ['shape-unsure'], {})), ...held }
}

function evidence(outcome: LayerEvidence['outcome'], reasons: readonly ShapeReason[], facts: LayerEvidence['evidence']): LayerEvidence<ShapeReason> {
  return { layer: 'shape', outcome, threshold: SHAPE_LIMITS.head, weight: 1, reasons, evidence: facts }
}

function perspectiveFacts(turn: readonly MotionSample[]): Record<string, number> {
  const perspective = perspectiveOf(turn)
  return perspective === undefined ? {} : { growth: perspective.growth, perspectiveChange: perspective.change }
}

function sightOf(sample: MotionSample): readonly Sight[] {
  const { faceCount, landmarks, pose, interEyeDistance: eyes } = sample
  if (faceCount !== 1 || landmarks === undefined || pose === undefined || eyes === undefined) return []
  const away = Math.hypot(pose.yaw, pose.pitch)
  if (!(eyes > 0) || !Number.isFinite(eyes + away) || rigidPoints(landmarks) === undefined) return []
  return [{ sample, landmarks, eyes, away }]
}

function pairsOf(sights: readonly Sight[]): readonly Relief[] {
  const byPose = [...sights].sort((one, other) => one.away - other.away)
  const frontal = byPose.slice(0, FRONTAL)
  const first = frontal[0]
  if (first === undefined) return []
  const changed = byPose.slice(FRONTAL).map((sight) => ({ sight, change: changeBetween(first, sight) }))
  const turned = changed
    .filter(({ change }) => Number.isFinite(change))
    .sort((one, other) => other.change - one.change)
    .slice(0, TURNED)
  return frontal.flatMap((one) => turned.flatMap(({ sight }) => reliefOf(one.landmarks, sight.landmarks, one.eyes) ?? []))
}

function changeBetween(one: Sight, other: Sight): number {
  const [first, second] = [rigidPoints(one.landmarks), rigidPoints(other.landmarks)]
  return first === undefined || second === undefined ? NaN : changeOf(first, second, one.eyes)
}
