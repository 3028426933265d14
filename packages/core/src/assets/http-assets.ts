import { LintasError } from '../errors/index.js'
import { checkKeys, checkNumber } from '../options/index.js'
import { AssetCache } from './asset-cache.js'
import { download, type Transport } from './download.js'
import { parseAssetManifest } from './manifest.js'
import { checkAssetsOrigin, resolveAssetsBase } from './origin.js'
import { forEachLimited } from './pool.js'
import { createTally, type Tally } from './progress.js'
import { parseJson } from './reader.js'
import { mayPass, withRetries, type RetryPolicy } from './retry.js'
import type { AssetFile, AssetLoadOptions, AssetManifest, AssetSource } from './types.js'
import { requireHashing, verify } from './verify.js'

/** Options of {@link createHttpAssets}. */
export interface HttpAssetsOptions {
  /** The assets folder. Relative to the page; a worker must be given the absolute URL, since its own address is another. */
  readonly base: string | URL
  /** The origin that `base` must lie on. Default: the page's or worker's own; outside a browser there is none and any will do. */
  readonly pageOrigin?: string
  /** Default: the platform's. */
  readonly fetch?: typeof fetch
  /** Where files are kept across visits; false: nowhere. Default: the platform's Cache Storage where it has one. */
  readonly caches?: CacheStorage | false
  /** Longest time without a byte, milliseconds, 10 to 600000. Default 15000. */
  readonly stallMs?: number
  /** Attempts after the first, 0 to 10. Default 3. */
  readonly retries?: number
  /** Wait before the first retry, milliseconds, 0 to 60000; each further one doubles, and half of it is chance. Default 500. */
  readonly backOffMs?: number
  /** Longest wait before a retry, whatever `Retry-After` asks for, milliseconds, 0 to 600000. Default 15000. */
  readonly longestWaitMs?: number
  /** Downloads at the same time, 1 to 6. Default 3. */
  readonly parallel?: number
}

const OPTION_NAMES = ['base', 'pageOrigin', 'fetch', 'caches', 'stallMs', 'retries', 'backOffMs', 'longestWaitMs', 'parallel']
/** Most bytes of assets.json: some hundred entries. */
const MANIFEST_BYTES = 2 ** 20

/**
 * Assets over HTTP: each file proven by length and sha256 before it is handed out or kept, kept in Cache Storage under its hash, files of
 * older manifests dropped. Without a network the manifest and files of the last visit serve.
 * @throws LintasError `assets-origin`, TypeError for an option
 */
export function createHttpAssets(options: HttpAssetsOptions): AssetSource {
  return new HttpAssets(options)
}

class HttpAssets implements AssetSource {
  readonly #base: URL
  readonly #transport: Transport
  readonly #retry: RetryPolicy
  readonly #parallel: number
  readonly #cache: AssetCache
  #manifest: AssetManifest | undefined
  /** The bytes of a manifest that came over the network, until its files have come too. */
  #fresh: Uint8Array<ArrayBuffer> | undefined

  constructor(options: HttpAssetsOptions) {
    checkKeys('createHttpAssets', options, OPTION_NAMES)
    this.#base = resolveAssetsBase(options.base)
    const pageOrigin = options.pageOrigin ?? (globalThis as { location?: Location }).location?.origin
    if (pageOrigin !== undefined) checkAssetsOrigin(this.#base, pageOrigin)
    const stallMs = checkNumber('stallMs', options.stallMs, 15_000, { min: 10, max: 600_000 })
    this.#transport = { fetch: options.fetch ?? ((...request) => globalThis.fetch(...request)), stallMs }
    this.#retry = {
      retries: checkNumber('retries', options.retries, 3, { min: 0, max: 10, integer: true }),
      backOffMs: checkNumber('backOffMs', options.backOffMs, 500, { min: 0, max: 60_000 }),
      longestWaitMs: checkNumber('longestWaitMs', options.longestWaitMs, 15_000, { min: 0, max: 600_000 }),
    }
    this.#parallel = checkNumber('parallel', options.parallel, 3, { min: 1, max: 6, integer: true })
    this.#cache = new AssetCache(options.caches === false ? undefined : (options.caches ?? platformCaches()), this.#base)
  }

  async manifest(signal?: AbortSignal): Promise<AssetManifest> {
    this.#manifest ??= await this.#readManifest(signal)
    return this.#manifest
  }

  async load(files: readonly AssetFile[], options: AssetLoadOptions = {}): Promise<readonly Uint8Array<ArrayBuffer>[]> {
    requireHashing()
    const distinct = [...new Map(files.map((file) => [file.sha256, file])).values()]
    const tally = createTally(distinct, options.onProgress)
    const loaded = new Map<string, Uint8Array<ArrayBuffer>>()
    await forEachLimited(distinct, this.#parallel, options.signal, async (file, signal) => {
      loaded.set(file.sha256, await this.#loadOne(file, tally, signal))
      tally.done(file)
    })
    await this.#settleCache()
    return files.map((file) => {
      const bytes = loaded.get(file.sha256)
      // Each was set above, or the wait threw.
      if (bytes === undefined) throw new LintasError('unexpected', `${file.file} was not loaded`)
      return bytes
    })
  }

  async #loadOne(file: AssetFile, tally: Tally, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const kept = await this.#cache.read(file)
    if (kept !== undefined) return kept
    const wanted = {
      url: new URL(file.file, this.#base).href,
      file: file.file,
      format: /\.m?js$/.test(file.file) ? 'script' : 'binary',
      bytes: file.bytes,
      exact: true,
    } as const
    const bytes = await withRetries(this.#retry, signal, async (reload) => {
      const onBytes = (received: number): void => tally.received(file, received)
      const body = await download(wanted, this.#transport, { signal, reload, onBytes })
      await verify(file, body)
      return body
    })
    await this.#cache.write(file, bytes, this.#manifestFiles([file]))
    return bytes
  }

  async #readManifest(signal: AbortSignal | undefined): Promise<AssetManifest> {
    const url = new URL('assets.json', this.#base).href
    const wanted = { url, file: 'assets.json', format: 'json', bytes: MANIFEST_BYTES, exact: false } as const
    const kept = await this.#cache.readManifest()
    const policy = kept === undefined ? this.#retry : { ...this.#retry, retries: 0 }
    try {
      const bytes = await withRetries(policy, signal, (reload) => download(wanted, this.#transport, { signal, reload, onBytes: () => undefined }))
      const manifest = parseManifest(bytes)
      this.#fresh = bytes
      return manifest
    } catch (error) {
      if (kept === undefined || !(error instanceof LintasError) || !mayPass(error)) throw error
      return parseManifest(kept)
    }
  }

  /** A new version replaces the old one only once it is here: until then a visit without a network still finds the old one whole. */
  async #settleCache(): Promise<void> {
    if (this.#fresh === undefined) return
    await this.#cache.writeManifest(this.#fresh)
    await this.#cache.prune(this.#manifestFiles([]))
    this.#fresh = undefined
  }

  #manifestFiles(others: readonly AssetFile[]): AssetFile[] {
    if (this.#manifest === undefined) return [...others]
    const { runtime, models } = this.#manifest
    return [...others, ...runtime, ...models, ...models.flatMap(({ knownAnswer }) => (knownAnswer === undefined ? [] : [knownAnswer]))]
  }
}

function parseManifest(bytes: Uint8Array): AssetManifest {
  return parseAssetManifest(parseJson('assets.json', bytes))
}

/** Reading the property throws in a sandboxed frame. */
function platformCaches(): CacheStorage | undefined {
  try {
    return globalThis.caches
  } catch {
    return undefined
  }
}
