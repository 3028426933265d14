// What shape.mjs measures besides the shape layer's outcomes: pairs by turn, continuity, injection hints, perspective, one person's embeddings.
import { mean, round } from './pad-passive-figures.mjs'

export const quantiles = (values, at = [0.05, 0.5, 0.95], digits = 3) => {
  const sorted = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b)
  return sorted.length === 0 ? undefined : at.map((p) => round(sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))], digits))
}

/** Pairs of the most frontal sight with every other: measures by how far the head turned. */
export function pairsByTurn(lib, clips) {
  const bins = {}
  for (const { samples } of clips) {
    const sights = samples.filter(({ landmarks, faceCount }) => landmarks && faceCount === 1)
    const away = ({ pose }) => Math.hypot(pose.yaw, pose.pitch)
    const front = [...sights].sort((a, b) => away(a) - away(b))[0]
    for (const sight of front ? sights : []) {
      const turn = Math.hypot(sight.pose.yaw - front.pose.yaw, sight.pose.pitch - front.pose.pitch)
      const bin = [30, 20, 15, 10, 5].find((from) => turn >= from)
      const relief = bin && lib.reliefOf(front.landmarks, sight.landmarks, front.interEyeDistance)
      if (relief) (bins[`from ${bin}°`] ??= []).push(relief)
    }
  }
  return Object.fromEntries(Object.entries(bins).map(([bin, found]) => [bin, summaryOf(found)]))
}

export const summaryOf = (found) => ({
  pairs: found.length,
  change: quantiles(found.map(({ change }) => change)),
  offPlane: quantiles(found.map(({ offPlane }) => offPlane)),
  nose: quantiles(found.map(({ nose }) => nose)),
  noseOverChange: quantiles(found.map(({ nose, change }) => nose / change)),
})

/** Live clips as they are, and what was made of them: looped, frozen, cut to another person. */
export function continuity(lib, clips) {
  const live = clips.filter(({ samples }) => samples.length >= 20 && samples.filter(({ landmarks }) => landmarks).length >= 20)
  const found = live.map(({ samples }) => lib.assessContinuity(samples))
  const outcomes = (all) =>
    Object.fromEntries(['bona-fide', 'undetermined', 'attack'].map((outcome) => [outcome, all.filter((one) => one.outcome === outcome).length]))
  const stepOf = ({ samples }) => samples[1].timestampMs - samples[0].timestampMs
  const looped = (seconds) =>
    live
      .filter(({ samples }) => samples.at(-1).timestampMs > 2 * seconds * 1000)
      .map((clip) => {
        const part = clip.samples.filter(({ timestampMs }) => timestampMs < seconds * 1000)
        const all = [0, 1, 2].flatMap((turn) => part.map((sample, at) => ({ ...sample, timestampMs: (turn * part.length + at) * stepOf(clip) })))
        return lib.assessContinuity(all)
      })
  const frozen = live.map(({ samples }) => {
    const at = Math.floor(samples.length / 3)
    return lib.assessContinuity([...samples.slice(0, at), ...samples.slice(at).map((s) => ({ ...samples[at], timestampMs: s.timestampMs }))])
  })
  return {
    clips: live.length,
    frames: live.reduce((sum, { samples }) => sum + samples.length, 0),
    outcomes: outcomes(found),
    largestJump: quantiles(
      found.map(({ score }) => score),
      [0.5, 0.9, 1],
      2,
    ),
    frozenMs: quantiles(
      found.map(({ evidence }) => evidence.frozenMs),
      [0.5, 0.9, 1],
      0,
    ),
    repeatedMoments: quantiles(
      found.map(({ evidence }) => evidence.repeatedMoments),
      [0.5, 0.9, 1],
      0,
    ),
    stepsAtMost: stepsAtMost(live),
    madeOfThem: {
      'looped, 1.5 s': outcomes(looped(1.5)),
      'looped, 3 s': outcomes(looped(3)),
      'frozen after a third': outcomes(frozen),
      'cut to another person in the same place and size': cuts(lib, live),
    },
  }
}

