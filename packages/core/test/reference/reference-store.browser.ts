import { expect } from '@esm-bundle/chai'
import { openReferenceStore } from '../../src/reference/index.js'
import { templateOf } from './fixtures.js'

const name = 'lintas-references-in-a-test'

/** The database itself, past the store. */
async function raw<T>(work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await settled(indexedDB.open(name))
  try {
    return await settled(work(database.transaction('references', 'readwrite').objectStore('references')))
  } finally {
    database.close()
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('failed'))
  })
}

async function codeOf(run: () => Promise<unknown>): Promise<unknown> {
  try {
    await run()
  } catch (error) {
    return (error as { code?: unknown }).code
  }
  return 'nothing was thrown'
}

describe('a reference store in the browser’s own IndexedDB', () => {
  beforeEach(async () => (await openReferenceStore({ name })).clear())
  after(async () => (await openReferenceStore({ name })).clear())

  it('keeps a template for the next visit, under a key that cannot be exported', async () => {
    await (await openReferenceStore({ name })).put(templateOf(1, 'NIP-198001012005011001'))
    expect(await (await openReferenceStore({ name })).get('NIP-198001012005011001')).to.deep.equal(templateOf(1, 'NIP-198001012005011001'))
    const keys = await raw((store) => store.get('keys') as IDBRequest<{ sealing: CryptoKey; naming: CryptoKey }>)
    for (const key of [keys.sealing, keys.naming]) {
      expect(key.extractable).to.equal(false)
      expect(await codeOf(() => crypto.subtle.exportKey('raw', key))).to.not.equal('nothing was thrown')
    }
    expect(JSON.stringify(await raw((store) => store.getAllKeys()))).to.not.match(/NIP|1980/)
  })

  it('shares one key between tabs that start at once', async () => {
    const tabs = await Promise.all([1, 2, 3, 4].map(() => openReferenceStore({ name })))
    await Promise.all(tabs.map((tab, index) => tab.put(templateOf(index))))
    for (const tab of tabs) expect((await tab.list()).references).to.have.length(4)
  })

  it('leaves nothing of a subject that was deleted', async () => {
    const store = await openReferenceStore({ name })
    await store.put(templateOf(1))
    const before = await raw((entry) => entry.getAllKeys())
    await store.put(templateOf(2))
    expect(await store.delete('subject-2')).to.equal(true)
    expect(await raw((entry) => entry.getAllKeys())).to.deep.equal(before)
    expect(await store.get('subject-1')).to.deep.equal(templateOf(1))
  })

  it('says so when the key is gone, and when a record is damaged', async () => {
    const store = await openReferenceStore({ name })
    await store.put(templateOf(1))
    const key = (await raw((entry) => entry.getAllKeys())).find((at) => at !== 'keys') ?? ''
    const record = await raw((entry) => entry.get(key) as IDBRequest<{ sealed: ArrayBuffer }>)
    await raw((entry) => entry.put({ ...record, sealed: record.sealed.slice(1) }, key))
    expect(await codeOf(() => store.get('subject-1'))).to.equal('reference-damaged')
    await raw((entry) => entry.delete('keys'))
    expect(await codeOf(() => store.get('subject-1'))).to.equal('store-key-lost')
    await store.clear()
    expect(await store.get('subject-1')).to.equal(undefined)
  })
})
