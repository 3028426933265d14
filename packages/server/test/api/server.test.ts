import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config/index.js'
import { loggedError } from '../../src/request-log.js'
import { createLintasServer, type ServerOptions } from '../../src/server.js'
import { createTenant, issueApiKey, type ApiKeyRole } from '../../src/storage/index.js'

const folder = mkdtempSync(join(tmpdir(), 'lintas-server-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const config = readConfig({ LINTAS_DATA: folder })

function verifier(): { readonly verifier: NonNullable<ServerOptions['verifier']>; readonly closed: string[] } {
  const closed: string[] = []
  const close = () => Promise.resolve(void closed.push('verifier'))
  const stats = () => ({ busy: 0, queued: 0, died: 0 })
  return { verifier: { ready: Promise.resolve(), verify: () => Promise.reject(new Error('not asked')), close, stats }, closed }
}

describe('a server from its configuration', () => {
  it('makes its keys once, serves, and when it closes finishes what runs before it lets go of the database', async () => {
    const { verifier: fake, closed } = verifier()
    const server = await createLintasServer(config, { log: false, verifier: fake })
    expect(server.made).toHaveLength(2)
    const token = await server.storage.transact('opd-1', async (scope) => {
      await createTenant(scope, { kind: 'agency', name: 'Dinas', timeZone: 'Asia/Jakarta' })
      return (await issueApiKey(scope, 'agency', 'app')).token
    })
    const address = await server.app.listen({ host: '127.0.0.1', port: 0 })
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': '2' }
    const asked = request(`${address}/v1/subjects`, { method: 'POST', headers })
    const answered = new Promise<number | undefined>((resolve, reject) => {
      asked.once('response', (response) => resolve(response.resume().statusCode)).once('error', reject)
    })
    // Half of a body: the request is under way until the other half comes.
    asked.write('{')
    await setTimeout(300)
    const closing = server.close()
    await setTimeout(100)
    asked.end('}')
    expect(await answered).toBe(201)
    await closing
    expect(closed).toEqual(['verifier'])
    await expect(server.storage.snapshot('opd-1', () => Promise.resolve(1))).rejects.toMatchObject({ code: 'storage-closed' })
    await expect(fetch(`${address}/health`)).rejects.toThrow()
  })

  it('finds its keys again, and says in /health that its models cannot be used', async () => {
    const { verifier: fake } = verifier()
    // Made when it is asked for: a rejection that nobody holds yet would end the test.
    const broken = Object.defineProperty({ ...fake }, 'ready', { get: () => Promise.reject(new Error('no models')) })
    const server = await createLintasServer(config, { log: false, verifier: broken })
    expect(server.made).toEqual([])
    const health = await server.app.inject({ url: '/health' })
    expect([health.statusCode, health.json<object>()]).toEqual([503, { status: 'failed', database: 'ok', models: 'failed', verifier: 'ok' }])
    expect((await server.app.inject({ url: '/elsewhere' })).headers['content-type']).toContain('application/problem+json')
    await server.close()
  })
})

describe('the regency’s tenant', () => {
  it('may be made while the server runs, and its people are known from then on', async () => {
    const { verifier: fake } = verifier()
    const server = await createLintasServer(readConfig({ LINTAS_DATA: join(folder, 'regency') }), { log: false, verifier: fake })
    const make = (id: string, kind: 'agency' | 'regency', role: ApiKeyRole) =>
      server.storage.transact(id, async (scope) => {
        await createTenant(scope, { kind, name: id, timeZone: 'Asia/Jakarta' })
        return (await issueApiKey(scope, role, 'app', role === 'agency' ? undefined : 'officer-1')).token
      })
    const ask = async (key: string, url: string, payload: object) => {
      const told = await server.app.inject({ method: 'POST', url, headers: { authorization: `Bearer ${key}` }, payload })
      return { status: told.statusCode, body: told.json<Record<string, unknown>>() }
    }
    const agency = await make('opd-1', 'agency', 'agency')
    // Asked before there is one: that there was none is not remembered.
    expect(await ask(agency, '/v1/subjects', { personId: 'p'.repeat(22) })).toMatchObject({ status: 404, body: { code: 'not-found' } })
    const regency = await make('kabupaten', 'regency', 'regency')
    const { personId } = (await ask(regency, '/v1/persons', {})).body
    const assigned = await ask(regency, `/v1/persons/${String(personId)}/assignments`, { agencyId: 'opd-1', startsOn: '2020-01-01' })
    expect(assigned.status).toBeLessThan(300)
    const made = await ask(agency, '/v1/subjects', { personId })
    expect(made.status).toBe(201)
    const { subjectId } = made.body
    // Where no regency was known this would be `assignment-ended`.
    expect((await ask(agency, '/v1/sessions', { subjectId, purpose: 'check-in' })).status).toBe(201)
    await server.close()
  })
})

describe('what is logged of an error', () => {
  it('is where it was thrown, and never its words', () => {
    const told = JSON.stringify(loggedError(new Error('params: subject-7', { cause: Object.assign(new TypeError('subject-7'), { code: '22009' }) })))
    expect(told).not.toContain('subject-7')
    expect(told).toMatch(/"type":"TypeError".*"code":"22009"/)
    expect(told).toContain('server.test.ts')
  })
})
