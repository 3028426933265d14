import { evidenceRegion, type EvidenceCut } from '../alignment/index.js'
import type { Frame } from '../capture/index.js'
import type { Face } from '../detection/index.js'
import { LintasError } from '../errors/index.js'
import type { Raster } from '../numeric/index.js'
import type { EvidenceFrame } from './types.js'

/** Makes a JPEG of what `cut` says, shrunk smoothly; `quality` from 0 to 1. */
export type EncodeJpeg = (raster: Raster, cut: EvidenceCut, quality: number) => Promise<Uint8Array<ArrayBuffer>>

/** Largest evidence frame, bytes. */
const MOST_BYTES = 65_536

/** Tried in order until the frame is small enough: a face at 448 pixels needs about half of the limit with the first. */
const QUALITIES = [0.85, 0.7, 0.5, 0.3] as const

/**
 * The face of `frame` with its surroundings as a JPEG; undefined where nothing of it lies in the picture, or no quality makes it small enough.
 * @throws LintasError `still-undecodable` where the platform makes no JPEG of it
 */
export async function evidenceFrame({ picture, timestampMs }: Frame, face: Face, encode: EncodeJpeg): Promise<EvidenceFrame | undefined> {
  const cut = evidenceRegion(face.box, picture.width, picture.height)
  if (cut === undefined) return undefined
  for (const quality of QUALITIES) {
    const jpeg = await encoded(picture.raster(), cut, quality, encode)
    if (jpeg.length <= MOST_BYTES) return { timestampMs, ...cut, jpeg }
  }
  return undefined
}

async function encoded(raster: Raster, cut: EvidenceCut, quality: number, encode: EncodeJpeg): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await encode(raster, cut, quality)
  } catch (cause) {
    throw new LintasError('still-undecodable', 'No JPEG can be made of this picture', { cause, details: { width: cut.width, height: cut.height } })
  }
}
