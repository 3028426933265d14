import { open } from 'node:fs/promises'
import sharp from 'sharp'
import { PORTRAITS } from '../e2e/support/portraits.js'
import { webcamTime } from './camera.js'
import { SPECIES, type Species } from './species.js'
import { HEIGHT, WIDTH, type AttackFrame, type AttackOptions, type FullOptions, type Picture, type Source } from './types.js'

/**
 * The frames of an attack as an application gets them: a camera's times stray by up to 3 ms, an injected stream's do not.
 * @throws TypeError that names a wrong option
 */
export async function* framesOf(attack: Species, options: AttackOptions): AsyncGenerator<AttackFrame, void, undefined> {
  const full = complete(options)
  const { channel, prepare } = SPECIES[attack]
  const presentation = await prepare(full)
  for (let index = 0; index < frameCount(full); index += 1) {
    const timestampMs = channel === 'injected' ? (index * 1000) / full.fps : webcamTime(full.seed, index, full.fps)
    yield { raster: { width: WIDTH, height: HEIGHT, data: withAlpha(presentation(index)) }, timestampMs }
  }
}

/**
 * Writes an attack as Chromium's fake camera takes it: baseline JPEGs of 640 × 480, 4:2:0, end to end in one file. Chromium plays it at the rate
 * it delivers and begins anew at its end.
 * @returns `path`
 */
export async function writeMjpeg(attack: Species, path: string, options: AttackOptions): Promise<string> {
  const full = complete(options)
  const presentation = await SPECIES[attack].prepare(full)
  const file = await open(path, 'w')
  try {
    for (let index = 0; index < frameCount(full); index += 1) await file.write(await jpegOf(presentation(index)))
  } finally {
    await file.close()
  }
  return path
}

/** Frames of whatever origin as a display's content or a stream: each until the next one's time, from the beginning again after the last. */
export function sourceOfFrames(frames: readonly { readonly picture: Picture; readonly timestampMs: number }[]): Source {
  const first = frames[0]
  const last = frames.at(-1)
  if (first === undefined || last === undefined) throw new TypeError('a source has at least one frame')
  const length = frames.length > 1 ? ((last.timestampMs - first.timestampMs) * frames.length) / (frames.length - 1) : 1
  return (timestampMs) => {
    const time = first.timestampMs + (((timestampMs % length) + length) % length)
    return (frames.findLast((frame) => frame.timestampMs <= time) ?? first).picture
  }
}

function complete(options: AttackOptions): FullOptions {
  const full = { seed: 1, fps: 30, seconds: 3, actions: [], ...options }
  if (!PORTRAITS.includes(full.portrait)) throw new TypeError(`portrait: there is no ${full.portrait}`)
  if (!(Number.isInteger(full.seed) && full.seed >= 0 && full.seed < 2 ** 32)) throw new TypeError('seed: an unsigned 32-bit integer')
  if (!(full.fps >= 1 && full.fps <= 120)) throw new TypeError('fps: 1 to 120')
  if (!(full.seconds > 0 && full.seconds <= 120)) throw new TypeError('seconds: more than 0, at most 120')
  return full
}

const frameCount = ({ fps, seconds }: FullOptions): number => Math.max(1, Math.round(fps * seconds))

function withAlpha({ width, height, data }: Picture): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255)
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    for (let c = 0; c < 3; c += 1) rgba[pixel * 4 + c] = data[pixel * 3 + c]!
  }
  return rgba
}

function jpegOf({ width, height, data }: Picture): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 92, chromaSubsampling: '4:2:0', progressive: false })
    .toBuffer()
}
