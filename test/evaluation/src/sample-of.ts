import type { Analysis } from '@lintas/core'
import type { FaceChoice } from './options.js'
import type { StoredSample } from './store.js'

/** How the shipped line is asked. */
export const analyseOptions = (face: FaceChoice) => ({ mode: 'still', embed: 'always', ...(face !== 'largest' && { face }) }) as const

/** Faces told apart: as shipped (a second one is enough to refuse), and more where the one in the middle is looked for. */
export const maxFacesFor = (face: FaceChoice): number => (face === 'central' ? 8 : 2)

/** What is kept of an analysis; runs in the page and in Node. */
export function sampleOf(
  { width, height, faces, quality, embeddings, timingsMs }: Analysis,
  face: FaceChoice,
): Omit<StoredSample, 'sha256' | 'line'> {
  const { acceptable, reasons, score } = quality
  const stored = embeddings?.map(({ space, modelId, modelSha256, vector }) => [space, { modelId, modelSha256, vector: encode(vector) }] as const)
  return {
    width,
    height,
    faces: faces.length,
    face,
    quality: { acceptable, reasons, ...(score !== undefined && { score }) },
    ...(stored && { embeddings: Object.fromEntries(stored) }),
    timingsMs: Object.fromEntries(Object.entries(timingsMs).map(([stage, time]) => [stage, Math.round(time * 100) / 100])),
  }
}

/** Float32 in the machine's order: little-endian on everything that runs a browser or Node today. */
function encode(vector: Float32Array): string {
  let text = ''
  for (const byte of new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)) text += String.fromCharCode(byte)
  return btoa(text)
}
