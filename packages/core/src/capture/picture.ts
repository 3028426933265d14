import { LintasError } from '../errors/index.js'
import type { Raster } from '../numeric/index.js'
import type { Drawable, Picture } from './types.js'

/**
 * `source` as a picture. A drawable's pixels are read at the first `raster()`, in sRGB, and kept. Call `raster()` in a worker only: reading
 * back a picture of 1280 × 720 holds a main thread for 140 ms (measured with Chromium on two cores).
 */
export function pictureOf(source: Drawable | Raster): Picture {
  if ('data' in source) return { width: source.width, height: source.height, raster: () => source }
  const { width, height } = sizeOf(source)
  let kept: Raster | undefined
  return { width, height, drawable: source, raster: () => (kept ??= readPixels(source, width, height)) }
}

/**
 * Refuses what is neither a drawable nor pixels, and pixels that are not as many as they say: read on, they would be black.
 * @throws TypeError; LintasError `still-empty`, `still-undecodable`
 */
export function checkPicture(source: unknown): asserts source is Drawable | Raster {
  const given = typeof source === 'object' && source !== null ? (source as Partial<Record<'width' | 'height' | 'data' | 'close', unknown>>) : {}
  if (typeof given.close === 'function') return
  const { width, height, data } = given
  if (!(data instanceof Uint8ClampedArray || data instanceof Uint8Array)) {
    throw new TypeError('a picture must be a VideoFrame, an ImageBitmap or 8-bit RGBA pixels: decodeStill() makes one of a Blob, img or video')
  }
  if (width === 0 || height === 0) throw new LintasError('still-empty', 'The picture has no pixels')
  const sound = Number.isInteger(width) && Number.isInteger(height) && data.length === Number(width) * Number(height) * 4
  if (!sound) throw new LintasError('still-undecodable', `${String(width)} × ${String(height)} pixels of RGBA do not take ${data.length} bytes`)
}

/** Pixels as shown: a `VideoFrame`'s rotation and pixel aspect are in them. 0 × 0 once it is closed. */
export function sizeOf(source: Drawable): { width: number; height: number } {
  if ('displayWidth' in source) return { width: source.displayWidth, height: source.displayHeight }
  return { width: source.width, height: source.height }
}

function readPixels(source: Drawable, width: number, height: number): Raster {
  try {
    const canvas = new OffscreenCanvas(width, height)
    // Kept in memory instead of on the GPU, since it is read at once.
    const context = canvas.getContext('2d', { willReadFrequently: true, colorSpace: 'srgb' })
    if (context === null) throw new Error('no 2d context')
    context.drawImage(source, 0, 0, width, height)
    const { data } = context.getImageData(0, 0, width, height, { colorSpace: 'srgb' })
    // Gives the canvas's memory back before the collector comes by: there are several of them a second.
    canvas.width = 0
    return { width, height, data }
  } catch (cause) {
    throw new LintasError('still-undecodable', 'The pixels of this picture cannot be read', { cause, details: { width, height } })
  }
}
