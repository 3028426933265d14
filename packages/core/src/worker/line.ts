import { cutChip } from '../alignment/index.js'
import type { Frame } from '../capture/index.js'
import type { Detector } from '../detection/index.js'
import type { Embedder, Embedding } from '../embedding/index.js'
import type { Chip, Raster } from '../numeric/index.js'
import { assessQuality, measureQuality, type QualityAssessment } from '../quality/index.js'
import { frameHash, noiseBetween, noiseBlocks, pictureDetail, scoreFace, type NoiseBlocks, type PadScorer } from '../liveness/index.js'
import { LintasError } from '../errors/index.js'
import type { Face } from '../detection/index.js'
import { chosenFirst } from './choose-face.js'
import { evidenceFrame, type EncodeJpeg } from './evidence-frame.js'
import { StopWatch } from './stop-watch.js'
import type { AnalyseOptions, Analysis, LivenessReadings } from './types.js'

/** What a {@link Line} is made of. */
export interface LineParts {
  readonly detector: Detector
  /** One a space. */
  readonly embedders: readonly Embedder[]
  /** The passive net, where liveness is assessed. */
  readonly padScorer?: PadScorer
  /** For evidence; without it there is none. */
  readonly encodeJpeg?: EncodeJpeg
}

/** What of the options the line itself reads. */
type LineOptions = Pick<AnalyseOptions, 'mode' | 'embed' | 'chips' | 'requirements' | 'face' | 'liveness' | 'evidence'>

/** The stages in their order, on one frame. The same code runs in the browser's worker and in Node. */
export interface Line {
  /** @throws LintasError `detector-run`, `inference-run`; `assets-entry-unknown` when the passive net is asked and was not loaded */
  analyse(frame: Frame, options?: LineOptions): Promise<Analysis>
  /**
   * A face of the frame in some of the line's spaces, in the line's order; in all of them by default.
   * @throws LintasError `inference-run` @throws RangeError for landmarks that are no numbers
   */
  embed(frame: Frame, face: Face, spaces?: readonly string[]): Promise<readonly Embedding[]>
  /** As `liveness: 'passive'` would have told. @throws LintasError `inference-run`; `assets-entry-unknown` when the passive net was not loaded */
  scorePassive(frame: Frame, face: Face): Promise<number | undefined>
  reset(): void
  close(): void
}

/** Joins detector, embedders and the passive net into a {@link Line}. */
export function createLine({ detector, embedders, padScorer, encodeJpeg }: LineParts): Line {
  const stream = new StreamReader(padScorer)
  return {
    async analyse(frame, options = {}) {
      const { mode = 'still', embed = 'acceptable', chips = false, requirements = 'usual', liveness = 'none', evidence = false } = options
      const watch = new StopWatch()
      const { picture, timestampMs } = frame
      const faces = chosenFirst(await watch.time('detection', () => detector.detect(frame, mode)), options.face ?? 'largest', picture)
      const face = faces[0]
      const raster = (): Raster => picture.raster()
      if (face !== undefined || liveness !== 'none') watch.measure('read', raster)
      const readings = liveness === 'none' ? {} : { liveness: await stream.read(raster(), face, liveness, watch) }
      const base = { timestampMs, width: picture.width, height: picture.height, faces, ...readings, timingsMs: watch.times }
      if (face === undefined) return { ...base, quality: assessQuality(undefined, requirements) }
      const quality = watch.measure('quality', () => assessQuality(measureQuality({ raster: raster(), faces, face }), requirements))
      const shown = evidence && encodeJpeg && quality.measures?.faceCount === 1
      const kept = shown ? await watch.time('evidence', () => evidenceFrame(frame, face, encodeJpeg)) : undefined
      const found = { ...base, quality, ...(kept && { evidence: kept }) }
      // Landmarks that are not numbers have no measures, and no chip could be cut.
      if (quality.measures === undefined || !wanted(embed, quality)) return found
      const cut = watch.measure('alignment', () => embedders.map(({ crop }) => cutChip(raster(), face, crop)))
      const embeddings = await watch.time('embedding', () => embedAll(embedders, cut))
      return { ...found, embeddings, ...(chips ? { chips: bySpace(embedders, cut) } : {}) }
    },
    embed: ({ picture }, face, spaces) => embedIn(embedders, picture.raster(), face, spaces),
    scorePassive: ({ picture }, face) => scoreFace(loaded(padScorer), picture.raster(), face),
    reset() {
      detector.reset()
      stream.reset()
    },
    close() {
      detector.close()
      for (const net of [...embedders, ...(padScorer === undefined ? [] : [padScorer])]) void net.release().catch(() => undefined)
    },
  }
}

/** Reads what liveness measures of pictures one after the other: noise is told from a frame and the one before it. */
class StreamReader {
  readonly #scorer: PadScorer | undefined
  #before: NoiseBlocks | undefined

  constructor(scorer: PadScorer | undefined) {
    this.#scorer = scorer
  }

  reset(): void {
    this.#before = undefined
  }

  async read(raster: Raster, face: Face | undefined, asked: 'stream' | 'passive', watch: StopWatch): Promise<LivenessReadings> {
    const stream = watch.measure('stream', () => ({ frameHash: frameHash(raster), ...this.#noise(raster) }))
    if (asked === 'stream') return stream
    const scorer = loaded(this.#scorer)
    const padLogOdds = face && (await watch.time('passive', () => scoreFace(scorer, raster, face)))
    const detail = watch.measure('stream', () => pictureDetail(raster))
    return { ...stream, ...(detail && { detail }), ...(padLogOdds !== undefined && { padLogOdds }) }
  }

  #noise(raster: Raster): Pick<LivenessReadings, 'noise'> {
    const [before, now] = [this.#before, noiseBlocks(raster)]
    this.#before = now
    const noise = before && now && noiseBetween(before, now)
    return noise === undefined ? {} : { noise }
  }
}

function loaded(scorer: PadScorer | undefined): PadScorer {
  if (scorer !== undefined) return scorer
  throw new LintasError('assets-entry-unknown', 'the passive net was not loaded: the analyser was made without liveness')
}

function wanted(embed: 'never' | 'acceptable' | 'always', { acceptable }: QualityAssessment): boolean {
  return embed === 'always' || (embed === 'acceptable' && acceptable)
}

function embedIn(embedders: readonly Embedder[], raster: Raster, face: Face, spaces?: readonly string[]): Promise<readonly Embedding[]> {
  const wanted = embedders.filter(({ model }) => spaces === undefined || (model.space !== undefined && spaces.includes(model.space)))
  return embedAll(
    wanted,
    wanted.map(({ crop }) => cutChip(raster, face, crop)),
  )
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
