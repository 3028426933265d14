import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RunEngine } from '../src/engine.js'
import { evaluate, type Surroundings } from '../src/evaluate.js'
import { readOptions } from '../src/options.js'
import { reportOf } from '../src/report.js'
import { toJson } from '../src/result.js'
import { formatTable, tablesOf } from '../src/summary.js'
import { unit } from './helpers.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lintas-evaluate-'))
  write(
    'assets/assets.json',
    JSON.stringify({
      runtime: [],
      models: ['x', 'y'].map((space) => ({ id: `${space}.1`, kind: 'embedder', space, sha256: `${space}-hash`, backends: ['wasm'] })),
    }),
  )
  mkdirSync(join(folder, 'core'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

/** A picture is a text: `none`, `broken`, `fault`, or the numbers of its embedding. */
function fakeEngine(log: string[] = [], stopAfter = Infinity): RunEngine {
  return ({ spaces }, queue) => {
    for (let index = queue.take(); index !== undefined; index = queue.take()) {
      const text = readFileSync(queue.pictures[index]!.path, 'utf8')
      if (log.length >= stopAfter) throw new Error('the power went off')
      log.push(text)
      if (text === 'fault') queue.tell(index, { fault: 'worker-dead: gone' })
      else if (text === 'broken') queue.tell(index, { sample: { unreadable: 'still-undecodable' } })
      else if (text === 'none') queue.tell(index, { sample: { faces: 0, timingsMs: { detection: 20 } } })
      else {
        const vector = Buffer.from(unit(...text.split(' ').map(Number)).buffer).toString('base64')
        const embeddings = Object.fromEntries(spaces.map((space) => [space, { modelId: `${space}.1`, modelSha256: `${space}-hash`, vector }]))
        queue.tell(index, {
          sample: { faces: 1, quality: { acceptable: true, reasons: [] }, embeddings, timingsMs: { detection: 30, embedding: 50 } },
        })
      }
    }
    return Promise.resolve({ backend: 'fake', threads: 1, detector: 'fake', models: [...spaces], fallbacks: [], platform: 'fake' })
  }
}

function around(engine: RunEngine, log: string[] = []): Surroundings {
  return {
    name: 'test',
    out: join(folder, 'out'),
    assets: join(folder, 'assets'),
    core: join(folder, 'core'),
    engine,
    defaultModels: [{ space: 'x', weight: 1 }],
    command: 'npm run evaluate',
    shownRoot: '../data',
    log: (line) => log.push(line),
  }
}

const options = (...args: string[]) =>
  readOptions(['--root', join(folder, 'data'), '--pairs', join(folder, 'pairs.csv'), '--replicates', '50', ...args])!

/** Three people with three pictures each; every pair of pictures is listed. */
function writeData(changed: Readonly<Record<string, string>> = {}): void {
  const pictures: Record<string, string> = {}
  for (const [at, person] of ['ann', 'bob', 'cid'].entries()) {
    for (let n = 0; n < 3; n += 1) pictures[`${person}/${n}_s${n % 2}.jpg`] = [0, 1, 2].map((axis) => (axis === at ? 1 : 0.1 * (n + 1))).join(' ')
  }
  Object.assign(pictures, changed)
  for (const [file, text] of Object.entries(pictures)) if (text !== 'missing') write(`data/${file}`, text)
  const files = Object.keys(pictures)
  const rows = files.flatMap((a, i) => files.slice(i + 1).map((b) => `${a},${b},${dirname(a) === dirname(b) ? 1 : 0},p`))
  write('pairs.csv', `fileA,fileB,mated,protocol\r\n${rows.join('\r\n')}\r\n`)
}

describe('an evaluation', () => {
  it('counts, scores, and says what it rests on', async () => {
    writeData()
    const result = await evaluate(options('--matrix', '--split', '--session-pattern', '_s(\\d)'), around(fakeEngine()))
    expect(result.data).toMatchObject({ pairs: 36, mated: 9, nonMated: 27, pictures: 9, subjects: 3, missingFiles: 0, root: '../data' })
    expect(result.data.sessions).toEqual({ same: 3, cross: 6, unknown: 0 })
    expect(result.acquisition).toMatchObject({ pictures: 9, acquired: 9, failureToAcquire: 0 })
    expect(result.timesMs['embedding']).toEqual({ median: 50, p95: 50, pictures: 9 })
    const [figures] = result.results
    expect(figures!.nonMated).toEqual({
      listed: { comparisons: 27, subjects: 3, subjectPairs: 3 },
      matrix: { comparisons: 27, subjects: 3, subjectPairs: 3 },
    })
    const [point] = figures!.operatingPoints
    expect(point).toMatchObject({ fmr: 0.01, unmeasurable: '27 non-mated comparisons: at this FMR fewer than one of them may match' })
    expect(point).not.toHaveProperty('fnmr')
  })

  it('embeds each picture once, and goes on where it was interrupted', async () => {
    writeData({ 'ann/same.jpg': '1 0.1 0.1' })
    const first: string[] = []
    await expect(evaluate(options(), around(fakeEngine(first, 4)))).rejects.toThrow('the power went off')
    expect(first).toHaveLength(4)
    const second: string[] = []
    const resumed = await evaluate(options(), around(fakeEngine(second)))
    // Nine distinct pictures: one is there twice.
    expect(second).toHaveLength(5)
    const third: string[] = []
    const again = await evaluate(options(), around(fakeEngine(third)))
    expect(third).toEqual([])
    expect(again.results).toEqual(resumed.results)
    expect(again.line.info?.detector).toBe('fake')
    expect(again.throughput?.pictures).toBe(5)
    rmSync(join(folder, 'out'), { recursive: true })
    expect((await evaluate(options(), around(fakeEngine()))).results).toEqual(resumed.results)
  })

  it('embeds anew what another model or code made', async () => {
    writeData()
    await evaluate(options(), around(fakeEngine()))
    const log: string[] = []
    await evaluate(options('--model', 'y'), around(fakeEngine(log)))
    expect(log).toHaveLength(9)
    write('assets/assets.json', readFileSync(join(folder, 'assets/assets.json'), 'utf8').replace('x-hash', 'new-hash'))
    await expect(evaluate(options('--model', 'x'), around(fakeEngine(log)))).rejects.toThrow()
    expect(log).toHaveLength(18)
  })

  it('keeps failures to acquire apart, and in', async () => {
    writeData({ 'ann/0_s0.jpg': 'none', 'bob/0_s0.jpg': 'broken' })
    const result = await evaluate(options('--threshold', '0.5'), around(fakeEngine()))
    expect(result.acquisition).toMatchObject({ acquired: 7, failures: { 'no-face': 1, 'still-undecodable': 1 } })
    expect(result.acquisition.failureToAcquire).toBeCloseTo(2 / 9, 12)
    expect(result.data).toMatchObject({ matedNotAcquired: 4, nonMatedNotAcquired: 11 })
    const { all } = result.results[0]!.atThresholds[0]!.fnmr
    expect(all).toMatchObject({ value: 0, errors: 0, comparisons: 5, subjects: 3, withFailures: { value: 4 / 9, comparisons: 9 } })
    expect(all.zeroErrorBound).toBeCloseTo(1 - 0.025 ** (1 / 3), 12)
  })

  it('names and counts missing files, and goes on with the rest', async () => {
    writeData({ 'bob/0_s0.jpg': 'missing' })
    const log: string[] = []
    const result = await evaluate(options(), around(fakeEngine(), log))
    expect(result.data).toMatchObject({ missingFiles: 1, pairsMissing: 8, pairs: 28, pictures: 8 })
    expect(log.slice(0, 2)).toEqual(['1 files of the list are missing; 8 pairs are left out:', '  bob/0_s0.jpg'])
  })

  it('tries a fault of the machinery once more, counts it, and does not store it', async () => {
    writeData({ 'ann/0_s0.jpg': 'fault' })
    const log: string[] = []
    const result = await evaluate(options(), around(fakeEngine(log)))
    expect(log.filter((text) => text === 'fault')).toHaveLength(2)
    expect(result.acquisition.failures).toEqual({ fault: 1 })
    const retried: string[] = []
    await evaluate(options(), around(fakeEngine(retried)))
    expect(retried).toEqual(['fault', 'fault'])
  })

  it('gives up when nothing works any more', async () => {
    // Each of its own bytes: pictures of the same are analysed once.
    writeData(Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`dan/${n}.jpg`, `fault ${n}`])))
    const engine: RunEngine = (_, queue) => {
      for (let index = queue.take(); index !== undefined; index = queue.take()) queue.tell(index, { fault: 'worker-dead: gone' })
      return Promise.resolve({ backend: 'fake', threads: 1, detector: 'fake', models: [], fallbacks: [], platform: 'fake' })
    }
    await expect(evaluate(options(), around(engine))).rejects.toThrow(/too many faults in a row, the last: worker-dead: gone; \d+ pictures are left/)
  })

  it('takes the mean from a list, and says whose people it holds', async () => {
    writeData()
    write('data/eve/1.jpg', '1 2 3')
    write('list.txt', 'eve/1.jpg\r\nann/0_s0.jpg\r\n')
    const result = await evaluate(options('--mean-from', join(folder, 'list.txt')), around(fakeEngine()))
    expect(result.method.centring).toContain('over 2 people')
    expect(result.method.centring).toContain('1 of them are people of the pairs')
  })

  it("compares the embeddings with another run's", async () => {
    writeData()
    await evaluate(options(), around(fakeEngine()))
    const result = await evaluate(options('--against', join(folder, 'out')), around(fakeEngine()))
    const [agreement] = result.agreement!
    expect(agreement).toMatchObject({ space: 'x', pictures: 9 })
    expect(agreement!.lowest).toBeCloseTo(1, 12)
    expect(agreement!.median).toBeCloseTo(1, 12)
  })

  it('refuses a list that contradicts the rule for persons, naming the line', async () => {
    writeData()
    write('pairs.csv', 'fileA,fileB,mated\nann/0_s0.jpg,bob/0_s0.jpg,1\n')
    await expect(evaluate(options('--subject-pattern', '^[a-z]+'), around(fakeEngine()))).rejects.toThrow(
      'line 2 of the pairs file is mated, and its files are of ann and bob',
    )
    // One wrong row among many is a mistake of the list, not another way to name people.
    const rows = Array.from({ length: 150 }, () => 'ann/0_s0.jpg,bob/0_s0.jpg,0').join('\n')
    write('pairs.csv', `fileA,fileB,mated\n${rows}\nann/1_s1.jpg,bob/1_s1.jpg,1\n`)
    await expect(evaluate(options(), around(fakeEngine()))).rejects.toThrow('line 152 of the pairs file is mated, and its files are of ann and bob')
    write('pairs.csv', 'fileA,fileB,mated\nann/0_s0.jpg,../secret.jpg,0\n')
    await expect(evaluate(options(), around(fakeEngine()))).rejects.toThrow('../secret.jpg leads out of --root')
    write('pairs.csv', 'fileA,fileB,mated\nx/1.jpg,y/2.jpg,0\n')
    await expect(evaluate(options(), around(fakeEngine()))).rejects.toThrow('none of the 2 files of the list is in')
  })

  it('takes persons from a pattern', async () => {
    write('data/a1.jpg', '1 0 0')
    write('data/a2.jpg', '1 0.1 0')
    write('data/b1.jpg', '0 1 0')
    write('pairs.csv', 'fileA,fileB,mated\na1.jpg,a2.jpg,1\na1.jpg,b1.jpg,0\n')
    const result = await evaluate(options('--subject-pattern', '^[a-z]'), around(fakeEngine()))
    expect(result.data.subjects).toBe(2)
  })

  it('takes persons from mated pairs where folders tell nothing, and leaves whom nobody knows out of the matrix', async () => {
    for (const [file, text] of Object.entries({ a1: '1 0 0', a2: '1 0.1 0', a3: '1 0.2 0', b1: '0 1 0', b2: '0.1 1 0', x: '0 0 1', y: '0 0.1 1' }))
      write(`data/${file}.jpg`, text)
    const rows = ['a1,a2,1', 'a2,a3,1', 'b1,b2,1', 'a1,b1,0', 'x,y,0'].map((row) => row.replace(/(\w+),(\w+),/, '$1.jpg,$2.jpg,'))
    write('pairs.csv', `fileA,fileB,mated\n${rows.join('\n')}\n`)
    const log: string[] = []
    const result = await evaluate(options('--matrix'), around(fakeEngine(), log))
    expect(log.join()).toContain('people are taken from the mated pairs')
    expect(result.method.people).toContain('mated pairs of the list connect')
    expect(result.data.subjects).toBe(4)
    // Three pictures of one and two of the other; x and y may be of one person.
    expect(result.results[0]!.nonMated.matrix).toEqual({ comparisons: 6, subjects: 2, subjectPairs: 1 })
    write('pairs.csv', 'fileA,fileB,mated\na1.jpg,a2.jpg,1\na2.jpg,a3.jpg,1\na1.jpg,a3.jpg,0\n')
    await expect(evaluate(options(), around(fakeEngine()))).rejects.toThrow('line 4 of the pairs file is non-mated, and mated pairs connect')
  })

  it('takes one file for one picture, however the list writes it', async () => {
    writeData()
    const absolute = join(folder, 'data', 'ann', '0_s0.jpg')
    write('pairs.csv', `fileA,fileB,mated\n./ann/0_s0.jpg,ann/1_s1.jpg,1\n${absolute},bob/0_s0.jpg,0\nann\\0_s0.jpg,ann//2_s0.jpg,1\n`)
    const result = await evaluate(options('--matrix'), around(fakeEngine()))
    expect(result.data).toMatchObject({ pictures: 4, subjects: 2, pairs: 3 })
  })

  it('names what is missing of a --mean-from list', async () => {
    writeData()
    write('list.txt', 'ann/0_s0.jpg\ngone/1.jpg\n')
    const log: string[] = []
    const result = await evaluate(options('--mean-from', join(folder, 'list.txt')), around(fakeEngine(), log))
    expect(result.data.meanMissing).toBe(1)
    expect(log.join()).toContain('gone/1.jpg')
    expect(tablesOf(result).map(formatTable).join('\n')).toMatch(/missing for the mean +1 files/)
    write('list.txt', 'gone/1.jpg\n')
    await expect(evaluate(options('--mean-from', join(folder, 'list.txt')), around(fakeEngine()))).rejects.toThrow(
      'none of the 1 files of --mean-from',
    )
  })

  it('tells the right figures at an operating point, by session and over folds', async () => {
    // Angles in degrees: ann at 0, 10, 40; bob at 90, 100, 150. Scores are cosines of the differences.
    const at = (degrees: number): string => `${Math.cos((degrees * Math.PI) / 180)} ${Math.sin((degrees * Math.PI) / 180)}`
    const angles = { 'ann/1_s0.jpg': 0, 'ann/2_s0.jpg': 10, 'ann/3_s1.jpg': 40, 'bob/1_s0.jpg': 90, 'bob/2_s0.jpg': 100, 'bob/3_s1.jpg': 150 }
    for (const [file, degrees] of Object.entries(angles)) write(`data/${file}`, at(degrees))
    const files = Object.keys(angles)
    const pairs = files.flatMap((a, i) => files.slice(i + 1).map((b) => [a, b] as const))
    const rows = pairs.map(([a, b], index) => `${a},${b},${dirname(a) === dirname(b) ? 1 : 0},fold-${index % 2}`)
    write('pairs.csv', `fileA,fileB,mated,protocol\n${rows.join('\n')}\n`)
    const result = await evaluate(options('--session-pattern', '_s(\\d)', '--threshold', '0.7'), around(fakeEngine()))
    const [figures] = result.results
    // cos 50° = 0.643 is the highest of the nine non-mated ones; mated: 10° 10° match at 0.7; 40° 30° 60° 50°: 0.766 0.866 match, 0.5 0.643 do not.
    const [{ fmr, fnmr }] = figures!.atThresholds as [NonNullable<typeof figures>['atThresholds'][number]]
    expect(fmr).toMatchObject({ value: 0, count: 0 })
    expect(fnmr.all).toMatchObject({ errors: 2, comparisons: 6, subjects: 2, value: 2 / 6 })
    expect(fnmr.sameSession).toMatchObject({ errors: 0, comparisons: 2 })
    expect(fnmr.crossSession).toMatchObject({ errors: 2, comparisons: 4, value: 0.5 })
    expect(figures!.accuracy).toMatchObject({ by: 'folds', unused: 0 })
    // Chosen on the other part: between 60° and 90°, where a stranger at 60° matches; between 50° and 60°, where 60° is missed and 50° matches.
    expect(figures!.accuracy!.folds.map(({ pairs: count, accuracy }) => [count, accuracy])).toEqual([
      [8, 7 / 8],
      [7, 5 / 7],
    ])
  })

  it('writes neither names nor paths, and a report that fetches nothing', async () => {
    writeData()
    const result = await evaluate(options('--matrix'), around(fakeEngine()))
    const json = toJson(result)
    const html = reportOf(result)
    for (const text of [json, html]) {
      expect(text).not.toMatch(/\b(?:ann|bob|cid)\b|\.jpg/)
      expect(text).not.toContain(folder)
      expect(text).not.toContain(createHash('sha256').update('1 0.1 0.1').digest('hex'))
    }
    expect(html).not.toMatch(/<script|<img|src=|href=/)
    expect(JSON.parse(json)).toMatchObject({ schema: 'lintas-evaluation/1' })
    expect(tablesOf(result).map(formatTable).join('\n')).toContain('FNMR at FMR')
  })
})
