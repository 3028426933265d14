import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createFolderAssets } from '../assets/index.js'
import { checkPicture, pictureOf } from '../capture/index.js'
import { LintasError } from '../errors/index.js'
import { SerialQueue } from '../inference/index.js'
import { createNodeEngine } from '../inference/ort-node.js'
import { checkBoolean, checkKeys, checkNumber, checkText } from '../options/index.js'
import { checkAnalyseOptions, checkSpaces } from '../worker/analyse-options.js'
import { buildLine } from '../worker/build-line.js'
import { untilAborted, type Analyser } from '../worker/index.js'
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

const KEYS = ['models', 'spaces', 'liveness', 'maxFaces', 'threads'] as const

/**
 * The line in this process: detection by the ONNX engine, the same alignment, quality and embedding code as in the browser.
 * Pictures are rasters ({@link decodeImage}); the camera stage is the browser's alone.
 * @throws TypeError that names a wrong option
 */
export function createNodeAnalyser(options: NodeAnalyserOptions): Analyser {
  checkKeys('createNodeAnalyser', options, KEYS)
  const folder = checkText('models', options.models)
  const threads = checkNumber('threads', options.threads, 1, { min: 1, max: 64, integer: true })
  const maxFaces = checkNumber('maxFaces', options.maxFaces, 2, { min: 2, max: 8, integer: true })
  const spaces = checkSpaces(options.spaces)
  const liveness = checkBoolean('liveness', options.liveness, true)
  const source = createFolderAssets({ readFile: (path) => readFile(resolve(folder, path)) })
  const runtimes = { backend: 'node', openEngine: () => Promise.resolve(createNodeEngine({ threads })), encodeJpeg } as const
  const built = buildLine(source, runtimes, { spaces, detector: 'onnx', maxFaces, liveness })
  const ready = built.then(({ info }) => info)
  ready.catch(() => undefined)
  const queue = new SerialQueue()
  let closed = false
  return {
    ready,
    async analyse(picture, options = {}) {
      checkPicture(picture)
      checkAnalyseOptions(options)
      const { signal, timestampMs = performance.now(), ...wishes } = options
      if (closed) throw new LintasError('worker-closed', 'the analyser was closed')
      const { line } = await untilAborted(built, signal)
      const analysed = queue.run(() => {
        signal?.throwIfAborted()
        if (closed) throw new LintasError('worker-closed', 'the analyser was closed')
        return line.analyse({ picture: pictureOf(picture), timestampMs }, wishes)
      })
      return untilAborted(analysed, signal)
    },
    reset() {
      // In the queue as in the worker: what was asked for before is tracked before.
      void queue.run(async () => (await built).line.reset()).catch(() => undefined)
    },
    close() {
      closed = true
      // After the picture under way: its sessions must not be released under it.
      void queue.run(async () => (await built).line.close()).catch(() => undefined)
    },
  }
}
