import { LANDMARK, LANDMARK_COUNT, type Face } from '../../src/detection/index.js'
import type { Raster } from '../../src/numeric/index.js'

/** Paints a pixel: grey level 0 to 255 by place. */
export type Paint = (x: number, y: number) => number

/** A grey picture. */
export function rasterOf(width: number, height: number, paint: Paint): Raster {
  const data = new Uint8ClampedArray(width * height * 4)
  for (let at = 0; at < width * height; at += 1) data.fill(paint(at % width, Math.floor(at / width)), at * 4, at * 4 + 3)
  for (let at = 3; at < data.length; at += 4) data[at] = 255
  return { width, height, data }
}

/** 0 to 1 by whole-numbered place: the same for the same seed, without order. */
export function hashNoise(seed: number): Paint {
  return (x, y) => {
    let hash = Math.imul(x + 1, 0x9e3779b1) ^ Math.imul(y + 1, 0x85ebca6b) ^ Math.imul(seed, 0xc2b2ae35)
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
    hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39)
    return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32
  }
}

const SHAPE: Readonly<Record<number, readonly [x: number, y: number]>> = {
  [LANDMARK.rightEyeOuter]: [-0.75, 0],
  [LANDMARK.rightEyeInner]: [-0.25, 0],
  [LANDMARK.leftEyeInner]: [0.25, 0],
  [LANDMARK.leftEyeOuter]: [0.75, 0],
  [LANDMARK.rightIris]: [-0.5, 0],
  [LANDMARK.leftIris]: [0.5, 0],
  160: [-0.6, -0.08],
  144: [-0.6, 0.08],
  159: [-0.5, -0.08],
  145: [-0.5, 0.08],
  158: [-0.4, -0.08],
  153: [-0.4, 0.08],
  385: [0.4, -0.08],
  380: [0.4, 0.08],
  386: [0.5, -0.08],
  374: [0.5, 0.08],
  387: [0.6, -0.08],
  373: [0.6, 0.08],
  [LANDMARK.upperLipInner]: [0, 1],
  [LANDMARK.lowerLipInner]: [0, 1.02],
}

const OUTLINE_TOP = [70, 63, 105, 66, 107, 336, 296, 334, 293, 300]
const OUTLINE_SIDES = [356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127]

/** A schematic face: eyes `eyeDistance` pixels apart around (`x`, `y`), turned by `roll` degrees, frontal, eyes open, mouth closed. */
export function faceAt(x: number, y: number, eyeDistance: number, roll = 0): Face {
  const shape: Record<number, readonly [number, number]> = { ...SHAPE }
  OUTLINE_TOP.forEach((index, at) => {
    shape[index] = [-0.9 + (1.8 * at) / (OUTLINE_TOP.length - 1), -0.35]
  })
  OUTLINE_SIDES.forEach((index, at) => {
    const angle = (Math.PI * at) / (OUTLINE_SIDES.length - 1)
    shape[index] = [Math.cos(angle), 0.1 + 1.5 * Math.sin(angle)]
  })
  const [cos, sin] = [Math.cos((roll * Math.PI) / 180), Math.sin((roll * Math.PI) / 180)]
  const landmarks = new Float32Array(LANDMARK_COUNT * 3)
  for (let index = 0; index < LANDMARK_COUNT; index += 1) {
    const [u, v] = shape[index] ?? [0, 0.5]
    landmarks.set([x + eyeDistance * (cos * u - sin * v), y + eyeDistance * (sin * u + cos * v), 0], index * 3)
  }
  const box = { x: x - eyeDistance, y: y - 0.5 * eyeDistance, width: 2 * eyeDistance, height: 2.2 * eyeDistance }
  return { landmarks, box, pose: { yaw: 0, pitch: 0, roll }, matrix: new Float32Array(16) }
}
