import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createFolderAssets } from '../assets/index.js'
import { checkPicture, pictureOf, type Drawable } from '../capture/index.js'
import type { Face } from '../detection/index.js'
import type { Embedding } from '../embedding/index.js'
import { LintasError } from '../errors/index.js'
import { SerialQueue } from '../inference/index.js'
import { createNodeEngine } from '../inference/ort-node.js'
import type { Raster } from '../numeric/index.js'
import { checkBoolean, checkKeys, checkNumber, checkText } from '../options/index.js'
import { checkAnalyseOptions, checkSpaces } from '../worker/analyse-options.js'
import { buildLine } from '../worker/build-line.js'
import { untilAborted, type AnalyseOptions, type Analyser, type AnalyserInfo, type Analysis } from '../worker/index.js'
import type { Line } from '../worker/line.js'
import { encodeJpeg } from './encode-jpeg.js'

/** Options of {@link createNodeAnalyser}. */
export interface NodeAnalyserOptions {
  /** Path of the folder with `assets.json`, or of `@lintas/models` with its `manifest.json`. */
  readonly models: string
  /** The spaces to embed. Default: the shipped profile's. */
  readonly spaces?: readonly string[]
  /** Load the passive net too. Default true. */
  readonly liveness?: boolean
  /** Most faces told apart, 2 to 8. Default 2. */
  readonly maxFaces?: number
  /** Threads inside one operator, 1 to 64. Default 1. */
  readonly threads?: number
}

/** {@link Analyser} in this process, which can look closer at a face later than it was found: where not every net is worth its time. */
export interface NodeAnalyser extends Analyser {
  /**
   * Embeds a face that `analyse` found in the same picture.
   * @param spaces those of the analyser's to embed; default all of them
   * @returns one embedding a space, in the analyser's order
   * @throws LintasError `inference-run`, `worker-closed` @throws RangeError for landmarks that are no numbers @throws TypeError for a space that the analyser was not made with
   */
  embed(picture: Raster, face: Face, spaces?: readonly string[]): Promise<readonly Embedding[]>
  /**
   * Log-odds of the passive net of a face that `analyse` found in the same picture, natural logarithm.
   * @returns undefined where there is nothing to look at: landmarks that are no numbers, a face outside the picture
   * @throws LintasError `inference-run`, `worker-closed`; `assets-entry-unknown` when the analyser was made without liveness
   */
  scorePassive(picture: Raster, face: Face): Promise<number | undefined>
}

const KEYS = ['models', 'spaces', 'liveness', 'maxFaces', 'threads'] as const

/**
 * The line in this process: detection by the ONNX engine, the same alignment, quality and embedding code as in the browser.
 * Pictures are rasters ({@link decodeImage}); the camera stage is the browser's alone.
 * @throws TypeError that names a wrong option
 */
export function createNodeAnalyser(options: NodeAnalyserOptions): NodeAnalyser {
  checkKeys('createNodeAnalyser', options, KEYS)
  const folder = checkText('models', options.models)
  const threads = checkNumber('threads', options.threads, 1, { min: 1, max: 64, integer: true })
  const maxFaces = checkNumber('maxFaces', options.maxFaces, 2, { min: 2, max: 8, integer: true })
  const spaces = checkSpaces(options.spaces)
  const liveness = checkBoolean('liveness', options.liveness, true)
  const source = createFolderAssets({ readFile: (path) => readFile(resolve(folder, path)) })
  const runtimes = { backend: 'node', openEngine: () => Promise.resolve(createNodeEngine({ threads })), encodeJpeg } as const
  return new LineInNode(buildLine(source, runtimes, { spaces, detector: 'onnx', maxFaces, liveness }), spaces)
}

class LineInNode implements NodeAnalyser {
  readonly ready: Promise<AnalyserInfo>
  readonly #built: ReturnType<typeof buildLine>
  readonly #spaces: readonly string[]
  readonly #queue = new SerialQueue()
  #closed = false

  constructor(built: ReturnType<typeof buildLine>, spaces: readonly string[]) {
    this.#built = built
    this.#spaces = spaces
    this.ready = built.then(({ info }) => info)
    this.ready.catch(() => undefined)
  }

  async analyse(picture: Drawable | Raster, options: AnalyseOptions = {}): Promise<Analysis> {
    checkPicture(picture)
    checkAnalyseOptions(options)
    const { signal, timestampMs = performance.now(), ...wishes } = options
    const analysed = this.#next((line) => line.analyse({ picture: pictureOf(picture), timestampMs }, wishes), signal)
    return untilAborted(analysed, signal)
  }

  async embed(picture: Raster, face: Face, spaces?: readonly string[]): Promise<readonly Embedding[]> {
    checkPicture(picture)
    const strange = spaces?.find((space) => !this.#spaces.includes(space))
    if (strange !== undefined) throw new TypeError(`embed: this analyser was made without the space ${strange}`)
    return this.#next((line) => line.embed({ picture: pictureOf(picture), timestampMs: 0 }, face, spaces))
  }

  async scorePassive(picture: Raster, face: Face): Promise<number | undefined> {
    checkPicture(picture)
    return this.#next((line) => line.scorePassive({ picture: pictureOf(picture), timestampMs: 0 }, face))
  }

  reset(): void {
    // In the queue as in the worker: what was asked for before is tracked before.
    void this.#queue.run(async () => (await this.#built).line.reset()).catch(() => undefined)
  }

  close(): void {
    this.#closed = true
    // After the picture under way: its sessions must not be released under it.
    void this.#queue.run(async () => (await this.#built).line.close()).catch(() => undefined)
  }

  /** What comes next on the line. */
  async #next<Result>(run: (line: Line) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    this.#checkOpen()
    const { line } = await untilAborted(this.#built, signal)
    return this.#queue.run(() => {
      signal?.throwIfAborted()
      this.#checkOpen()
      return run(line)
    })
  }

  #checkOpen(): void {
    if (this.#closed) throw new LintasError('worker-closed', 'the analyser was closed')
  }
}
