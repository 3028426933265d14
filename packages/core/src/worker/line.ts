import { cutChip } from '../alignment/index.js'
import type { Frame } from '../capture/index.js'
import type { Detector } from '../detection/index.js'
import type { Embedder, Embedding } from '../embedding/index.js'
import type { Chip } from '../numeric/index.js'
import { assessQuality, measureQuality, type QualityAssessment } from '../quality/index.js'
import { chosenFirst } from './choose-face.js'
import type { AnalyseOptions, Analysis, StageName } from './types.js'

/** What a {@link Line} is made of. */
export interface LineParts {
  readonly detector: Detector
  /** One a space. */
  readonly embedders: readonly Embedder[]
}

/** The stages in their order, on one frame. The same code runs in the browser's worker and in Node. */
export interface Line {
  analyse(frame: Frame, options?: Pick<AnalyseOptions, 'mode' | 'embed' | 'chips' | 'requirements' | 'face'>): Promise<Analysis>
  reset(): void
  close(): void
}

/** Joins detector and embedders into a {@link Line}. */
export function createLine({ detector, embedders }: LineParts): Line {
  return {
    async analyse(frame, { mode = 'still', embed = 'acceptable', chips = false, requirements = 'usual', face: choice = 'largest' } = {}) {
      const watch = new StopWatch()
      const { picture, timestampMs } = frame
      const faces = chosenFirst(await watch.time('detection', () => detector.detect(frame, mode)), choice, picture)
      const face = faces[0]
      const base = { timestampMs, width: picture.width, height: picture.height, faces, timingsMs: watch.times }
      if (face === undefined) return { ...base, quality: assessQuality(undefined, requirements) }
      watch.measure('read', () => picture.raster())
      const quality = watch.measure('quality', () => assessQuality(measureQuality({ raster: picture.raster(), faces, face }), requirements))
      // Landmarks that are not numbers have no measures, and no chip could be cut.
      if (quality.measures === undefined || !wanted(embed, quality)) return { ...base, quality }
      const cut = watch.measure('alignment', () => embedders.map(({ crop }) => cutChip(picture.raster(), face, crop)))
      const embeddings = await watch.time('embedding', () => embedAll(embedders, cut))
      return { ...base, quality, embeddings, ...(chips ? { chips: bySpace(embedders, cut) } : {}) }
    },
    reset() {
      detector.reset()
    },
    close() {
      detector.close()
      for (const embedder of embedders) void embedder.release().catch(() => undefined)
    },
  }
}

function wanted(embed: 'never' | 'acceptable' | 'always', { acceptable }: QualityAssessment): boolean {
  return embed === 'always' || (embed === 'acceptable' && acceptable)
}

async function embedAll(embedders: readonly Embedder[], chips: readonly Chip[]): Promise<readonly Embedding[]> {
  const embeddings: Embedding[] = []
  for (const [index, embedder] of embedders.entries()) {
    const chip = chips[index]
    if (chip !== undefined) embeddings.push(await embedder.embed(chip))
  }
  return embeddings
}

function bySpace(embedders: readonly Embedder[], chips: readonly Chip[]): Record<string, Chip> {
  const record: Record<string, Chip> = {}
  for (const [index, { model }] of embedders.entries()) {
    const chip = chips[index]
    if (chip !== undefined && model.space !== undefined) record[model.space] = chip
  }
  return record
}

/** Adds up milliseconds a stage. */
class StopWatch {
  readonly times: Partial<Record<StageName, number>> = {}

  measure<T>(stage: StageName, work: () => T): T {
    const start = performance.now()
    const result = work()
    this.times[stage] = performance.now() - start
    return result
  }

  async time<T>(stage: StageName, work: () => Promise<T>): Promise<T> {
    const start = performance.now()
    const result = await work()
    this.times[stage] = performance.now() - start
    return result
  }
}
