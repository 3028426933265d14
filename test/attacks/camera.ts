import { NORMAL, randomOf, wander } from './random.js'
import { emptyPicture } from './pictures.js'
import type { Picture } from './types.js'

/** What a camera makes of a scene; gives a new picture. */
export type Camera = (scene: Picture, index: number, timestampMs: number) => Picture

/** Deviation of the noise for each value of a channel: read noise and shot noise of a webcam in a room, after its own filtering. */
const DEVIATION = Float32Array.from({ length: 256 }, (_, value) => Math.sqrt(1.1 + 0.022 * value))

/** A webcam: a lens that softens a little, light that flickers, noise that is new in every frame. */
export function webcam(seed: number): Camera {
  const light = wander(randomOf(seed, 1), 0.6)
  return (scene, index, timestampMs) => {
    const picture = soften(scene)
    const noise = randomOf(seed, 1000 + index)
    expose(picture, 1 + 0.012 * light(timestampMs), noise.below(2 ** 32), timestampMs)
    return picture
  }
}

/** When frame `index` comes from a webcam: never quite on time. */
export function webcamTime(seed: number, index: number, fps: number): number {
  return index === 0 ? 0 : (index * 1000) / fps + (randomOf(seed, 2_000_000 + index).next() - 0.5) * Math.min(6, 200 / fps)
}

/** (1, 6, 1)/8 along both axes. */
function soften({ width, height, data }: Picture): Picture {
  const across = new Float32Array(data.length)
  for (let y = 0; y < height; y += 1) {
    const row = y * width * 3
    const last = row + (width - 1) * 3
    for (let at = row; at < last + 3; at += 1) {
      const before = at - 3 < row ? at : at - 3
      const after = at >= last ? at : at + 3
      across[at] = 0.75 * data[at]! + 0.125 * (data[before]! + data[after]!)
    }
  }
  const soft = emptyPicture(width, height)
  const stride = width * 3
  for (let at = 0; at < data.length; at += 1) {
    const before = at < stride ? at : at - stride
    const after = at + stride >= data.length ? at : at + stride
    soft.data[at] = Math.round(0.75 * across[at]! + 0.125 * (across[before]! + across[after]!))
  }
  return soft
}

/** Light, the faint bands of mains light under a rolling shutter, and noise, in place. */
function expose({ width, height, data }: Picture, gain: number, start: number, timestampMs: number): void {
  let state = start
  const draw = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return NORMAL[state >>> 16]!
  }
  for (let y = 0; y < height; y += 1) {
    const row = gain * (1 + 0.004 * Math.sin(2 * Math.PI * (y / 230 + timestampMs / 870)))
    for (let x = 0; x < width; x += 1) {
      const common = 0.7 * draw()
      for (let at = (y * width + x) * 3, end = at + 3; at < end; at += 1) {
        const value = data[at]! * row
        const deviation = DEVIATION[Math.min(255, Math.round(value))]!
        data[at] = Math.max(0, Math.min(255, Math.round(value + deviation * (common + 0.7 * draw()))))
      }
    }
  }
}