/** Largest steps from frame to frame of live clips, by measure and time. */
function stepsAtMost(live) {
  const most = {}
  for (const { samples } of live) {
    for (const lag of [1, 3]) {
      for (let at = lag; at < samples.length; at += 1) {
        const [a, b] = [samples[at - lag], samples[at]]
        if (!a.landmarks || !b.landmarks) continue
        const ms = b.timestampMs - a.timestampMs
        const bin = `${Math.ceil(ms / 50) * 50} ms`
        const middle = ({ box }) => [box.x + box.width / 2, box.y + box.height / 2]
        const [p, q] = [middle(a), middle(b)]
        const steps = {
          angle: Math.max(...['yaw', 'pitch', 'roll'].map((axis) => Math.abs(a.pose[axis] - b.pose[axis]))),
          place: Math.hypot(p[0] - q[0], p[1] - q[1]) / a.interEyeDistance,
          size: Math.abs(Math.log(a.box.height / b.box.height)),
        }
        const held = (most[bin] ??= { angle: 0, place: 0, size: 0 })
        for (const name of Object.keys(steps)) held[name] = round(Math.max(held[name], steps[name]), 3)
      }
    }
  }
  return most
}

/** Half of one clip, then half of another whose face is brought to the same place and size: only the shape of the head can tell. */
function cuts(lib, live) {
  const found = []
  for (const one of live) {
    for (const other of live) {
      if (one.person === other.person) continue
      const before = one.samples.filter(({ landmarks }) => landmarks).slice(0, 30)
      const after = other.samples.filter(({ landmarks }) => landmarks).slice(0, 30)
      const [a, b] = [before.at(-1), after[0]]
      const scale = a.interEyeDistance / b.interEyeDistance
      const [dx, dy] = [
        a.box.x + a.box.width / 2 - scale * (b.box.x + b.box.width / 2),
        a.box.y + a.box.height / 2 - scale * (b.box.y + b.box.height / 2),
      ]
      const moved = after.map((s, at) => ({
        ...s,
        timestampMs: a.timestampMs + 33 * (at + 1),
        landmarks: s.landmarks.map((value, index) => scale * value + [dx, dy, 0][index % 3]),
        box: { x: scale * s.box.x + dx, y: scale * s.box.y + dy, width: scale * s.box.width, height: scale * s.box.height },
        interEyeDistance: scale * s.interEyeDistance,
      }))
      found.push(lib.largestJump([...before, ...moved]) > 1)
    }
  }
  return { cuts: found.length, found: round(mean(found.map((one) => (one ? 1 : 0))), 3) }
}

/** Noise and detail of live clips, and of stills enlarged. */
export function injection(lib, clips, stills) {
  const limits = lib.INJECTION_LIMITS
  const median = (values) =>
    quantiles(
      values.filter((value) => value !== undefined),
      [0.5],
    )?.[0]
  const long = clips.filter(({ samples }) => samples.length >= limits.frames)
  const enlarged = (by) =>
    stills.map((raster) => {
      const [width, height] = [Math.round(raster.width / by), Math.round(raster.height / by)]
      const small = rgba(lib.resample(raster, { a: by, b: 0, c: 0, d: by, e: 0, f: 0 }, width, height))
      const back = lib.resample(small, { a: 1 / by, b: 0, c: 0, d: 1 / by, e: 0, f: 0 }, raster.width, raster.height)
      return lib.pictureDetail(rgba(back))
    })
  const blamed = (details) =>
    round(mean(details.map(({ softness, periodicity }) => (softness >= limits.softness || periodicity >= limits.periodicity ? 1 : 0))), 3)
  const told = (details) => ({
    pictures: details.length,
    softness: quantiles(
      details.map(({ softness }) => softness),
      [0, 0.05, 0.5, 0.95, 1],
      2,
    ),
    periodicity: quantiles(
      details.map(({ periodicity }) => periodicity),
      [0, 0.05, 0.5, 0.95, 1],
      1,
    ),
    blamed: blamed(details),
  })
  return {
    limits,
    clipsWithoutNoise: `${long.filter(({ samples }) => median(samples.map(({ noise }) => noise)) <= limits.noise).length} of ${long.length}: compression takes it away`,
    clipsUpscaled: `${long.filter(({ samples }) => blamed([{ softness: median(samples.map((s) => s.detail?.softness)), periodicity: median(samples.map((s) => s.detail?.periodicity)) }]) > 0).length} of ${long.length}`,
    clipNoise: quantiles(
      long.map(({ samples }) => median(samples.map(({ noise }) => noise))),
      [0, 0.5, 1],
    ),
    stills: told(stills.map((raster) => lib.pictureDetail(raster))),
    enlarged: Object.fromEntries([1.5, 2, 3].map((by) => [`× ${by}`, told(enlarged(by))])),
  }
}

function rgba({ width, height, data }) {
  const all = new Uint8ClampedArray(width * height * 4).fill(255)
  for (let at = 0; at < width * height; at += 1) for (let c = 0; c < 3; c += 1) all[at * 4 + c] = data[at * 3 + c]
  return { width, height, data: all }
}
