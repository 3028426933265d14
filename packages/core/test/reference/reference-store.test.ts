import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openReferenceStore } from '../../src/reference/index.js'
import { faultOf, templateOf } from './fixtures.js'

const open = () => openReferenceStore({ timeoutMs: 2000 })
type Entry = [key: string, value: Record<string, unknown>]

/** The database itself, past the store. */
async function raw<T>(work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await settled(indexedDB.open('lintas-references'))
  try {
    const transaction = database.transaction('references', 'readwrite')
    return await settled(work(transaction.objectStore('references')))
  } finally {
    database.close()
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error!)
  })
}

async function entries(): Promise<Entry[]> {
  const keys = await raw((store) => store.getAllKeys())
  const values = await raw((store) => store.getAll() as IDBRequest<Record<string, unknown>[]>)
  return keys.map((key, index) => [key as string, values[index]!])
}

const recordsOf = async () => (await entries()).filter(([key]) => key.startsWith('reference:'))

beforeEach(() => vi.stubGlobal('indexedDB', new IDBFactory()))
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

describe('a reference store', () => {
  it('keeps a template, gives it back, and keeps it for the next visit', async () => {
    await (await open()).put(templateOf(1))
    const next = await open()
    expect(await next.get('subject-1')).toEqual(templateOf(1))
    expect(await next.get('subject-2')).toBeUndefined()
  })

  it('lists what it holds without embeddings, ordered by subject', async () => {
    const store = await open()
    for (const person of [3, 1, 2]) await store.put(templateOf(person))
    const { references, damaged } = await store.list()
    expect(references.map(({ subjectId }) => subjectId)).toEqual(['subject-1', 'subject-2', 'subject-3'])
    expect(references[0]).toEqual({
      subjectId: 'subject-1',
      spaces: ['compact-512', 'facenet-128'],
      createdAt: '2026-11-24T03:00:00.000Z',
      sampleCount: 3,
      quality: 0.75,
    })
    expect(damaged).toBe(0)
    expect((await store.getAll()).templates.map(({ subjectId }) => subjectId)).toEqual(['subject-1', 'subject-2', 'subject-3'])
  })

  it('replaces a subject’s reference', async () => {
    const store = await open()
    await store.put(templateOf(1))
    await store.put(templateOf(2, 'subject-1'))
    expect(await store.get('subject-1')).toEqual(templateOf(2, 'subject-1'))
    expect(await recordsOf()).toHaveLength(1)
  })

  it('writes neither subject ids nor embeddings in clear, and keys that cannot be exported', async () => {
    const store = await open()
    await store.put(templateOf(1, 'NIP-198001012005011001'))
    await store.put(templateOf(1, 'NIP-198001012005011002'))
    const all = await entries()
    const bytes = all.map(
      ([key, value]) =>
        key +
        Object.values(value)
          .map((field) => (field instanceof ArrayBuffer ? Buffer.from(field).toString('latin1') : String(field)))
          .join(),
    )
    for (const text of bytes) expect(text).not.toMatch(/NIP|1980|subject|embedding|facenet/)
    const ivs = (await recordsOf()).map(([, { iv }]) => Buffer.from(iv as Uint8Array).toString('hex'))
    expect(new Set(ivs).size).toBe(2)
    const keys = all.find(([key]) => key === 'keys')![1]
    for (const name of ['sealing', 'naming']) {
      const key = keys[name] as CryptoKey
      expect(key.extractable).toBe(false)
      await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow()
    }
    expect((keys['sealing'] as CryptoKey).algorithm).toMatchObject({ name: 'AES-GCM', length: 256 })
  })

  it('removes everything of a subject and nothing of others', async () => {
    const store = await open()
    await store.put(templateOf(1))
    const before = await entries()
    await store.put(templateOf(2))
    expect(await store.delete('subject-2')).toBe(true)
    expect(await store.delete('subject-2')).toBe(false)
    expect(await entries()).toEqual(before)
    expect(await store.get('subject-1')).toEqual(templateOf(1))
    expect(await store.get('subject-2')).toBeUndefined()
  })

  it('clears references and key, and can be used again', async () => {
    const store = await open()
    await store.put(templateOf(1))
    await store.clear()
    expect(await entries()).toEqual([])
    expect(await store.get('subject-1')).toBeUndefined()
    expect(await store.delete('subject-1')).toBe(false)
    await store.put(templateOf(2))
    expect(await store.get('subject-2')).toEqual(templateOf(2))
  })

  it('does not keep what is no template, or what it could not find again', async () => {
    const store = await open()
    expect(await faultOf(() => store.put({ ...templateOf(1), embeddings: [] }))).toMatchObject({ code: 'template-invalid' })
    await expect(store.get('')).rejects.toThrow(TypeError)
    await expect(store.delete('a\u0007')).rejects.toThrow(TypeError)
    expect(await entries()).toEqual([])
  })

  it('names a wrong option', async () => {
    await expect(openReferenceStore({ timeoutMs: 1 })).rejects.toThrow(/timeoutMs/)
    await expect(openReferenceStore({ name: '' })).rejects.toThrow(/name/)
  })
})

