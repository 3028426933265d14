import { execFile, spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EvaluationResult } from '../src/result.js'

const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url))

interface Ending {
  readonly code: number
  readonly said: string
}

function evaluate(...args: readonly string[]): Promise<Ending> {
  const all = [at('test/evaluation/evaluate.mjs'), '--engine', 'node', '--no-build', '--replicates', '20', ...args]
  return new Promise((resolve) => {
    execFile(process.execPath, all, (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), said: `${stdout}${stderr}` }))
  })
}

/** The command as somebody types it, on portraits of two officials, with what lists of real data hold besides. */
describe('npm run evaluate', () => {
  let folder = ''
  const path = (name: string): string => join(folder, name)
  const resultOf = (name: string): EvaluationResult => JSON.parse(readFileSync(path(name), 'utf8')) as EvaluationResult

  beforeAll(async () => {
    if (!existsSync(at('packages/core/dist/node.js')) || !existsSync(at('.lintas/assets/assets.json'))) {
      throw new Error('This test needs what is built: run npm run build (npm run check does it before the unit tests).')
    }
    folder = mkdtempSync(join(tmpdir(), 'lintas-cli-'))
    for (const [to, from] of Object.entries({ 'p/1': 'obama', 'p/2': 'obama2', 'p/3': 'obama3', 'q/1': 'biden' })) {
      mkdirSync(dirname(path(`data/${to}`)), { recursive: true })
      copyFileSync(at(`test/fixtures/portraits/${from}.jpg`), path(`data/${to}.jpg`))
    }
    const wall = sharp({ create: { width: 320, height: 240, channels: 3, background: '#99a' } })
    writeFileSync(path('data/q/wall.png'), await wall.png().toBuffer())
    writeFileSync(path('data/q/broken.jpg'), readFileSync(path('data/q/1.jpg')).subarray(0, 2000))
    const rows = [
      ...['p/1.jpg,p/2.jpg,1,a', './p/1.jpg,p/3.jpg,1,a', `${path('data/p/2.jpg')},p/3.jpg,1,a`],
      ...['p/1.jpg,q/1.jpg,0,a', 'p/2.jpg,q/1.jpg,0,a', 'q/1.jpg,q/wall.png,1,a', 'q/1.jpg,q/broken.jpg,1,a', 'p/1.jpg,q/gone.jpg,0,a'],
      ...['p/1.jpg,p/2.jpg,1,b', 'p/3.jpg,q/1.jpg,0,b'],
    ]
    writeFileSync(path('pairs.csv'), `\uFEFFfileA,fileB,mated,protocol\r\n${rows.join('\r\n')}\r\n`)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('evaluates every protocol of a list, embeds each picture once, and nothing the second time', async () => {
    const args = ['--root', path('data'), '--pairs', path('pairs.csv'), '--matrix', '--threshold', '0.498', '--out', path('out')]
    const first = await evaluate(...args)
    expect(first).toMatchObject({ code: 0 })
    expect(first.said).toContain('q/gone.jpg')
    const [a, b] = [resultOf('out/a/result.json'), resultOf('out/b/result.json')]
    expect(a.data).toMatchObject({ pairs: 7, mated: 5, nonMated: 2, pictures: 6, subjects: 2, missingFiles: 1, pairsMissing: 1, matedNotAcquired: 2 })
    expect(a.acquisition.failures).toEqual({ 'no-face': 1, 'still-undecodable': 1 })
    // The shipped weights, since no --model was given.
    expect(a.results[0]?.models).toEqual([
      { space: 'facenet-128', weight: 0.2 },
      { space: 'compact-512', weight: 0.8 },
    ])
    for (const result of [a, b]) {
      const [point] = result.results[0]!.atThresholds.filter(({ nonMated }) => nonMated === 'matrix')
      expect(point).toMatchObject({ fmr: { value: 0 }, fnmr: { all: { errors: 0 } } })
      const { mated, nonMated } = result.results[0]!.scores
      expect(mated[0]).toBeGreaterThan(nonMated.at(-1)!)
    }
    const before = readFileSync(path('out/samples.jsonl'), 'utf8')
    expect(await evaluate(...args)).toMatchObject({ code: 0 })
    expect(readFileSync(path('out/samples.jsonl'), 'utf8')).toBe(before)
    expect(resultOf('out/a/result.json').results).toEqual(a.results)
    for (const file of ['det.svg', 'report.html']) expect(existsSync(path(`out/a/${file}`))).toBe(true)
  }, 120_000)

  it('goes on with the other protocols where one is refused, and says so with its code', async () => {
    writeFileSync(path('two.csv'), 'fileA,fileB,mated,protocol\ngone/1.jpg,gone/2.jpg,1,x\np/1.jpg,p/2.jpg,1,y\np/1.jpg,q/1.jpg,0,y\n')
    const { code, said } = await evaluate('--root', path('data'), '--pairs', path('two.csv'), '--out', path('out'))
    expect(code).toBe(1)
    expect(said).toContain('none of the 2 files of the list is in')
    expect(resultOf('out/y/result.json').data).toMatchObject({ mated: 1, nonMated: 1 })
  }, 60_000)

  it('leaves nothing of itself behind when it is interrupted', async () => {
    const args = ['--engine', 'node', '--no-build', '--root', path('data'), '--pairs', path('pairs.csv'), '--out', path('interrupted')]
    const child = spawn(process.execPath, [at('test/evaluation/evaluate.mjs'), ...args], { stdio: 'ignore' })
    const tool = at(`.lintas/evaluation/tool-${child.pid ?? 0}.mjs`)
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    while (!existsSync(tool) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 10))
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    expect(existsSync(tool)).toBe(false)
  }, 60_000)

  it.each([
    [['--pairs', 'pairs.csv'], '--root is missing'],
    [['--root', 'nowhere', '--pairs', 'pairs.csv'], 'is not a folder'],
    [['--root', '.', '--pairs', 'no.csv'], 'cannot be read (ENOENT)'],
    [['--root', '.', '--pairs', 'pairs.csv', '--model', 'resnet'], 'no embedder of the space resnet'],
  ])('says in one sentence what is wrong: %j', async (args, sentence) => {
    const { code, said } = await evaluate(
      ...args.map((arg) => (arg.endsWith('.csv') || arg === '.' ? join(folder, arg === '.' ? 'data' : arg) : arg)),
    )
    expect(code).toBe(1)
    expect(said).toContain(sentence)
    expect(said).not.toMatch(/\n {4}at /)
  })
})
