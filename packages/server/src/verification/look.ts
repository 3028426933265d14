import { fivePointTransform, resample } from '@lintas/core/alignment'
import { EVIDENCE_LIMITS } from '@lintas/core/evidence'
import { LintasError } from '@lintas/core/errors'
import { frameHash } from '@lintas/core/liveness'
import { decodeImage, type NodeAnalyser } from '@lintas/core/node'
import type { Raster } from '@lintas/core/numeric'
import type { Analysis } from '@lintas/core/worker'
import { malformed } from './errors.js'
import { jpegSize } from './jpeg-header.js'
import { PERSON_SPACE } from './person.js'
import type { Look, Looker } from './types.js'

/** Side of the aligned face that is hashed, pixels. */
const FACE_SIDE = 112

/** A looker over the line: header first, then decoded, then analysed as a picture that has nothing to do with the one before. */
export function createLooker(analyser: Pick<NodeAnalyser, 'analyse' | 'reset' | 'embed' | 'scorePassive'>): Looker {
  return async (jpeg, declared, worthOf) => {
    const began = performance.now()
    const raster = await decoded(jpeg, declared)
    const decodedMs = performance.now() - began
    analyser.reset()
    const analysis = await analyser.analyse(raster, { mode: 'still', embed: 'never' })
    const look = lookOf(analysis, raster, decodedMs)
    const [face] = analysis.faces
    if (face === undefined || look.landmarks === undefined) return look
    const worth = worthOf(look)
    const seenMs = performance.now()
    const padLogOdds = worth.passive ? await analyser.scorePassive(raster, face) : undefined
    const scoredMs = performance.now()
    const embeddings = await analyser.embed(raster, face, worth.reference ? undefined : [PERSON_SPACE])
    const timingsMs = { ...look.timingsMs, passive: scoredMs - seenMs, embedding: performance.now() - scoredMs }
    return { ...look, ...(padLogOdds !== undefined && { padLogOdds }), embeddings, timingsMs }
  }
}

/** @throws VerificationError `evidence-malformed` */
async function decoded(jpeg: Uint8Array, declared: { readonly width: number; readonly height: number }): Promise<Raster> {
  const { frameBytes, frameSide } = EVIDENCE_LIMITS
  if (jpeg.length > frameBytes) throw malformed(`a frame of ${jpeg.length} bytes`)
  const { width, height } = jpegSize(jpeg)
  const fits = width === declared.width && height === declared.height && Math.max(width, height) <= frameSide
  if (!fits) throw malformed(`a frame of ${width} × ${height} pixels, told to be ${declared.width} × ${declared.height}`)
  try {
    const raster = await decodeImage(jpeg, { maxPixels: frameSide * frameSide })
    if (raster.width === width && raster.height === height) return raster
  } catch (cause) {
    if (cause instanceof LintasError) throw malformed('a frame that cannot be decoded', cause)
    throw cause
  }
  throw malformed('a frame that is turned on its side')
}

function lookOf({ faces, quality, timingsMs, width, height }: Analysis, raster: Raster, decodedMs: number): Look {
  const [face] = faces
  const base = { width, height, faceCount: quality.measures?.faceCount ?? faces.length, quality, timingsMs: { decode: decodedMs, ...timingsMs } }
  // Landmarks that are no numbers have no measures.
  if (face === undefined || quality.measures === undefined) return base
  return {
    ...base,
    landmarks: face.landmarks,
    faceHash: hashOfFace(raster, face.landmarks),
  }
}

/** The aligned face survives what the frame around it does not: another crop, another size, another place. */
export function hashOfFace(raster: Raster, landmarks: Float32Array): bigint {
  const { width, height, data } = resample(raster, fivePointTransform(landmarks, FACE_SIDE), FACE_SIDE, FACE_SIDE)
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255)
  for (let at = 0; at < width * height; at += 1) for (let colour = 0; colour < 3; colour += 1) pixels[at * 4 + colour] = data[at * 3 + colour] ?? 0
  return frameHash({ width, height, data: pixels })
}
