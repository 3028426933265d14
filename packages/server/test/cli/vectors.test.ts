import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { runCli } from '../../src/cli/index.js'
import * as api from '../../src/storage/index.js'
import { openKeyring, sealTemplate } from '../../src/vault/index.js'
import { randomTemplate } from '../vault/templates.js'

const folder = mkdtempSync(join(tmpdir(), 'lintas-cli-vectors-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const LINTAS_KEYS = JSON.stringify({ current: 'k', keys: { k: randomBytes(32).toString('base64') } })
const env = { LINTAS_DATA: folder, LINTAS_KEYS }

async function lintas(words: string, more: object = {}) {
  const said: string[] = []
  const say = (text: string): void => void said.push(text)
  const readText = () => Promise.reject(new Error('ENOENT'))
  return { code: await runCli(words.split(' '), { env: { ...env, ...more }, readText, out: say, err: say }), said: said.join('\n') }
}

it('makes vectors, says what they are, keeps the folder shut to who thinks there are none, and takes them away', { timeout: 60_000 }, async () => {
  const storage = await api.openStorage({ kind: 'embedded', folder })
  const keyring = await openKeyring({ kind: 'text', text: LINTAS_KEYS })
  await storage.transact('opd', async (scope) => {
    await api.createTenant(scope, { kind: 'agency', name: 'x', timeZone: 'Asia/Jakarta' })
    const { subjectId } = await api.createSubject(scope)
    const [small, large] = [randomTemplate(subjectId, 'facenet-128', 128), randomTemplate(subjectId)]
    const template = { ...large, embeddings: [...large.embeddings, ...small.embeddings] }
    const sealed = sealTemplate(keyring, { tenantId: 'opd', subjectId, referenceId: 'r' }, template)
    await api.addReference(scope, subjectId, { ...sealed, referenceId: 'r', modelIds: [], quality: 1, createdBy: 'o' })
    await api.approveReference(scope, 'r', ['officer'])
  })
  await storage.close()
  const on = { LINTAS_VECTORS: 'on' }
  expect(await lintas('vectors rebuild')).toEqual({ code: 2, said: 'LINTAS_VECTORS is not on' })
  expect(await lintas('vectors rebuild', on)).toEqual({
    code: 0,
    said: expect.stringMatching(/^1 vectors made\. They are templates in clear/u) as string,
  })
  expect(await lintas('vectors rebuild', on)).toMatchObject({ code: 0, said: expect.stringMatching(/^0 vectors made/u) as string })
  expect(await lintas('tenants list')).toMatchObject({ code: 1, said: expect.stringMatching(/^storage-vectors: .*lintas vectors drop/u) as string })
  expect(await lintas('tenants list', on)).toMatchObject({ code: 0 })
  expect(await lintas('vectors drop')).toMatchObject({ code: 0, said: expect.stringContaining('LINTAS_VECTORS=off') as string })
  expect(await lintas('tenants list')).toMatchObject({ code: 0 })
})
