import { execFile } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { challengeText, secondsOf, sessionOf, writeMjpeg } from '../attacks/index.js'
import type { Found, PadResult } from '../evaluation/pad/result.js'
import { temporaryFolder } from './support/folders.js'
import { portraitFile } from './support/portraits.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
let folder = ''

beforeAll(async () => {
  folder = await temporaryFolder()
})

afterAll(() => rm(folder, { recursive: true, force: true }))

/** `npm run evaluate:pad` on what is built. */
function evaluate(...args: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['test/evaluation/pad.mjs', '--no-build', ...args], { cwd: ROOT }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), said: `${out}${err}` })
    })
  })
}

it('plays films and pictures, tells who passed, names what it could not read, and goes on from what it found', async () => {
  const actions = sessionOf(['turn-left', 'open-mouth', 'turn-right'])
  const film = { fps: 10, actions, seconds: secondsOf(actions) }
  await writeMjpeg('puppet', join(folder, 'puppet.mjpeg'), { portrait: 'biden', ...film })
  await writeMjpeg('photo-held', join(folder, 'photo.mjpeg'), { portrait: 'biden', ...film })
  await writeFile(join(folder, 'broken.mp4'), 'no film')
  const list = [
    'file,label,species,subject,kind,challenge',
    `${folder}/puppet.mjpeg,bona-fide,stand-in,biden,video,${challengeText(actions)}`,
    `${folder}/photo.mjpeg,attack,print,biden,video,${challengeText(actions)}`,
    `${folder}/broken.mp4,attack,print,biden,video,`,
    `${folder}/absent.mp4,attack,print,biden,video,`,
    `${portraitFile('obama')},bona-fide,portrait,obama,image,`,
  ]
  await writeFile(join(folder, 'list.csv'), list.join('\n'))
  const args = ['--list', join(folder, 'list.csv'), '--root', '/', '--mjpeg-fps', '10', '--draws', '2', '--out', join(folder, 'out')]

  const { code, said } = await evaluate(...args)
  expect(said).toContain('2 files are in no rate')
  expect(code).toBe(2)
  const result = JSON.parse(await readFile(join(folder, 'out', 'result.json'), 'utf8')) as PadResult
  expect(result.data.left.map(({ file }) => file.split('/').at(-1)).sort()).toEqual(['absent.mp4', 'broken.mp4'])
  const found = JSON.parse(await readFile(join(folder, 'out', 'presentations.json'), 'utf8')) as Found[]
  const challengeOf = (species: string): string | undefined =>
    found.find(({ presentation }) => presentation.species === species)?.finding.layers.find(({ layer }) => layer === 'challenge')?.outcome
  expect(challengeOf('stand-in')).toBe('bona-fide')
  expect(challengeOf('print')).toBe('undetermined')
  const accepted = (species: string): number | undefined => result.rates.find((rate) => rate.species === species)?.presets.standard.bonaFide.count
  expect([accepted('stand-in'), accepted('print')]).toEqual([1, 0])
  // One picture is too little for the net: it says nothing, and the picture is in the rates all the same.
  expect(result.rates.find(({ species }) => species === 'portrait')?.presets.standard.undetermined.count).toBe(1)
  expect(result.draws.map(({ attempts }) => attempts)).toEqual([2, 2])

  const again = await evaluate(...args)
  expect(again.code).toBe(2)
  expect(JSON.parse(await readFile(join(folder, 'out', 'presentations.json'), 'utf8'))).toEqual(found)
})
