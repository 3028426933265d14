import sharp from 'sharp'
import { LintasError } from '../errors/index.js'
import type { Raster } from '../numeric/index.js'
import { checkKeys, checkNumber } from '../options/index.js'

/** Options of {@link decodeImage}. */
export interface DecodeImageOptions {
  /** Most pixels that are decoded, 1 or more; a larger picture is refused before it is decoded. Default 50 million. */
  readonly maxPixels?: number
}

/**
 * A JPEG, PNG or WebP as pixels: upright by its EXIF orientation, in sRGB, as a browser shows it.
 * @throws LintasError `still-too-large`, `still-undecodable`, `still-empty`
 */
export async function decodeImage(bytes: Uint8Array, options: DecodeImageOptions = {}): Promise<Raster> {
  checkKeys('decodeImage', options, ['maxPixels'])
  const maxPixels = checkNumber('maxPixels', options.maxPixels, 50_000_000, { min: 1, integer: true })
  if (bytes.length === 0) throw new LintasError('still-empty', 'a picture of no bytes')
  try {
    const header = await sharp(bytes, { limitInputPixels: false }).metadata()
    const pixels = header.width * header.height
    if (pixels > maxPixels) throw new LintasError('still-too-large', `${header.width} × ${header.height} pixels`, { details: { pixels, maxPixels } })
    const { data, info } = await sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error' })
      .rotate()
      .toColourspace('srgb')
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    return { width: info.width, height: info.height, data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.length) }
  } catch (cause) {
    if (cause instanceof LintasError) throw cause
    throw new LintasError('still-undecodable', 'not a picture that can be decoded', { cause })
  }
}
