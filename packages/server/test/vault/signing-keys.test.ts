import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { AHEAD_MS, openSigningKeys } from '../../src/vault/index.js'

const folder = mkdtempSync(join(tmpdir(), 'lintas-signing-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const jwk = () => pair().export({ format: 'jwk' })
const NOW = Date.parse('2026-11-24T00:00:00Z')
const open = (value: unknown) => openSigningKeys({ kind: 'text', text: typeof value === 'string' ? value : JSON.stringify(value) }, NOW)

describe('signing keys', () => {
  it('are one, as a JWK or PEM', async () => {
    const one = await open(jwk())
    expect(one.jwks.keys).toEqual([one.key.published])
    expect((await open(pair().export({ type: 'pkcs8', format: 'pem' }) as string)).jwks.keys).toHaveLength(1)
  })

  it('are a set: published ahead, current, and kept when retired; nothing private is published', async () => {
    const keys = ['retired', 'current', 'ahead'].map((state) => ({ state, jwk: jwk() }))
    const { key, jwks } = await open({ keys })
    expect(jwks.keys).toHaveLength(3)
    expect(jwks.keys[0]).toEqual(key.published)
    expect(key.published.x).toBe(keys[1]!.jwk.x)
    expect(JSON.stringify(jwks)).not.toContain('"d"')
  })

  it('sign 24 hours after they were published, and no minute before', async () => {
    const at = (ms: number) => open({ keys: [{ state: 'current', jwk: jwk(), publishedAt: new Date(NOW - ms).toISOString() }] })
    expect((await at(AHEAD_MS)).jwks.keys).toHaveLength(1)
    await expect(at(AHEAD_MS - 1)).rejects.toMatchObject({ code: 'key-malformed' })
  })

  it('are refused when none or two are current, or one is none', async () => {
    const secret = jwk()
    for (const wrong of [
      { keys: [] },
      { keys: [{ state: 'ahead', jwk: jwk() }] },
      { keys: [1, 2].map(() => ({ state: 'current', jwk: jwk() })) },
      { keys: [{ state: 'old', jwk: secret }] },
      { keys: [{ state: 'current', jwk: { ...secret, crv: 'P-384' } }] },
      { keys: [{ state: 'current', jwk: secret, publishedAt: 'yesterday' }] },
      { kty: 'EC', crv: 'P-256', x: secret.x, y: secret.y },
      '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----',
      `{"d": "${secret.d ?? ''}`,
      '[]',
    ]) {
      const fault: unknown = await open(wrong).catch((error: unknown) => error)
      expect(fault, JSON.stringify(wrong)).toMatchObject({ name: 'VaultError', code: 'key-malformed' })
      expect(JSON.stringify([(fault as Error).message, fault])).not.toContain(secret.d)
    }
    await expect(open('')).rejects.toMatchObject({ code: 'key-missing' })
  })

  it('are made once in a folder', async () => {
    const opened = await Promise.all(Array.from({ length: 8 }, () => openSigningKeys({ kind: 'folder', folder })))
    expect(new Set(opened.map(({ key }) => key.published.kid)).size).toBe(1)
    expect(opened.filter(({ made }) => made !== undefined)).toHaveLength(1)
    expect(readdirSync(folder)).toEqual(['lintas-signing-key.pem'])
    expect(statSync(join(folder, 'lintas-signing-key.pem')).mode & 0o777).toBe(0o600)
  })
})
