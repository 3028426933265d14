import { LintasError } from '../errors/index.js'
import { parseAssetManifest, parseModelsManifest } from './manifest.js'
import { createTally } from './progress.js'
import { parseJson } from './reader.js'
import type { AssetFile, AssetLoadOptions, AssetManifest, AssetSource } from './types.js'
import { verify } from './verify.js'

/** Options of {@link createFolderAssets}. */
export interface FolderAssetsOptions {
  /** Reads a file by its path relative to the folder; rejects when there is none. In Node `node:fs`, in a test a table. */
  readonly readFile: (path: string, signal?: AbortSignal) => Promise<Uint8Array>
  /**
   * Which file lists the others: `assets.json` of an assets folder, or `manifest.json` of the models package. Default: the first of the
   * two that can be read.
   */
  readonly manifest?: 'assets.json' | 'manifest.json'
}

/** Assets from a folder, without HTTP and without a cache; length and sha256 are checked all the same. */
export function createFolderAssets(options: FolderAssetsOptions): AssetSource {
  return new FolderAssets(options)
}

class FolderAssets implements AssetSource {
  readonly #options: FolderAssetsOptions
  #manifest: AssetManifest | undefined

  constructor(options: FolderAssetsOptions) {
    if (typeof options.readFile !== 'function') throw new TypeError('readFile must be a function')
    this.#options = options
  }

  async manifest(signal?: AbortSignal): Promise<AssetManifest> {
    this.#manifest ??= await this.#readManifest(signal)
    return this.#manifest
  }

  async load(files: readonly AssetFile[], options: AssetLoadOptions = {}): Promise<readonly Uint8Array<ArrayBuffer>[]> {
    const tally = createTally(files, options.onProgress)
    const loaded: Uint8Array<ArrayBuffer>[] = []
    for (const file of files) {
      // A copy: small files come from a pool that Node shares between reads.
      const bytes = new Uint8Array(await this.#read(file.file, options.signal))
      await verify(file, bytes)
      tally.done(file)
      loaded.push(bytes)
    }
    return loaded
  }

  async #readManifest(signal?: AbortSignal): Promise<AssetManifest> {
    const wanted = this.#options.manifest
    if (wanted !== undefined) return parseText(wanted, await this.#read(wanted, signal))
    const bytes = await this.#read('assets.json', signal).catch((error: unknown) => {
      if (error instanceof LintasError && error.code === 'assets-not-found') return undefined
      throw error
    })
    return bytes === undefined ? parseText('manifest.json', await this.#read('manifest.json', signal)) : parseText('assets.json', bytes)
  }

  async #read(path: string, signal?: AbortSignal): Promise<Uint8Array> {
    signal?.throwIfAborted()
    try {
      return await this.#options.readFile(path, signal)
    } catch (error) {
      signal?.throwIfAborted()
      throw new LintasError('assets-not-found', `${path} cannot be read`, { cause: error, details: { file: path } })
    }
  }
}

function parseText(file: 'assets.json' | 'manifest.json', bytes: Uint8Array): AssetManifest {
  const json = parseJson(file, bytes)
  return file === 'assets.json' ? parseAssetManifest(json) : parseModelsManifest(json)
}
