import { expect } from '@esm-bundle/chai'
import { createDeviceKeys, hashBytes, openDeviceKeyStore, payloadHash, signReceipt, verifyReceipt } from '../../src/receipt/index.js'

const name = 'lintas-device-in-a-test'

describe('a device’s key in a browser', () => {
  afterEach(() => createDeviceKeys(openDeviceKeyStore({ name })).forget())

  it('is kept from one opening to the next, cannot be exported, and is one for several tabs at once', async () => {
    const keys = await Promise.all(Array.from({ length: 4 }, () => createDeviceKeys(openDeviceKeyStore({ name })).get()))
    expect(new Set(keys.map(({ thumbprint }) => thumbprint)).size).to.equal(1)
    const again = await createDeviceKeys(openDeviceKeyStore({ name })).get()
    expect(again.thumbprint).to.equal(keys[0]!.thumbprint)
    const refused = await crypto.subtle.exportKey('jwk', again.privateKey).catch((error: unknown) => error)
    expect(refused).to.be.instanceOf(DOMException)
  })

  it('is another after the browser wiped its store', async () => {
    const first = await createDeviceKeys(openDeviceKeyStore({ name })).get()
    await createDeviceKeys(openDeviceKeyStore({ name })).forget()
    const second = await createDeviceKeys(openDeviceKeyStore({ name })).get()
    expect(second.thumbprint).not.to.equal(first.thumbprint)
  })

  it('signs a receipt that verifies', async () => {
    const device = await createDeviceKeys(openDeviceKeyStore({ name })).get()
    const manifest = new TextEncoder().encode('{}')
    const hash = await hashBytes(manifest)
    const claims = { sid: 'c2Vzc2lvbi1vbmUtMDAwMQ', jti: 'cmVjZWlwdC1vbmUtMDAwMQ', steps: [hash], manifest: hash }
    const jws = await signReceipt(claims, device)
    const verified = await verifyReceipt(jws, { key: device.publicKey, sid: claims.sid, steps: [hash], manifest })
    expect(verified).to.deep.equal({ claims, hash: await payloadHash(jws) })
  })
})
