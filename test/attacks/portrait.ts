import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { portraitFile, type PortraitName } from '../e2e/support/portraits.js'
import { HEIGHT, WIDTH, type Picture } from './types.js'

/** Height of the face's landmark box in a neutral frame, pixels: ×2.7, as the passive net wants its surroundings, it is 454 of the 480. */
export const FACE_HEIGHT = 168
/** Pixels of a plate to a pixel of the frame: what moves closer keeps its detail. */
export const DETAIL = 1.5
/** How much wider than the frame a plate is: what moves back still fills the frame. */
const MARGIN = 1.45

/** A portrait as the attacks take it: the face in the middle, the surroundings continued beyond the photograph's border. */
export interface Plate {
  /** `DETAIL` pixels to a pixel of the frame. */
  readonly picture: Picture
  /** 478 × (x, y, z), pixels of `picture`. */
  readonly landmarks: Float32Array
  /** Between the middles of the eyes, pixels of `picture`. */
  readonly interEye: number
}

// Found by MediaPipe 0.10.35; the ONNX engine agrees within 1 % (test/conformance).
const FOUND = JSON.parse(readFileSync(fileURLToPath(new URL('../conformance/landmark-parity/portraits.json', import.meta.url)), 'utf8')) as Readonly<
  Record<string, readonly { readonly landmarks: readonly number[] }[]>
>

const plates = new Map<PortraitName, Promise<Plate>>()

/** The plate of `name`, made once. */
export function plateOf(name: PortraitName): Promise<Plate> {
  const known = plates.get(name) ?? makePlate(name)
  plates.set(name, known)
  return known
}

async function makePlate(name: PortraitName): Promise<Plate> {
  const found = FOUND[`${name}.jpg`]?.[0]?.landmarks
  if (found === undefined) throw new TypeError(`no landmarks are stored for the portrait ${name}`)
  const [left, right] = extremes(found, 0)
  const [top, bottom] = extremes(found, 1)
  const scale = (FACE_HEIGHT * DETAIL) / (bottom - top)
  const width = Math.round(WIDTH * DETAIL * MARGIN)
  const height = Math.round(HEIGHT * DETAIL * MARGIN)
  const shift = [width / 2 - ((left + right) / 2) * scale, height / 2 - ((top + bottom) / 2) * scale, 0]
  const landmarks = Float32Array.from(found, (value, index) => value * scale + shift[index % 3]!)
  const resized = await scaled(portraitFile(name), scale)
  const picture = await continued(resized, width, height, Math.round(shift[0]!), Math.round(shift[1]!))
  return { picture, landmarks, interEye: interEyeOf(landmarks) }
}

function extremes(landmarks: readonly number[], axis: number): readonly [number, number] {
  const values = landmarks.filter((_, index) => index % 3 === axis)
  return [Math.min(...values), Math.max(...values)]
}

function interEyeOf(landmarks: Float32Array): number {
  const middle = (axis: number, a: number, b: number): number => (landmarks[a * 3 + axis]! + landmarks[b * 3 + axis]!) / 2
  return Math.hypot(middle(0, 33, 133) - middle(0, 362, 263), middle(1, 33, 133) - middle(1, 362, 263))
}

async function scaled(file: string, scale: number): Promise<Picture> {
  const { width } = await sharp(file).metadata()
  const image = sharp(file).resize({ width: Math.round(width * scale) })
  const { data, info } = await image.removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data }
}

/** `inner` at (left, top) of a canvas; beyond its border the last pixels go on, ever more blurred. */
async function continued(inner: Picture, width: number, height: number, left: number, top: number): Promise<Picture> {
  const data = new Uint8Array(width * height * 3)
  const outside = new Float32Array(width * height)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const u = Math.max(0, Math.min(inner.width - 1, x - left))
      const v = Math.max(0, Math.min(inner.height - 1, y - top))
      outside[y * width + x] = Math.hypot(x - left - u, y - top - v)
      const from = (v * inner.width + u) * 3
      data.set(inner.data.subarray(from, from + 3), (y * width + x) * 3)
    }
  }
  const blurred = await sharp(data, { raw: { width, height, channels: 3 } })
    .blur(30)
    .raw()
    .toBuffer()
  for (let index = 0; index < data.length; index += 1) {
    const share = Math.min(1, outside[Math.floor(index / 3)]! / 24)
    data[index] = Math.round(data[index]! * (1 - share) + blurred[index]! * share)
  }
  return { width, height, data }
}
