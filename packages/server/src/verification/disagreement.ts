import type { PadAssessment } from '@lintas/core/liveness'
import type { Recorded } from './recorded.js'
import type { SeenFrame } from './types.js'

/** Most that log-odds of the passive net may differ between the browser's frame and its JPEG before it is told. */
const PASSIVE_APART = 2
/** The same of the moments at which actions were done, milliseconds. */
const DONE_APART_MS = 500

/**
 * Where the browser's own findings differ from the server's. Its nets may be older, its picture is not yet compressed: nothing here decides, but a page
 * whose findings often differ is an altered one, or broken.
 */
export function disagreements(
  { manifest, steps }: Recorded,
  pad: PadAssessment,
  frames: readonly SeenFrame[],
  doneMs: readonly number[],
): readonly string[] {
  const found: string[] = []
  if (manifest.pad.outcome !== pad.outcome) found.push(`pad: ${manifest.pad.outcome} there, ${pad.outcome} here`)
  for (const { layer, outcome } of manifest.pad.layers ?? []) {
    const own = pad.layers?.find((one) => one.layer === layer)?.outcome
    if (own !== outcome) found.push(`${layer}: ${outcome} there, ${own ?? 'not heard'} here`)
  }
  if (manifest.quality?.acceptable === true && !frames.some(({ quality }) => quality.acceptable)) found.push('quality: good there, not here')
  const models = new Map(frames.flatMap(({ look }) => look.embeddings ?? []).map(({ modelId, modelSha256 }) => [modelId, modelSha256]))
  for (const { id, sha256 } of manifest.models) if (models.has(id) && models.get(id) !== sha256) found.push(`model ${id}: another file`)
  for (const { step, index, committed, sample } of frames) {
    const apart = Math.abs((committed?.padLogOdds ?? NaN) - (sample.padLogOdds ?? NaN))
    if (apart > PASSIVE_APART) found.push(`passive: ${apart.toFixed(1)} apart in frame ${index} of step ${step + 1}`)
  }
  const told = steps.flatMap(({ series }) => series.doneMs ?? [])
  told.forEach((ms, at) => {
    if (Math.abs(ms - (doneMs[at] ?? NaN)) > DONE_APART_MS) found.push(`action ${at + 1}: done at another time`)
  })
  return found
}
