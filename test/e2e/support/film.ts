import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { portraitFile, type PortraitName } from './portraits.js'

/** One person in a scene. */
export interface FilmSubject {
  readonly portrait: PortraitName
  /** Distance between the eyes in the film, pixels: how near the person stands. */
  readonly interEye: number
  /** Where the middle between the eyes lies in the film, pixels. Default: the middle of the person's strip, a little above the centre. */
  readonly eyes?: readonly [x: number, y: number]
}

/** What a camera would see; subjects side by side, each in a strip of their own, nobody for an empty room. */
export interface Scene {
  readonly name: string
  readonly subjects: readonly FilmSubject[]
  /** Multiplies every value, 0 to 1 darkens. Default 1. */
  readonly gain?: number
  /** Above 1 darkens the middle tones. Default 1. */
  readonly gamma?: number
  /** Standard deviation of a Gaussian blur, pixels. Default: none. */
  readonly blur?: number
}

const WIDTH = 640
const HEIGHT = 480
/** One and a half seconds; the film is repeated without a jump, since the motion is periodic. */
const FRAMES = 45

/** Where the eyes lie in each portrait and how far apart they are, pixels, as found by the ONNX landmark engine. */
const FACES: Readonly<Record<PortraitName, { readonly x: number; readonly y: number; readonly interEye: number }>> = {
  obama: { x: 495, y: 212, interEye: 106 },
  obama2: { x: 302, y: 372, interEye: 118 },
  obama3: { x: 796, y: 392, interEye: 123 },
  biden: { x: 591, y: 335, interEye: 123 },
}

interface Layer {
  readonly pixels: Uint8Array
  readonly width: number
  readonly height: number
  /** The middle between the eyes in `pixels`. */
  readonly from: readonly [x: number, y: number]
  /** The same in the film. */
  readonly to: readonly [x: number, y: number]
}

/** A step of the small motion of somebody who stands before a camera. */
interface Pose {
  readonly dx: number
  readonly dy: number
  readonly scale: number
  readonly angle: number
}

/**
 * Writes `scene` as Chromium's fake camera takes it: baseline JPEGs of 640 × 480, 4:2:0, end to end in one file.
 * @returns the file's path
 */
export async function makeFilm(scene: Scene, folder: string): Promise<string> {
  const layers = await Promise.all(scene.subjects.map((subject, index) => layerOf(subject, index, scene.subjects.length)))
  const tone = toneOf(scene)
  const frames: Buffer[] = []
  for (let index = 0; index < FRAMES; index += 1) frames.push(await encode(compose(layers, poseAt(index / FRAMES), tone), scene))
  const path = join(folder, `${scene.name}.mjpeg`)
  await writeFile(path, Buffer.concat(frames))
  return path
}

async function layerOf({ portrait, interEye, eyes }: FilmSubject, index: number, count: number): Promise<Layer> {
  const face = FACES[portrait]
  const file = portraitFile(portrait)
  const scale = interEye / face.interEye
  const { width } = await sharp(file).metadata()
  const { data, info } = await sharp(file)
    .resize({ width: Math.round(width * scale) })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const strip = WIDTH / count
  return {
    pixels: data,
    width: info.width,
    height: info.height,
    from: [face.x * scale, face.y * scale],
    to: eyes ?? [strip * (index + 0.5), HEIGHT * 0.45],
  }
}

function poseAt(phase: number): Pose {
  const turn = phase * 2 * Math.PI
  return {
    dx: 3 * Math.sin(turn),
    dy: 2 * Math.sin(2 * turn + 1),
    scale: 1 + 0.008 * Math.sin(turn + 2),
    angle: ((0.4 * Math.PI) / 180) * Math.sin(turn + 0.5),
  }
}

function toneOf({ gain = 1, gamma = 1 }: Scene): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, value) => Math.round(255 * gain * (value / 255) ** gamma))
}

function compose(layers: readonly Layer[], pose: Pose, tone: Uint8Array): Uint8Array {
  const frame = new Uint8Array(WIDTH * HEIGHT * 3)
  const cos = Math.cos(pose.angle) / pose.scale
  const sin = Math.sin(pose.angle) / pose.scale
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      const at = (y * WIDTH + x) * 3
      const layer = layers[Math.floor((x * layers.length) / WIDTH)]
      if (layer === undefined || !sample(layer, x, y, pose, cos, sin, frame, at)) wall(x, y, pose, frame, at)
      for (let colour = at; colour < at + 3; colour += 1) frame[colour] = tone[frame[colour]!]!
    }
  }
  return frame
}

/** The value of `layer` under pixel (x, y), bilinear; false outside of it. */
function sample(layer: Layer, x: number, y: number, pose: Pose, cos: number, sin: number, frame: Uint8Array, at: number): boolean {
  const right = x - layer.to[0] - pose.dx
  const down = y - layer.to[1] - pose.dy
  const u = layer.from[0] + cos * right + sin * down
  const v = layer.from[1] - sin * right + cos * down
  const [left, top] = [Math.floor(u), Math.floor(v)]
  if (left < 0 || top < 0 || left + 1 >= layer.width || top + 1 >= layer.height) return false
  const [fx, fy] = [u - left, v - top]
  const first = (top * layer.width + left) * 3
  const second = first + layer.width * 3
  for (let colour = 0; colour < 3; colour += 1) {
    const { pixels } = layer
    const upper = pixels[first + colour]! * (1 - fx) + pixels[first + colour + 3]! * fx
    const lower = pixels[second + colour]! * (1 - fx) + pixels[second + colour + 3]! * fx
    frame[at + colour] = Math.round(upper * (1 - fy) + lower * fy)
  }
  return true
}

/** A plain wall in even light. */
function wall(x: number, y: number, { dx }: Pose, frame: Uint8Array, at: number): void {
  frame.fill(Math.round(150 + (20 * (x + dx)) / WIDTH - (20 * y) / HEIGHT), at, at + 3)
}

function encode(frame: Uint8Array, { blur }: Scene): Promise<Buffer> {
  const image = sharp(frame, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
  return (blur === undefined ? image : image.blur(blur)).jpeg({ quality: 92, chromaSubsampling: '4:2:0', progressive: false }).toBuffer()
}
