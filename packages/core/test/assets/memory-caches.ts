/** Cache Storage in memory, as far as the assets use it. What it is told to fail at, it fails at. */
export class MemoryCaches {
  readonly bodies = new Map<string, Uint8Array<ArrayBuffer>>()
  failing: 'nothing' | 'open' | 'put' | 'everything' = 'nothing'
  /** Most bytes it holds. */
  quota = Infinity

  /** As the type that the options ask for. */
  get storage(): CacheStorage {
    return this as unknown as CacheStorage
  }

  open(): Promise<Cache> {
    if (this.failing === 'open') return Promise.reject(new DOMException('no', 'SecurityError'))
    return Promise.resolve(this as unknown as Cache)
  }

  async match(key: string): Promise<Response | undefined> {
    await this.#mayFail()
    const body = this.bodies.get(key)
    return body && new Response(body)
  }

  async put(key: string, response: Response): Promise<void> {
    await this.#mayFail('put')
    const bytes = new Uint8Array(await response.arrayBuffer())
    const held = [...this.bodies.values()].reduce((sum, { length }) => sum + length, 0)
    if (held + bytes.length > this.quota) throw new DOMException('full', 'QuotaExceededError')
    this.bodies.set(key, bytes)
  }

  async delete(key: string | Request): Promise<boolean> {
    await this.#mayFail()
    return this.bodies.delete(typeof key === 'string' ? key : key.url)
  }

  async keys(): Promise<{ url: string }[]> {
    await this.#mayFail()
    return [...this.bodies.keys()].map((url) => ({ url }))
  }

  #mayFail(what = 'other'): Promise<void> {
    const fails = this.failing === 'everything' || this.failing === what
    return fails ? Promise.reject(new DOMException('broken', 'UnknownError')) : Promise.resolve()
  }
}
