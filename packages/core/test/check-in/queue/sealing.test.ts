import { createDecipheriv, createECDH, createHash, createHmac, hkdfSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createSealer,
  deferredActions,
  drawsOf,
  openContentKey,
  openPart,
  parsePack,
  partName,
  SEALED_PART_EXTRA,
  sidOf,
  stepNonce,
} from '../../../src/check-in/index.js'
import { drawAction, ROUTE_STEPS, ROUTES, type Action, type Route } from '../../../src/liveness/index.js'
import type { PublicJwk } from '../../../src/receipt/index.js'
import { faultOf, importServer, NONCE, packOf } from './fixtures.js'

const SID = 'c2lkLW9mLWEtdGVzdC0wMQ'
const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

describe('what a check-in without a network is derived from', () => {
  it('is what the decision says, by another implementation', async () => {
    expect(await sidOf(NONCE)).toBe(createHash('sha256').update(`lintas-sid${NONCE}`).digest().subarray(0, 16).toString('base64url'))
    const step = (n: number): string =>
      createHmac('sha256', NONCE)
        .update('step')
        .update(Buffer.from([0, 0, 0, n]))
        .digest('base64url')
    expect([await stepNonce(NONCE, 1), await stepNonce(NONCE, 7)]).toEqual([step(1), step(7)])
    const draw = (count: number): number =>
      createHmac('sha256', NONCE)
        .update('draw')
        .update(Buffer.from([0, 0, 0, count]))
        .digest()
        .readUInt32BE(0) /
      2 ** 32
    const random = await drawsOf(NONCE)
    expect(Array.from({ length: 7 }, () => random())).toEqual([0, 1, 2, 3, 4, 5, 6].map(draw))
    expect(random).toThrow(RangeError)
  })

  it('is this of a nonce that was written down', async () => {
    // echo -n lintas-sidAAAAAAAAAAAAAAAAAAAAAA | openssl dgst -sha256 -binary | head -c16 | basenc --base64url
    expect(await sidOf('AAAAAAAAAAAAAAAAAAAAAA')).toBe('LPvEZJIQa9XirTEHrioY5Q')
    // printf 'step\0\0\0\1' | openssl dgst -sha256 -hmac AAAAAAAAAAAAAAAAAAAAAA -binary | basenc --base64url
    expect(await stepNonce('AAAAAAAAAAAAAAAAAAAAAA', 1)).toBe('VckiCCzy2Hn7_DMJ-DCr-emyBrkpsFOAHeNw-4BqH14')
  })

  it('gives the server the actions that were asked for, whatever was done', async () => {
    const routes = Object.keys(ROUTES) as Route[]
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...routes),
        fc.integer({ min: 0, max: 1e9 }),
        fc.nat(2),
        fc.boolean(),
        async (route, seed, undoneAt, fails) => {
          const nonce = createHash('sha256').update(String(seed)).digest('base64url')
          const random = await drawsOf(nonce)
          const completed: Action[] = []
          const actions: Action[] = []
          const done: boolean[] = []
          let failed: Action | undefined
          while (completed.length < ROUTE_STEPS[route]) {
            const action = drawAction(route, completed, random, failed)
            const wasDone = !(fails && actions.length === undoneAt)
            actions.push(action)
            done.push(wasDone)
            if (wasDone) completed.push(action)
            failed = wasDone ? undefined : action
          }
          expect(await deferredActions(nonce, route, done)).toEqual(actions)
        },
      ),
      { numRuns: 100, seed: 12 },
    )
  })
})

describe('a pack', () => {
  it('is taken as it comes', async () => {
    const pack = await packOf()
    expect(parsePack(JSON.parse(JSON.stringify(pack)))).toEqual(pack)
  })

  it('is nothing else', async () => {
    const pack = await packOf()
    const wrong: unknown[] = [
      ...[undefined, null, 1, 'pack', [], {}],
      { ...pack, schema: 'lintas-pack/2' },
      { ...pack, more: 1 },
      { ...pack, nonces: [] },
      { ...pack, nonces: ['short'] },
      { ...pack, nonces: [NONCE, NONCE] },
      { ...pack, nonces: [NONCE, `${NONCE}b`, `${NONCE}c`] },
      { ...pack, day: '24-11-2026' },
      { ...pack, issuedAt: 'now' },
      { ...pack, key: { ...pack.key, d: 'secret' } },
      { ...pack, key: { ...pack.key, crv: 'P-384' } },
      { ...pack, key: { ...pack.key, x: 'AA' } },
    ]
    for (const value of wrong) expect(faultOf(() => parsePack(value))).toBe('queue-pack')
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(faultOf(() => parsePack(value))).toBe('queue-pack')
      }),
      { numRuns: 500, seed: 12 },
    )
  })
})

