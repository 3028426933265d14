import type { AssetFile } from './types.js'
import { verify } from './verify.js'

/** The one cache of this origin; the number is that of the key's form, not of the assets. */
export const CACHE_NAME = 'lintas-assets-v1'

/**
 * Files kept across visits in Cache Storage under folder, path and hash, so that a new version never meets an old body. Nothing here ever
 * fails a load: where the storage is missing, blocked or full, files simply come over the network again.
 */
export class AssetCache {
  readonly #caches: CacheStorage | undefined
  readonly #base: URL

  constructor(caches: CacheStorage | undefined, base: URL) {
    this.#caches = caches
    this.#base = base
  }

  /** The bytes of `file`, proven; a kept body that has rotted is dropped. */
  async read(file: AssetFile): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const cache = await this.#open()
    if (cache === undefined) return undefined
    const key = this.#key(file)
    try {
      const kept = await cache.match(key)
      if (kept === undefined) return undefined
      const bytes = new Uint8Array(await kept.arrayBuffer())
      await verify(file, bytes)
      return bytes
    } catch {
      await cache.delete(key).catch(() => false)
      return undefined
    }
  }

  /** Keeps `bytes`, which must be proven. When there is no room, what `wanted` does not name makes way first. */
  async write(file: AssetFile, bytes: Uint8Array<ArrayBuffer>, wanted: readonly AssetFile[]): Promise<void> {
    if (await this.#put(this.#key(file), bytes)) return
    await this.prune(wanted)
    await this.#put(this.#key(file), bytes)
  }

  /** The last manifest kept, for a visit without a network. */
  async readManifest(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      const kept = await (await this.#open())?.match(this.#manifestKey())
      return kept === undefined ? undefined : new Uint8Array(await kept.arrayBuffer())
    } catch {
      return undefined
    }
  }

  async writeManifest(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#put(this.#manifestKey(), bytes)
  }

  /** Drops the files of this folder that `wanted` does not name; other folders of the origin keep theirs. */
  async prune(wanted: readonly AssetFile[]): Promise<void> {
    const cache = await this.#open()
    if (cache === undefined) return
    const keep = new Set([this.#manifestKey(), ...wanted.map((file) => this.#key(file))])
    try {
      for (const request of await cache.keys()) {
        if (request.url.split('?', 1)[0] === this.#base.href && !keep.has(request.url)) await cache.delete(request)
      }
    } catch {
      // What could not be dropped now is dropped at the next visit.
    }
  }

  async #open(): Promise<Cache | undefined> {
    try {
      return await this.#caches?.open(CACHE_NAME)
    } catch {
      return undefined
    }
  }

  async #put(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
    try {
      const cache = await this.#open()
      await cache?.put(key, new Response(bytes, { headers: { 'content-type': 'application/octet-stream' } }))
      return true
    } catch {
      return false
    }
  }

  #key({ file, sha256 }: AssetFile): string {
    return `${this.#base.href}?sha256=${sha256}&file=${encodeURIComponent(file)}`
  }

  #manifestKey(): string {
    return `${this.#base.href}?manifest`
  }
}
