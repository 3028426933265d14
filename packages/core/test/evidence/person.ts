import { landmarkBox, type Face } from '../../src/detection/index.js'
import type { FrameMark, StepSeries } from '../../src/evidence/index.js'
import { motionSampleOf, NEW_CHALLENGE, challengeStep, NEW_MOTION, watchMotion } from '../../src/liveness/index.js'
import type { Action, ChallengeState, MotionSample } from '../../src/liveness/index.js'
import { eyeOpenings, interEyeDistance, mouthOpening } from '../../src/quality/index.js'
import { hashOf } from '../check-in/computed-person.js'
import { bump } from '../liveness/motion/person.js'
import { HEAD, sightOf, type Solid } from '../liveness/shape/head.js'

/** How a person looks: degrees, centimetres, openings as the quality stage measures them. */
export interface Look {
  readonly yaw: number
  readonly pitch: number
  readonly distance: number
  readonly eyes: number
  readonly mouth: number
}

export const AT_REST: Look = { yaw: 0, pitch: 0, distance: 55, eyes: 0.3, mouth: 0.02 }

const DONE: Readonly<Record<Action, (much: number) => Partial<Look>>> = {
  'turn-left': (much) => ({ yaw: 25 * much }),
  'turn-right': (much) => ({ yaw: -25 * much }),
  'look-up': (much) => ({ pitch: 20 * much }),
  'look-down': (much) => ({ pitch: -20 * much }),
  blink: (much) => ({ eyes: 0.3 - 0.25 * much }),
  'open-mouth': (much) => ({ mouth: 0.02 + 0.5 * much }),
  'move-closer': (much) => ({ distance: 55 - 17 * much }),
  'move-back': (much) => ({ distance: 55 + 22 * much }),
}

/** Numbers from −0.5 to 0.5, the same for the same seed. */
export function jitterOf(seed: number): () => number {
  let state = seed + 1
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648 - 0.5
  }
}

const EYES = [
  { outer: 33, inner: 133, iris: 468, lids: [160, 144, 159, 145, 158, 153] },
  { outer: 263, inner: 362, iris: 473, lids: [387, 373, 386, 374, 385, 380] },
] as const

/** The landmarks of `solid` with lids, irises and lips where such a look has them; `noise` in pixels. */
export function landmarksOf(look: Look, noise: () => number = () => 0, solid: Solid = HEAD): Float32Array {
  const { yaw, pitch, distance, eyes, mouth } = look
  const landmarks = sightOf(solid, { yaw, pitch, distance }, noise)
  const at = (index: number): [number, number] => [landmarks[index * 3] ?? NaN, landmarks[index * 3 + 1] ?? NaN]
  const put = (index: number, x: number, y: number): void => landmarks.set([x, y, 0], index * 3)
  for (const { outer, inner, iris, lids } of EYES) {
    const [[ox, oy], [ix, iy]] = [at(outer), at(inner)]
    const half = (eyes * Math.hypot(ox - ix, oy - iy)) / 2
    put(iris, (ox + ix) / 2, (oy + iy) / 2)
    lids.forEach((lid, nth) => {
      const share = (Math.floor(nth / 2) + 1) / 4
      put(lid, ox + share * (ix - ox), oy + share * (iy - oy) + (nth % 2 === 0 ? -half : half))
    })
  }
  const [x, y] = at(164)
  const gap = mouth * interEyeDistance(landmarks)
  put(13, x, y + 12)
  put(14, x, y + 12 + gap)
  return landmarks
}

/** What the line makes of a person who looks like this: the path of a real frame, from the landmarks on. */
export function sampleOf(timestampMs: number, look: Look, picture: number, jitter: () => number, solid: Solid = HEAD): MotionSample {
  const landmarks = landmarksOf(look, () => 0.8 * jitter(), solid)
  const matrix = new Float32Array(16)
  matrix[14] = -look.distance - 0.3 * jitter()
  const pose = { yaw: look.yaw + 0.6 * jitter(), pitch: look.pitch + 0.6 * jitter(), roll: 0.6 * jitter() }
  const face: Face = { landmarks, matrix, pose, box: landmarkBox(landmarks) }
  const { right, left } = eyeOpenings(landmarks)
  const measures = {
    ...{ overExposure: 0, underExposure: 0, dynamicRange: 6.5, illuminationUniformity: 0.8, sharpness: 0.5, margin: 1, relativeSize: 0.2 },
    ...{ interEyeDistance: interEyeDistance(landmarks), eyeOpening: Math.min(right, left), mouthOpening: mouthOpening(landmarks) },
    ...{ pose, faceCount: 1, luminance: 0.5 + 0.01 * jitter() },
  }
  return motionSampleOf(
    { timestampMs, width: 640, height: 480, faces: [face], quality: { measures } },
    { frameHash: hashOf(picture), noise: 2 + jitter(), ...(picture % 5 === 0 && { padLogOdds: 3 + jitter() }) },
  )
}

/** A person who does one action after another, each for 1.5 seconds, every 3 seconds, before a camera of `fps`. */
export function filmOf(actions: readonly Action[], fps: number, seed = 1, solid: Solid = HEAD): readonly MotionSample[] {
  const jitter = jitterOf(seed)
  return Array.from({ length: Math.ceil((1 + 3 * actions.length) * fps) }, (_, picture) => {
    const seconds = picture / fps
    const nth = Math.floor((seconds - 1) / 3)
    const action = actions[nth]
    const much = bump(seconds, 1 + 3 * nth + 0.6, 1 + 3 * nth + 2.1)
    const look = { ...AT_REST, ...(action && DONE[action](much)) }
    return sampleOf(5000 + 1000 * seconds + 3 * jitter(), look, picture, jitter, solid)
  })
}

/** The challenge of {@link filmOf}, replayed over samples. */
export function challengeOf(actions: readonly Action[], samples: readonly MotionSample[]): ChallengeState {
  let [motion, state, revealed]: [typeof NEW_MOTION, ChallengeState, number] = [NEW_MOTION, NEW_CHALLENGE, 0]
  const began = samples[0]?.timestampMs ?? 0
  for (const sample of samples) {
    const { timestampMs } = sample
    const watched = watchMotion(motion, sample)
    motion = watched.state
    if (state.phase === 'idle') state = challengeStep(state, { type: 'begin', timestampMs })
    state = challengeStep(state, { type: 'observe', timestampMs, sees: watched.sees })
    const action = actions[revealed]
    if (state.phase === 'waiting' && action !== undefined && timestampMs >= began + 1000 + 3000 * revealed) {
      state = challengeStep(state, { type: 'reveal', timestampMs, action })
      revealed += 1
    }
  }
  return state
}

export function frameOf(timestampMs: number): FrameMark {
  return { timestampMs, region: { x: 100, y: 20, width: 450, height: 460 }, width: 438, height: 448 }
}

/** A step of a few samples, for what is not about them. */
export function shortStep(action: Action = 'turn-left', count = 5): StepSeries {
  const samples = filmOf([action], 5).slice(0, count)
  const [first, last] = [samples[0]!.timestampMs, samples.at(-1)!.timestampMs]
  return { action, revealedMs: first, doneMs: last, samples, frames: [frameOf(first), frameOf(last)] }
}
