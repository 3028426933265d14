import { createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { openKeyring, openTemplate, sealTemplate, templateAad, VaultError } from '../../src/vault/index.js'
import { randomTemplate } from './templates.js'

const folder = mkdtempSync(join(tmpdir(), 'lintas-vault-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const [ONE, TWO] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')]
const ring = (current: string, keys: Record<string, string>) => openKeyring({ kind: 'text', text: JSON.stringify({ current, keys }) })
const old = await ring('k1', { k1: ONE })
const both = await ring('k2', { k1: ONE, k2: TWO })
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))

/** The code of the VaultError that `work` fails with. */
async function codeOf(work: () => unknown): Promise<unknown> {
  try {
    await work()
  } catch (error) {
    if (error instanceof VaultError) return error.code
    throw error
  }
  return 'opened'
}

describe('a keyring', () => {
  it('opens what it sealed, and nothing else', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.array(fc.string(), { maxLength: 4 }), fc.nat(), async (plain, aad, at) => {
        const sealed = both.seal('template', plain, aad)
        expect(sealed.keyId).toBe('k2')
        expect(sealed.ciphertext).toHaveLength(plain.length + 29)
        expect(both.open('template', sealed, aad)).toEqual(plain)
        const flipped = sealed.ciphertext.slice()
        flipped[at % flipped.length]! ^= 1 << (at % 8)
        expect(await codeOf(() => both.open('template', { ...sealed, ciphertext: flipped }, aad))).toBe('unsealable')
        const cut = sealed.ciphertext.subarray(0, at % sealed.ciphertext.length)
        expect(await codeOf(() => both.open('template', { ...sealed, ciphertext: cut }, aad))).toBe('unsealable')
        expect(await codeOf(() => both.open('evidence', sealed, aad))).toBe('unsealable')
        expect(await codeOf(() => both.open('template', { ...sealed, keyId: 'k1' }, aad))).toBe('unsealable')
        expect(await codeOf(() => both.open('template', sealed, [...aad, '']))).toBe('unsealable')
        expect(await codeOf(() => old.open('template', sealed, aad))).toBe('key-missing')
      }),
    ))

  it('knows where a text of the place ends and the next begins', async () => {
    const sealed = old.seal('template', bytes('x'), ['ab', 'c'])
    for (const other of [['a', 'bc'], ['abc'], ['ab', 'c', ''], ['c', 'ab'], []]) {
      expect(await codeOf(() => old.open('template', sealed, other)), other.join('|')).toBe('unsealable')
    }
  })

  it('never seals twice alike', () => {
    const seen = new Set(
      Array.from({ length: 1_000 }, () => Buffer.from(old.seal('evidence', bytes('x'), []).ciphertext.subarray(1, 13)).toString('hex')),
    )
    expect(seen.size).toBe(1_000)
  })

  it('is AES-256-GCM under a key of HKDF-SHA-256, as node:crypto has them', () => {
    const { ciphertext } = old.seal('template', bytes('face'), ['t', 's'])
    expect(ciphertext[0]).toBe(1)
    const key = new Uint8Array(hkdfSync('sha256', Buffer.from(ONE, 'base64'), 'lintas-vault/1', 'template', 32))
    const decipher = createDecipheriv('aes-256-gcm', key, ciphertext.subarray(1, 13))
    decipher.setAAD(Buffer.from('["lintas-seal/1","template","k1","t","s"]')).setAuthTag(ciphertext.subarray(-16))
    expect(Buffer.concat([decipher.update(ciphertext.subarray(13, -16)), decipher.final()]).toString()).toBe('face')
  })

  it('has a secret for each label, the same in every instance, and none of them a key', async () => {
    const again = await ring('k1', { k1: ONE })
    expect(old.secret('opening')).toEqual(again.secret('opening'))
    const all = [old.secret('opening'), old.secret('search'), both.secret('opening'), new Uint8Array(Buffer.from(ONE, 'base64'))]
    expect(new Set(all.map((one) => Buffer.from(one).toString('hex'))).size).toBe(4)
    expect(all.every(({ length }) => length === 32)).toBe(true)
    // Whoever gets a secret cannot change it.
    old.secret('opening').fill(0)
    expect(old.secret('opening')).toEqual(again.secret('opening'))
  })

  const BAD: readonly [name: string, text: string, code: string][] = [
    ['nothing', ' \n', 'key-missing'],
    ['no JSON', `{"current": "${ONE}`, 'key-malformed'],
    ['a list', '[]', 'key-malformed'],
    ['null', 'null', 'key-malformed'],
    ['one more field', JSON.stringify({ current: 'a', keys: { a: ONE }, old: ONE }), 'key-malformed'],
    ['no current', JSON.stringify({ keys: { a: ONE } }), 'key-malformed'],
    ['a current that is not there', JSON.stringify({ current: 'b', keys: { a: ONE } }), 'key-malformed'],
    ['a short key', JSON.stringify({ current: 'a', keys: { a: randomBytes(16).toString('base64') } }), 'key-malformed'],
    ['hexadecimal', JSON.stringify({ current: 'a', keys: { a: randomBytes(32).toString('hex') } }), 'key-malformed'],
    ['stray bits', JSON.stringify({ current: 'a', keys: { a: `${'A'.repeat(42)}B=` } }), 'key-malformed'],
    ['an id with a blank', JSON.stringify({ current: 'a b', keys: { 'a b': ONE } }), 'key-malformed'],
    ['one key twice', JSON.stringify({ current: 'a', keys: { a: ONE, b: ONE } }), 'key-malformed'],
  ]
  it.each(BAD)('is refused: %s', async (_name, text, code) => {
    const fault: unknown = await openKeyring({ kind: 'text', text }).catch((error: unknown) => error)
    expect(fault).toMatchObject({ name: 'VaultError', code })
    expect(JSON.stringify([(fault as Error).message, fault])).not.toContain(ONE.slice(0, 12))
    expect((fault as Error).cause).toBeUndefined()
  })
})

