import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { lockFolder } from '../../src/storage/folder-lock.js'
import { isAlive, ownHolder, parseHolder } from '../../src/storage/holder.js'
import { openStorage } from '../../src/storage/index.js'
import { readMigrations } from '../../src/storage/migrations.js'
import { buildChild, startChild } from './children.js'
import { crashRound } from './crash-round.js'

let script: string
let folder: string
beforeAll(async () => {
  script = await buildChild()
})
afterAll(() => rmSync(script, { force: true }))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lintas-embedded-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const DEAD = { token: '0'.repeat(32), pid: 2 ** 22 + 1, started: 'x', host: ownHolder().host }
/** More in test/long/storage-crash.mjs. */
const ROUNDS = Number(process.env['LINTAS_CRASH_ROUNDS'] ?? 2)
const files = (): string[] => readdirSync(folder).filter((name) => name.startsWith('lintas.lock'))
const write = (holder: object): void => writeFileSync(join(folder, 'lintas.lock'), JSON.stringify(holder))

describe('a holder', () => {
  const own = ownHolder()
  it.each<[name: string, changes: object, silentMs: number, alive: boolean]>([
    ['this process', {}, 1e9, true],
    ['a process that is gone', { pid: DEAD.pid }, 0, false],
    ['an id that is used again', { started: 'another start' }, 0, false],
    ['another host, lately', { host: 'elsewhere' }, 30_000, true],
    ['another host, long ago', { host: 'elsewhere' }, 30_001, false],
  ])('%s', (_name, changes, silentMs, alive) => expect(isAlive({ ...own, ...changes }, silentMs, 30_000)).toBe(alive))

  it('is read as it was written, and nothing else is', () => {
    expect(parseHolder(JSON.stringify(own))).toEqual(own)
    for (const text of ['', 'null', '[]', '{"pid":1}', JSON.stringify({ ...own, pid: -1 }), JSON.stringify({ ...own, token: '../x' })]) {
      expect(parseHolder(text), text).toBeUndefined()
    }
  })
})

describe('the lock of a folder', () => {
  it('is held once, and free after release', () => {
    const lock = lockFolder(join(folder, 'new', 'folder'))
    expect(() => lockFolder(join(folder, 'new', 'folder'))).toThrow(
      expect.objectContaining({ code: 'storage-locked', details: expect.objectContaining({ pid: process.pid }) as unknown }),
    )
    lock.release()
    lock.release()
    lockFolder(join(folder, 'new', 'folder')).release()
  })

  it('is taken over from a dead process, and from a dead heir of one', () => {
    write(DEAD)
    writeFileSync(join(folder, `lintas.lock.after-${DEAD.token}`), JSON.stringify({ ...DEAD, token: '1'.repeat(32) }))
    const lock = lockFolder(folder)
    expect(files()).toEqual(['lintas.lock'])
    expect(parseHolder(readFileSync(join(folder, 'lintas.lock'), 'utf8'))?.pid).toBe(process.pid)
    lock.release()
    expect(files()).toEqual([])
  })

  it('of another host is taken over when that has been silent', () => {
    write({ ...DEAD, host: 'elsewhere' })
    expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'storage-locked' }))
    const past = new Date(Date.now() - 60_000)
    utimesSync(join(folder, 'lintas.lock'), past, past)
    lockFolder(folder).release()
  })

  it('is left alone when it is damaged', () => {
    writeFileSync(join(folder, 'lintas.lock'), 'x')
    expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'storage-folder' }))
  })

  it('goes to one of eight processes that find a dead holder at once', async () => {
    write(DEAD)
    const children = Array.from({ length: 8 }, () => startChild(script, 'lock', folder))
    const said = await Promise.all(children.map(({ first }) => first))
    expect(said.filter((line) => line === 'held')).toHaveLength(1)
    const winner = children[said.indexOf('held')]!
    const refusals = said.filter((line) => line !== 'held')
    expect(
      refusals.every((line) => line === `refused storage-locked ${winner.process.pid}`),
      refusals.join(),
    ).toBe(true)
    winner.process.kill('SIGKILL')
    await Promise.all(children.map(({ end }) => end))
    lockFolder(folder).release()
    expect(files()).toEqual([])
  })
})

describe('an embedded storage', () => {
  it(
    'is one process’s, refuses the second by name, and outlives kill -9 with all that it acknowledged',
    async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const count = 2 + Math.floor(Math.random() * 30)
        const { acknowledged, recorded, intact } = await crashRound(script, folder, count, async (child) => {
          const second = openStorage({ kind: 'embedded', folder })
          await expect(second).rejects.toMatchObject({ code: 'storage-locked', details: { pid: child.process.pid } })
        })
        expect(intact).toBe(true)
        expect(acknowledged).toBeGreaterThan(0)
        // One more may have been written and not yet told.
        expect(recorded - acknowledged).toBeGreaterThanOrEqual(0)
        expect(recorded - acknowledged).toBeLessThanOrEqual(1)
      }
      // Refused for another reason, it lets go of the folder too.
      const altered = (await readMigrations()).map((migration) => ({ ...migration, sha256: 'other' }))
      await expect(openStorage({ kind: 'embedded', folder }, { migrations: altered })).rejects.toMatchObject({ code: 'storage-migration-altered' })
      expect(files()).toEqual([])
    },
    30_000 * ROUNDS,
  )
})