describe('a sealed part', () => {
  it('is opened by the server, as that part of that check-in and as nothing else', async () => {
    const { publicJwk, privateKey } = await importServer()
    const sealer = await createSealer(publicJwk, SID)
    const sealed = await sealer.seal(partName.series(1), bytes('series'))
    expect(sealed).toHaveLength('series'.length + SEALED_PART_EXTRA)
    const key = await openContentKey(privateKey, sealer.contentKey, SID)
    expect(await openPart(key, SID, partName.series(1), sealed)).toEqual(bytes('series'))
    const another = await importServer()
    const others = [
      () => openPart(key, SID, partName.series(2), sealed),
      () => openPart(key, SID, partName.frame(1, 0), sealed),
      () => openPart(key, `${SID}x`, partName.series(1), sealed),
      () => openContentKey(privateKey, sealer.contentKey, `${SID}x`),
      () => openContentKey(another.privateKey, sealer.contentKey, SID),
    ]
    for (const other of others) await expect(other()).rejects.toMatchObject({ code: 'evidence-malformed' })
  })

  it('is opened by another implementation that knows no more than the decision', async () => {
    const server = createECDH('prime256v1')
    server.generateKeys()
    const raw = server.getPublicKey()
    const jwk: PublicJwk = { kty: 'EC', crv: 'P-256', x: raw.subarray(1, 33).toString('base64url'), y: raw.subarray(33).toString('base64url') }
    const sealer = await createSealer(jwk, SID)
    const sealed = Buffer.from(await sealer.seal(partName.manifest, bytes('manifest')))
    const wrapped = Buffer.from(sealer.contentKey, 'base64url')
    const point = wrapped.subarray(1, 66)
    const info = Buffer.concat([Buffer.from(`lintas-content-key/1\n${SID}\n`), point])
    const wrapping = Buffer.from(hkdfSync('sha256', server.computeSecret(point), Buffer.alloc(0), info, 32))
    const contentKey = gcm(wrapping, wrapped.subarray(66), `lintas-content-key/1\n${SID}`)
    expect(contentKey).toHaveLength(32)
    expect(gcm(contentKey, sealed.subarray(1), `lintas-part/1\n${SID}\nmanifest`).toString()).toBe('manifest')
  })

  it('cannot be read, nor written, by whoever sealed it once it has forgotten', async () => {
    const { publicJwk } = await importServer()
    const sealer = await createSealer(publicJwk, SID)
    sealer.forget()
    await expect(sealer.seal(partName.manifest, bytes('x'))).rejects.toMatchObject({ code: 'unexpected' })
  })

  it('is refused with a code for any other bytes', async () => {
    const { publicJwk, privateKey } = await importServer()
    const sealer = await createSealer(publicJwk, SID)
    const sealed = await sealer.seal(partName.manifest, bytes('manifest'))
    const key = await openContentKey(privateKey, sealer.contentKey, SID)
    const wrapped = Buffer.from(sealer.contentKey, 'base64url')
    for (let at = 0; at < wrapped.length; at += 1) {
      const altered = Buffer.from(wrapped)
      altered[at] = altered[at]! ^ 1
      await expect(openContentKey(privateKey, altered.toString('base64url'), SID)).rejects.toMatchObject({ code: 'evidence-malformed' })
    }
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), fc.uint8Array({ maxLength: 60 }), async (at, mask, noise) => {
        const altered = sealed.slice()
        altered[at] = altered[at]! ^ mask
        for (const wrong of [altered, sealed.slice(0, at), new Uint8Array(noise)])
          await expect(openPart(key, SID, partName.manifest, wrong)).rejects.toMatchObject({ code: 'evidence-malformed' })
        await expect(openContentKey(privateKey, Buffer.from(noise).toString('latin1'), SID)).rejects.toMatchObject({ code: 'evidence-malformed' })
      }),
      { numRuns: 200, seed: 12 },
    )
  })

  it('needs a key that is a point of the curve', async () => {
    const pack = await packOf()
    const key: PublicJwk = { ...pack.key, y: pack.key.x }
    await expect(createSealer(key, SID)).rejects.toMatchObject({ code: 'queue-pack' })
  })
})

function gcm(key: Buffer, sealed: Buffer, bound: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
  decipher.setAAD(Buffer.from(bound))
  decipher.setAuthTag(sealed.subarray(-16))
  return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
}
