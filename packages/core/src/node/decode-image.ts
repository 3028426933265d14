import { LintasError } from '../errors/index.js'
import type { Raster } from '../numeric/index.js'
import { checkKeys, checkNumber } from '../options/index.js'
import { sharp } from './sharp.js'

/** Options of {@link decodeImage}. */
export interface DecodeImageOptions {
  /** Most pixels that are decoded, 1 or more; a larger picture is refused before it is decoded. Default 50 million. */
  readonly maxPixels?: number
}

const FORMATS: readonly string[] = ['jpeg', 'png', 'webp']

/** A cut-out portrait keeps colours under what is transparent; a canvas forgets them. */
function withoutHidden(data: Uint8ClampedArray): Uint8ClampedArray {
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 0) data.fill(0, at, at + 3)
  return data
}

/**
 * A JPEG, PNG or WebP as pixels: upright by its EXIF orientation, in sRGB, black where it is wholly transparent, as a canvas reads it.
 * Other formats are refused: a parser that no camera's picture needs is one more to be attacked.
 * @throws LintasError `still-too-large`, `still-undecodable`, `still-empty`
 */
export async function decodeImage(bytes: Uint8Array, options: DecodeImageOptions = {}): Promise<Raster> {
  checkKeys('decodeImage', options, ['maxPixels'])
  const maxPixels = checkNumber('maxPixels', options.maxPixels, 50_000_000, { min: 1, integer: true })
  if (bytes.length === 0) throw new LintasError('still-empty', 'a picture of no bytes')
  try {
    const header = await sharp(bytes, { limitInputPixels: false }).metadata()
    if (!FORMATS.includes(header.format))
      throw new LintasError('still-undecodable', `a picture in ${header.format}, not ${FORMATS.join(', ')}`, { details: { format: header.format } })
    const pixels = header.width * header.height
    if (pixels > maxPixels) throw new LintasError('still-too-large', `${header.width} × ${header.height} pixels`, { details: { pixels, maxPixels } })
    const { data, info } = await sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error' })
      .rotate()
      .toColourspace('srgb')
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const pixelsRead = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length)
    return { width: info.width, height: info.height, data: header.hasAlpha ? withoutHidden(pixelsRead) : pixelsRead }
  } catch (cause) {
    if (cause instanceof LintasError) throw cause
    throw new LintasError('still-undecodable', 'not a picture that can be decoded', { cause })
  }
}
