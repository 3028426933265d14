import { loadavg } from 'node:os'
import type { LineIdentity } from './assets.js'
import type { Picture } from './data-set.js'
import { PictureQueue, type EngineInfo, type EngineOptions, type RunEngine } from './engine.js'
import type { Sample } from './gallery.js'
import { createProgress } from './progress.js'
import { decodeVector, type SampleStore, type StoredSample } from './store.js'

/** What embedding came to. */
export interface EmbedRun {
  /** By the pictures' order; absent where the machinery failed twice. */
  readonly stored: readonly (StoredSample | undefined)[]
  /** Absent where everything was in the store already. */
  readonly info?: EngineInfo
  /** Pictures analysed now, and how fast. */
  readonly analysed: number
  readonly seconds: number
  /** The system's load average over the last minute, at the end. */
  readonly load: number
  /** Faults of the machinery that stayed, by code. */
  readonly faults: Readonly<Record<string, number>>
}

/** Each distinct picture once: what the store has is taken from there, the rest is analysed and added to it. */
export async function embedPictures(
  pictures: readonly Picture[],
  store: SampleStore,
  line: LineIdentity,
  run: RunEngine,
  options: EngineOptions,
): Promise<EmbedRun> {
  const models = new Map(line.embedders.map(({ space, sha256 }) => [space, sha256]))
  const find = (picture: Picture): StoredSample | undefined => store.find(picture.sha256, line.hash, models, options.face)
  const missing = [...new Map(pictures.filter((picture) => find(picture) === undefined).map((picture) => [picture.sha256, picture])).values()]
  if (missing.length === 0) return { stored: pictures.map(find), analysed: 0, seconds: 0, load: 0, faults: {} }
  const progress = createProgress('embedding', missing.length)
  let first = 0
  let analysed = 0
  const queue = new PictureQueue(missing, (index, sample) => {
    // Models load before the first: the rate is that of the work.
    if (analysed === 0) first = performance.now()
    analysed += 1
    store.add({ ...sample, sha256: missing[index]!.sha256, line: line.hash })
    progress.step()
  })
  // Ended after a fault, too: what is said of it stands on a line of its own.
  const info = await run(options, queue).finally(() => {
    progress.end()
  })
  const seconds = analysed === 0 ? 0 : (performance.now() - first) / 1000
  if (queue.left > 0)
    throw new Error(`too many faults in a row, the last: ${[...queue.faults.values()].at(-1) ?? ''}; ${queue.left} pictures are left`)
  return {
    stored: pictures.map(find),
    info,
    analysed,
    seconds,
    load: loadavg()[0] ?? 0,
    faults: countBy([...queue.faults.values()].map((fault) => fault.split(':')[0] ?? fault)),
  }
}

/** Pictures and what was stored of them, as a gallery takes it. */
export function samplesOf(pictures: readonly Picture[], stored: readonly (StoredSample | undefined)[]): readonly Sample[] {
  return pictures.map(({ file, subject, unsure, session }, index) => {
    const embeddings = stored[index]?.embeddings
    return {
      file,
      subject,
      ...(unsure && { unsure }),
      ...(session !== undefined && { session }),
      ...(embeddings && { embeddings: Object.fromEntries(Object.entries(embeddings).map(([space, embedding]) => [space, decodeVector(embedding)])) }),
    }
  })
}

export function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counts
}
