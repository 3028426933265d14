import { BUILD } from '@lintas/core/evidence'
import type { PadAssessment } from '@lintas/core/liveness'
import { VERIFICATION_LIMITS } from './limits.js'
import { untold } from './pad.js'
import type { Recorded, RecordedStep } from './recorded.js'
import type { SeenFrame } from './types.js'

/** Most that log-odds of the passive net may differ between the browser's frame and its JPEG before it is told. */
const PASSIVE_APART = 2
/** The same of the moments at which actions were done, milliseconds. */
const DONE_APART_MS = 500

/** That the browser's client is of another build. Sessions know it by its first word, and ask no officer because of it alone. */
export function otherBuild(version: string): string {
  return `build: ${version}, of other sources than here`
}

/**
 * Where the browser's own findings differ from the server's. Its nets may be older, its picture is not yet compressed: nothing here decides, but a page
 * whose findings often differ is an altered one, or broken.
 */
export function disagreements(
  { manifest, steps, samples }: Recorded,
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
  if (BUILD.sha256 !== undefined && manifest.build.sha256 !== BUILD.sha256) found.push(otherBuild(manifest.build.version))
  for (const { step, index, committed, sample } of frames) {
    const apart = Math.abs((committed?.padLogOdds ?? NaN) - (sample.padLogOdds ?? NaN))
    if (apart > PASSIVE_APART) found.push(`passive: ${apart.toFixed(1)} apart in frame ${index} of step ${step + 1}`)
  }
  const told = steps.flatMap(({ series }) => series.doneMs ?? [])
  told.forEach((ms, at) => {
    if (Math.abs(ms - (doneMs[at] ?? NaN)) > DONE_APART_MS) found.push(`action ${at + 1}: done at another time`)
  })
  found.push(...untold(samples, manifest).map((missing) => `untold: ${missing}`))
  return found
}

/** Steps for which the server waited far longer than the browser tells of: a slow line, or time for something else. Without a network nobody waited. */
export function waits({ steps }: Recorded, deferred = false): readonly string[] {
  return deferred ? [] : steps.flatMap(waitedFor)
}

function waitedFor({ n, series, openedAt, takenAt }: RecordedStep): readonly string[] {
  const waitedMs = takenAt.getTime() - openedAt.getTime()
  const toldMs = (series.frames.at(-1)?.timestampMs ?? series.revealedMs) - series.revealedMs
  if (waitedMs - toldMs <= VERIFICATION_LIMITS.waitedApartMs) return []
  return [`step ${n}: ${Math.round(waitedMs / 1000)} s passed here, ${Math.round(toldMs / 1000)} s there`]
}
