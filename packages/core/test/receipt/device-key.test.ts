import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDeviceKeys, openDeviceKeyStore, signReceipt, verifyReceipt, type DeviceKeyStore } from '../../src/receipt/index.js'
import { codeOf, MANIFEST, RECEIPT, SID } from './fixtures.js'

/** A store that takes its time over everything but the choice. */
function memoryStore(kept?: unknown): DeviceKeyStore & { kept: unknown } {
  const rest = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 5))
  return {
    kept,
    async get() {
      await rest()
      return this.kept
    },
    async set(choose) {
      await rest()
      this.kept = choose(this.kept)
      return this.kept
    },
    async delete() {
      await rest()
      this.kept = undefined
    },
  }
}

beforeEach(() => vi.stubGlobal('indexedDB', new IDBFactory()))
afterEach(() => vi.unstubAllGlobals())

const STORES = { memory: () => memoryStore(), IndexedDB: () => openDeviceKeyStore({ timeoutMs: 2000 }) }

describe.each(Object.entries(STORES))('a device’s key in %s', (_name, open) => {
  it('is made at the first use, kept, and signs', async () => {
    const store = open()
    const { publicKey, thumbprint, privateKey } = await createDeviceKeys(store).get()
    const again = await createDeviceKeys(store).get()
    expect([again.publicKey, again.thumbprint]).toEqual([publicKey, thumbprint])
    expect(privateKey.extractable).toBe(false)
    await expect(crypto.subtle.exportKey('pkcs8', privateKey)).rejects.toThrow()
    const jws = await signReceipt(RECEIPT, again)
    expect(await codeOf(verifyReceipt(jws, { key: publicKey, sid: SID, steps: RECEIPT.steps, manifest: MANIFEST }))).toBe('accepted')
  })

  it('is one for however many ask at once, in one tab and in several', async () => {
    const store = open()
    const tabs = Array.from({ length: 5 }, () => createDeviceKeys(store))
    const keys = await Promise.all([...tabs, ...tabs, ...tabs].map((tab) => tab.get()))
    expect(new Set(keys.map(({ thumbprint }) => thumbprint)).size).toBe(1)
  })

  it('is another when the store was wiped, by us or by the browser', async () => {
    const store = open()
    const keys = createDeviceKeys(store)
    const first = await keys.get()
    await store.delete()
    const second = await keys.get()
    await keys.forget()
    const third = await keys.get()
    expect(new Set([first, second, third].map(({ thumbprint }) => thumbprint)).size).toBe(3)
    expect((await keys.get()).thumbprint).toBe(third.thumbprint)
  })

  it('takes the place of what is no key of ours, and once', async () => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
    const other = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, false, ['sign', 'verify'])
    for (const wrong of ['text', 1, null, {}, { ...pair }, { schema: 'lintas-device-key/1', ...pair }, { schema: 'lintas-device-key/1', ...other }]) {
      const store = open()
      await store.set(() => wrong)
      const [one, two] = await Promise.all([createDeviceKeys(store).get(), createDeviceKeys(store).get()])
      expect(one.thumbprint).toBe(two.thumbprint)
      expect(one.privateKey.extractable).toBe(false)
    }
  })
})

describe('a device without a key', () => {
  it('says that its store is not to be used', async () => {
    vi.stubGlobal('indexedDB', undefined)
    expect(await codeOf(createDeviceKeys(openDeviceKeyStore()).get())).toBe('store-unavailable')
    await expect(createDeviceKeys(openDeviceKeyStore()).get()).rejects.toThrow('The key of this device cannot be kept')
  })

  it('says that its store forgets, or that there is no WebCrypto, and tries anew the next time', async () => {
    const store = memoryStore()
    const set = vi.spyOn(store, 'set').mockResolvedValueOnce(undefined)
    const keys = createDeviceKeys(store)
    expect(await codeOf(keys.get())).toBe('store-unavailable')
    vi.stubGlobal('crypto', {})
    expect(await codeOf(keys.get())).toBe('store-unavailable')
    vi.unstubAllGlobals()
    expect(await codeOf(keys.get())).toBe('accepted')
    expect(set).toHaveBeenCalledTimes(2)
  })

  it('names a wrong option', () => {
    expect(() => openDeviceKeyStore({ nane: 'x' } as object)).toThrow(/nane/)
    expect(() => openDeviceKeyStore({ timeoutMs: 1 })).toThrow(/timeoutMs/)
  })
})
