import { LintasError } from '../errors/index.js'
import type { Raster } from '../numeric/index.js'
import { checkKeys, checkNumber } from '../options/index.js'
import { sizeOf } from './picture.js'
import type { Drawable } from './types.js'

/** What {@link decodeStill} takes. `ImageData` is a {@link Raster}; a video gives the frame it shows. */
export type Still = Blob | Drawable | Raster | HTMLVideoElement | HTMLImageElement

/** Options of {@link decodeStill}. */
export interface StillOptions {
  /** Most pixels, width × height, 1 to 1e9. Default 50 million. */
  readonly maxPixels?: number
}

/**
 * A still as something the line takes: upright by its EXIF orientation, not mirrored. What is a drawable or pixels already comes back as
 * it is; everything else becomes an `ImageBitmap` that is the caller's to close or to transfer. Decoding runs off the main thread.
 * In Node decode with the platform's own decoder and hand in the pixels.
 * @throws LintasError `still-empty`, `still-too-large`, `still-undecodable`
 */
export async function decodeStill(source: Still, options: StillOptions = {}): Promise<Drawable | Raster> {
  checkKeys('decodeStill', options, ['maxPixels'])
  const maxPixels = checkNumber('maxPixels', options.maxPixels, 50e6, { min: 1, max: 1e9, integer: true })
  if (!isObject(source)) throw new TypeError(`a still must be a picture, not ${typeof source}`)
  if ('data' in source) return checkRaster(source, maxPixels)
  if ('close' in source) return checkSize(source, sizeOf(source), maxPixels)
  if ('videoWidth' in source) {
    // An element of width 0 has no frame yet; below HAVE_CURRENT_DATA none to show.
    const size = { width: source.readyState >= 2 ? source.videoWidth : 0, height: source.videoHeight }
    return toBitmap(checkSize(source, size, maxPixels), maxPixels)
  }
  if ('naturalWidth' in source) return toBitmap(await decodedImage(source, maxPixels), maxPixels)
  if (!(source instanceof Blob)) throw new TypeError('a still must be a Blob, ImageBitmap, VideoFrame, ImageData, video or img')
  if (source.size === 0) throw empty('the file has no bytes')
  return toBitmap(source, maxPixels)
}

/** For callers without types. */
function isObject(source: unknown): source is object {
  return typeof source === 'object' && source !== null
}

async function checkRaster(raster: Raster, maxPixels: number): Promise<Drawable | Raster> {
  const { width, height, data } = checkSize(raster, raster, maxPixels)
  if (!(data instanceof Uint8ClampedArray || data instanceof Uint8Array) || data.length !== width * height * 4) {
    throw undecodable(`${width} × ${height} pixels need ${width * height * 4} bytes of RGBA`)
  }
  const foreign = 'colorSpace' in raster && raster.colorSpace !== 'srgb'
  return foreign ? toBitmap(raster as ImageData, maxPixels) : raster
}

async function decodedImage(image: HTMLImageElement, maxPixels: number): Promise<HTMLImageElement> {
  try {
    await image.decode()
  } catch (cause) {
    throw undecodable('this img holds no picture that can be decoded', cause)
  }
  return checkSize(image, { width: image.naturalWidth, height: image.naturalHeight }, maxPixels)
}

async function toBitmap(source: ImageBitmapSource, maxPixels: number): Promise<ImageBitmap> {
  let bitmap: ImageBitmap
  try {
    bitmap = await createImageBitmap(source, { imageOrientation: 'from-image' })
  } catch (cause) {
    throw undecodable('this platform cannot decode it', cause)
  }
  try {
    return checkSize(bitmap, bitmap, maxPixels)
  } catch (error) {
    bitmap.close()
    throw error
  }
}

function checkSize<T>(source: T, { width, height }: { width: number; height: number }, maxPixels: number): T {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 0 || height < 0) throw undecodable(`its size is ${width} × ${height}`)
  if (width === 0 || height === 0) throw empty('it has no pixels, or none yet, or is closed')
  if (width * height <= maxPixels) return source
  throw new LintasError('still-too-large', `The picture has ${width} × ${height} pixels, more than ${maxPixels}`, {
    details: { width, height, maxPixels },
  })
}

function empty(why: string): LintasError {
  return new LintasError('still-empty', `The picture is empty: ${why}`)
}

function undecodable(why: string, cause?: unknown): LintasError {
  return new LintasError('still-undecodable', `The picture cannot be decoded: ${why}`, { cause })
}
