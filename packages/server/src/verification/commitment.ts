import { EVIDENCE_LIMITS, type FrameMark } from '@lintas/core/evidence'
import { hashBytes } from '@lintas/core/receipt'
import type { Recorded, RecordedStep } from './recorded.js'
import type { VerificationInput } from './types.js'

/** What of the parts is not what the steps committed to: series and frames by their SHA-256, and what the manifest says of them. */
export async function commitmentFaults(
  { sid, route, bundle, deferred = false }: VerificationInput,
  { steps, opened, manifest }: Recorded,
): Promise<readonly string[]> {
  const series = await Promise.all(bundle.series.map((bytes) => hashBytes(bytes)))
  const frames = await Promise.all(bundle.frames.map((bytes) => hashBytes(bytes)))
  const faults: string[] = []
  if (manifest.sid !== sid) faults.push('the manifest is of another session')
  if (manifest.route !== route) faults.push('the manifest is of another route')
  if (manifest.series.length !== steps.length || manifest.opened.length !== (deferred ? 0 : opened.length))
    faults.push('the manifest lists other parts')
  steps.forEach(({ claims, series: { frames: marks } }, at) => {
    if (series[at] !== claims.series || manifest.series[at]?.sha256 !== series[at]) faults.push(`series ${at + 1} is not the one committed to`)
    if (marks.length !== claims.frames.length)
      faults.push(`series ${at + 1} tells of ${marks.length} frames, ${claims.frames.length} were committed to`)
  })
  opened.forEach(({ step, index }, at) => {
    const listed = manifest.opened[at]
    const committed = steps[step]?.claims.frames[index]
    const isListed = deferred || (listed !== undefined && listed.step - 1 === step && listed.index === index && listed.sha256 === frames[at])
    if (frames[at] !== committed || !isListed) faults.push(`frame ${index} of step ${step + 1} is not the one committed to`)
  })
  return [...faults, ...steps.flatMap(regionFaults)]
}

/** Frames that cannot have been cut out of the picture of their moment: landmarks would be moved to where no face was, or stretched. */
export function regionFaults({ n, series: { samples, frames } }: Pick<RecordedStep, 'n' | 'series'>): readonly string[] {
  const pictures = new Map(samples.map((sample) => [sample.timestampMs, sample]))
  return frames.flatMap((mark, index) => {
    const { x, y, width, height } = mark.region
    const picture = pictures.get(mark.timestampMs)
    const lies = picture === undefined || (x >= 0 && y >= 0 && x + width <= picture.width && y + height <= picture.height)
    return lies && isOfRegion(mark) ? [] : [`frame ${index} of step ${n} is of no region of its picture`]
  })
}

/** Shrunk to the longest side and never enlarged, each side to the pixel. */
function isOfRegion({ region, width, height }: FrameMark): boolean {
  const scale = Math.min(1, EVIDENCE_LIMITS.frameSide / Math.max(region.width, region.height))
  return Math.abs(width - region.width * scale) <= 1 && Math.abs(height - region.height * scale) <= 1
}