describe('two tabs', () => {
  it('that start at once share one key', async () => {
    const tabs = await Promise.all([1, 2, 3, 4, 5].map(() => open()))
    await Promise.all(tabs.map((tab, index) => tab.put(templateOf(index))))
    for (const tab of tabs) expect((await tab.list()).references).toHaveLength(5)
    expect(new Set((await recordsOf()).map(([key]) => key.split(':')[1])).size).toBe(1)
  })

  it('go on when one of them cleared the store', async () => {
    const [one, other] = await Promise.all([open(), open()])
    await one.put(templateOf(1))
    await other.clear()
    await one.put(templateOf(2))
    expect((await other.list()).references.map(({ subjectId }) => subjectId)).toEqual(['subject-2'])
  })

  it('leave no reference under a key that was cleared in between', async () => {
    const [one, other] = await Promise.all([open(), open()])
    await one.put(templateOf(1))
    const seal = crypto.subtle.encrypt.bind(crypto.subtle)
    vi.spyOn(crypto.subtle, 'encrypt').mockImplementationOnce(async (...given) => {
      await other.clear()
      await other.put(templateOf(3))
      return seal(...given)
    })
    await one.put(templateOf(2))
    expect((await other.list()).references.map(({ subjectId }) => subjectId)).toEqual(['subject-2', 'subject-3'])
  })
})

describe('a key that was lost', () => {
  it('is a fault of every reading and writing, never an empty store; clear() is the way out', async () => {
    const store = await open()
    await store.put(templateOf(1))
    await raw((entry) => entry.delete('keys'))
    const lost = { code: 'store-key-lost' }
    expect(await faultOf(() => store.get('subject-1'))).toMatchObject(lost)
    expect(await faultOf(() => store.get('subject-2'))).toMatchObject(lost)
    expect(await faultOf(() => store.list())).toMatchObject(lost)
    expect(await faultOf(() => store.put(templateOf(2)))).toMatchObject(lost)
    expect(await faultOf(() => store.delete('subject-1'))).toMatchObject(lost)
    expect(await faultOf(async () => (await open()).get('subject-1'))).toMatchObject(lost)
    await store.clear()
    await store.put(templateOf(2))
    expect((await store.list()).references).toHaveLength(1)
  })

  it('is seen when another key took its place', async () => {
    const store = await open()
    await store.put(templateOf(1))
    const [record] = await recordsOf()
    await store.clear()
    await store.put(templateOf(2))
    await raw((entry) => entry.put(record![1], record![0]))
    expect(await store.get('subject-2')).toEqual(templateOf(2))
    const lost = { code: 'store-key-lost' }
    expect(await faultOf(() => store.get('subject-1'))).toMatchObject(lost)
    expect(await faultOf(() => store.list())).toMatchObject(lost)
    expect(await faultOf(() => store.delete('subject-1'))).toMatchObject(lost)
  })

  it.each([
    ['garbage', { schema: 'lintas-reference-store/1' }],
    ['text', 'keys'],
    ['another version', { schema: 'lintas-reference-store/2' }],
  ])('is seen where %s lies in its place', async (_, value) => {
    const store = await open()
    await store.put(templateOf(1))
    await raw((entry) => entry.put(value, 'keys'))
    expect(await faultOf(() => store.get('subject-1'))).toMatchObject({ code: 'store-key-lost' })
    expect(await faultOf(() => store.put(templateOf(1)))).toMatchObject({ code: 'store-key-lost' })
  })
})

describe('a damaged record', () => {
  type Damage = (value: { recordId: string; iv: Uint8Array; sealed: ArrayBuffer }) => unknown
  const cases: [string, Damage][] = [
    ['cut', (value) => ({ ...value, sealed: value.sealed.slice(0, 100) })],
    ['empty', (value) => ({ ...value, sealed: new ArrayBuffer(0) })],
    ['altered by a bit', (value) => ({ ...value, sealed: flip(value.sealed) })],
    ['with another IV', (value) => ({ ...value, iv: value.iv.map((byte) => byte ^ 1) })],
    ['with another record id', (value) => ({ ...value, recordId: 'x' })],
    ['half written', ({ recordId }) => ({ recordId })],
    ['of another kind', () => 'text'],
    ['null', () => null],
  ]
  it.each(cases)('%s is told with its subject, the others stay readable, and it can be deleted', async (_, damage) => {
    const store = await open()
    for (const person of [1, 2]) await store.put(templateOf(person))
    const key = await keyOf(store, 'subject-1')
    const value = (await entries()).find(([at]) => at === key)![1]
    await raw((entry) => entry.put(damage(value as never), key))
    expect(await faultOf(() => store.get('subject-1'))).toMatchObject({ code: 'reference-damaged', details: { subjectId: 'subject-1' } })
    expect(await store.get('subject-2')).toEqual(templateOf(2))
    expect(await store.list()).toMatchObject({ references: [{ subjectId: 'subject-2' }], damaged: 1 })
    expect(await store.delete('subject-1')).toBe(true)
    expect(await store.list()).toMatchObject({ damaged: 0 })
  })

  it('is also one that was put in another subject’s place', async () => {
    const store = await open()
    for (const person of [1, 2]) await store.put(templateOf(person))
    const [one, two] = [await keyOf(store, 'subject-1'), await keyOf(store, 'subject-2')]
    const theirs = (await entries()).find(([at]) => at === two)![1]
    await raw((entry) => entry.put(theirs, one))
    expect(await faultOf(() => store.get('subject-1'))).toMatchObject({ code: 'reference-damaged' })
    expect(await store.deleteDamaged()).toBe(1)
    expect(await store.get('subject-1')).toBeUndefined()
    expect(await store.get('subject-2')).toEqual(templateOf(2))
  })

  /** The key of a subject's record: the one that goes when the subject goes. */
  async function keyOf(store: Awaited<ReturnType<typeof open>>, subjectId: string): Promise<string> {
    const before = await recordsOf()
    const template = await store.get(subjectId)
    await store.delete(subjectId)
    const after = new Set((await recordsOf()).map(([key]) => key))
    await store.put(template!)
    return before.map(([key]) => key).find((key) => !after.has(key))!
  }

  function flip(sealed: ArrayBuffer): ArrayBuffer {
    const bytes = new Uint8Array(sealed.slice(0))
    bytes[bytes.length >> 1]! ^= 1
    return bytes.buffer
  }
})

