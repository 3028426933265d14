import { median } from '../../numeric/index.js'
import type { LayerEvidence } from '../layers.js'
import type { MotionSample } from '../sample.js'
import { PASSIVE_LIMITS, type PassiveLimits } from './limits.js'
import type { PassiveReason } from './reasons.js'
import { roomOf } from './room.js'

/** A frame that the net looked at. */
interface Look {
  readonly logOdds: number
  /** Absent: it counts fully. */
  readonly fault?: 'passive-too-dark' | 'passive-no-room' | 'turned'
}

/**
 * What the passive net says over several frames: the median of their log-odds, which neither a lucky frame nor a blurred one moves. Frames count
 * that are apart in time, with one face, frontal, lit, and with room around it. Those without room cannot speak for a bona fide presentation,
 * only against one; those without light say nothing.
 *
 * `bona-fide` from `bonaFide` on; `attack` up to `attack`; `undetermined` between them, and with fewer than `frames` frames that count.
 */
export function assessPassive(samples: readonly MotionSample[], limits: PassiveLimits = PASSIVE_LIMITS): LayerEvidence<PassiveReason> {
  const looks = apart(samples, limits.apartMs).flatMap((sample) => lookOf(sample, limits))
  const full = looks.filter(({ fault }) => fault === undefined)
  // In the dark live people's log-odds fall as low as prints': those frames say nothing at all.
  const all = looks.filter(({ fault }) => fault === undefined || fault === 'passive-no-room')
  if (full.length >= limits.frames) return judged(full, looks, limits)
  const score = all.length >= limits.frames ? median(all.map(({ logOdds }) => logOdds)) : undefined
  const threshold = limits.attackWithoutRoom
  if (score !== undefined && score <= threshold) return evidence('attack', ['passive-attack'], looks, { score, threshold })
  return evidence('undetermined', [...faults(looks), 'passive-too-few'], looks, score === undefined ? { threshold } : { score, threshold })
}

function judged(full: readonly Look[], looks: readonly Look[], limits: PassiveLimits): LayerEvidence<PassiveReason> {
  const score = median(full.map(({ logOdds }) => logOdds))
  const held = { score, threshold: limits.bonaFide }
  if (score >= limits.bonaFide) return evidence('bona-fide', [], looks, held)
  return score <= limits.attack ? evidence('attack', ['passive-attack'], looks, held) : evidence('undetermined', ['passive-unsure'], looks, held)
}

/** Frames that were scored, each at least `apartMs` after the last one taken; times that are no numbers are never taken. */
function apart(samples: readonly MotionSample[], apartMs: number): readonly MotionSample[] {
  let last = -Infinity
  return samples.filter(({ padLogOdds, timestampMs }) => {
    const taken = padLogOdds !== undefined && Number.isFinite(padLogOdds) && Number.isFinite(timestampMs) && timestampMs - last >= apartMs
    if (taken) last = timestampMs
    return taken
  })
}

function lookOf(sample: MotionSample, limits: PassiveLimits): readonly Look[] {
  const { padLogOdds: logOdds, faceCount } = sample
  // Which of several faces was looked at is not told: such a frame is not a look at the person.
  if (logOdds === undefined || faceCount !== 1) return []
  const fault = faultOf(sample, limits)
  return [{ logOdds, ...(fault && { fault }) }]
}

function faultOf({ box, pose, luminance, width, height }: MotionSample, limits: PassiveLimits): Look['fault'] {
  if (pose === undefined || !(Math.abs(pose.yaw) <= limits.turn && Math.abs(pose.pitch) <= limits.turn)) return 'turned'
  if (luminance === undefined || !(luminance >= limits.luminance)) return 'passive-too-dark'
  return box === undefined || !(roomOf(box, width, height) >= limits.room) ? 'passive-no-room' : undefined
}

/**
 * Whether the net's score of that frame can change what {@link assessPassive} says: not of a turned face, which would only hide whatever frame follows it
 * sooner than `apartMs`. One in the dark is looked at, for then the layer can tell what was missing.
 */
export function passiveCounts(sample: MotionSample, limits: PassiveLimits = PASSIVE_LIMITS): boolean {
  return sample.faceCount === 1 && faultOf(sample, limits) !== 'turned'
}

function count(looks: readonly Look[], fault: Look['fault']): number {
  return looks.filter((look) => look.fault === fault).length
}

/** What most frames lacked comes first. */
function faults(looks: readonly Look[]): readonly PassiveReason[] {
  const [dark, tight] = [count(looks, 'passive-too-dark'), count(looks, 'passive-no-room')]
  const found: readonly (readonly [PassiveReason, number])[] = [
    ['passive-too-dark', dark],
    ['passive-no-room', tight],
  ]
  return found
    .filter(([, frames]) => frames > 0)
    .sort(([, one], [, other]) => other - one)
    .map(([reason]) => reason)
}

function evidence(
  outcome: LayerEvidence['outcome'],
  reasons: readonly PassiveReason[],
  looks: readonly Look[],
  held: Pick<LayerEvidence, 'score' | 'threshold'>,
): LayerEvidence<PassiveReason> {
  const facts = {
    frames: looks.length,
    framesCounted: count(looks, undefined),
    framesTooDark: count(looks, 'passive-too-dark'),
    framesWithoutRoom: count(looks, 'passive-no-room'),
    framesTurned: count(looks, 'turned'),
  }
  const logOdds = looks.map((look) => look.logOdds)
  const spread = logOdds.length === 0 ? {} : { lowest: Math.min(...logOdds), highest: Math.max(...logOdds) }
  return { layer: 'passive', outcome, ...held, weight: 1, reasons, evidence: { ...facts, ...spread } }
}