describe('keys in files', () => {
  it('are read, and missed where they are not', async () => {
    const path = join(folder, 'keys.json')
    writeFileSync(path, JSON.stringify({ current: 'k1', keys: { k1: ONE } }))
    expect((await openKeyring({ kind: 'file', path })).open('template', old.seal('template', bytes('x'), []), [])).toEqual(bytes('x'))
    await expect(openKeyring({ kind: 'file', path: join(folder, 'none') })).rejects.toMatchObject({ code: 'key-missing' })
  })

  it('are made once in a folder, by whichever of many is first, for their owner alone', async () => {
    const data = join(folder, 'new', 'data')
    const rings = await Promise.all(Array.from({ length: 12 }, () => openKeyring({ kind: 'folder', folder: data })))
    expect(new Set(rings.map(({ current }) => current)).size).toBe(1)
    expect(rings.filter(({ made }) => made !== undefined)).toHaveLength(1)
    const sealed = rings[0]!.seal('template', bytes('x'), ['a'])
    expect(rings.every((one) => one.open('template', sealed, ['a'])[0] === 120)).toBe(true)
    expect(readdirSync(data)).toEqual(['lintas-keys.json'])
    expect(statSync(join(data, 'lintas-keys.json')).mode & 0o777).toBe(0o600)
    expect((await openKeyring({ kind: 'folder', folder: data })).made).toBeUndefined()
  })

  it('are not made anew over a file that is damaged', async () => {
    const data = join(folder, 'damaged')
    await openKeyring({ kind: 'folder', folder: data })
    const path = join(data, 'lintas-keys.json')
    chmodSync(path, 0o600)
    writeFileSync(path, '{')
    await expect(openKeyring({ kind: 'folder', folder: data })).rejects.toMatchObject({ code: 'key-malformed' })
    expect(readFileSync(path, 'utf8')).toBe('{')
  })
})

describe('a sealed template', () => {
  const place = { tenantId: 'opd', subjectId: 's', referenceId: 'r' }
  it('opens in its own place alone', async () => {
    const template = randomTemplate('s')
    const sealed = sealTemplate(old, place, template)
    expect(openTemplate(both, { ...place, ...sealed })).toEqual(template)
    for (const other of [{ tenantId: 'bkd' }, { subjectId: 't' }, { referenceId: 'q' }]) {
      expect(await codeOf(() => openTemplate(old, { ...place, ...sealed, ...other }))).toBe('unsealable')
    }
    const text = old.seal('template', bytes('{}'), templateAad(place))
    expect(await codeOf(() => openTemplate(old, { ...place, ...text }))).toBe('unsealable')
  })
})