describe('storage that fails', () => {
  it('absent, blocked or refused is store-unavailable', async () => {
    vi.stubGlobal('indexedDB', undefined)
    expect(await faultOf(open)).toMatchObject({ code: 'store-unavailable' })
    vi.unstubAllGlobals()
    const refuse = () => {
      throw new DOMException('The operation is insecure.', 'SecurityError')
    }
    vi.stubGlobal('indexedDB', { open: refuse })
    expect(await faultOf(open)).toMatchObject({ code: 'store-unavailable', message: expect.stringMatching(/SecurityError/) as string })
    vi.stubGlobal('indexedDB', { open: () => failing('InvalidStateError') })
    expect(await faultOf(open)).toMatchObject({ code: 'store-unavailable' })
  })

  it('that throws when it is only touched is store-unavailable', async () => {
    Object.defineProperty(globalThis, 'indexedDB', {
      configurable: true,
      get: () => {
        throw new DOMException('The operation is insecure.', 'SecurityError')
      },
    })
    try {
      expect(await faultOf(open)).toMatchObject({ code: 'store-unavailable' })
    } finally {
      Reflect.deleteProperty(globalThis, 'indexedDB')
    }
  })

  it('that never answers is store-unavailable after the time limit', async () => {
    vi.stubGlobal('indexedDB', { open: () => ({}) })
    expect(await faultOf(() => openReferenceStore({ timeoutMs: 100 }))).toMatchObject({
      code: 'store-unavailable',
      message: expect.stringMatching(/100 ms/) as string,
    })
  })

  it('without WebCrypto (http:) is store-unavailable', async () => {
    vi.stubGlobal('crypto', {})
    expect(await faultOf(open)).toMatchObject({ code: 'store-unavailable', message: expect.stringMatching(/secure context/) as string })
  })

  it('that cannot keep a CryptoKey is store-unavailable, and keeps nothing', async () => {
    const store = await open()
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('CryptoKey could not be cloned', 'DataCloneError')
    })
    expect(await faultOf(() => store.put(templateOf(1)))).toMatchObject({ code: 'store-unavailable' })
    put.mockRestore()
    expect(await entries()).toEqual([])
  })

  it('that is full is store-quota, and what was there stays', async () => {
    const store = await open()
    await store.put(templateOf(1))
    const full = new DOMException('full', 'QuotaExceededError')
    const put = IDBObjectStore.prototype.put
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...given) {
      const request = put.apply(this, given)
      // What browsers do: the write is taken, the commit fails.
      Object.defineProperty(this.transaction, 'error', { get: () => full })
      request.onsuccess = () => this.transaction.abort()
      return request
    })
    expect(await faultOf(() => store.put(templateOf(2, 'subject-1')))).toMatchObject({ code: 'store-quota' })
    vi.restoreAllMocks()
    expect(await store.get('subject-1')).toEqual(templateOf(1))
  })

  it('whose connection was closed beneath it is opened again', async () => {
    const store = await open()
    await store.put(templateOf(1))
    const { transaction } = IDBDatabase.prototype
    let closed = 0
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...given) {
      closed += 1
      if (closed === 1) throw new DOMException('The database connection is closing.', 'InvalidStateError')
      return transaction.apply(this, given)
    })
    expect(await store.get('subject-1')).toEqual(templateOf(1))
    expect(closed).toBeGreaterThan(1)
  })

  function failing(name: string): object {
    const request = { onerror: undefined as undefined | (() => void), error: new DOMException('failed', name) }
    queueMicrotask(() => request.onerror?.())
    return request
  }
})
