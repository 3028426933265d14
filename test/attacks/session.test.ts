import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ACTIONS, challengeText, drawnSession, reordered, secondsOf, sessionOf } from './index.js'
import { make } from './main.js'
import { NEUTRAL, scripted } from './motion.js'

describe('a session', () => {
  it('draws three unlike actions by the seed, all of them in time', () => {
    const sessions = Array.from({ length: 60 }, (_, seed) => drawnSession(seed))
    for (const session of sessions) expect(new Set(session.map(({ action }) => action)).size).toBe(3)
    expect(new Set(sessions.flatMap((session) => session.map(({ action }) => action))).size).toBe(ACTIONS.length)
    expect(drawnSession(5)).toEqual(drawnSession(5))
  })

  it('is neutral before, between and after the actions', () => {
    const session = sessionOf(['blink', 'turn-left', 'open-mouth'])
    const motion = scripted(session)
    for (const time of [0, 1499, 3900, 6400, 1000 * secondsOf(session)]) expect(motion(time)).toEqual(NEUTRAL)
    expect(motion(2500).blink).toBe(1)
    expect(motion(5000).yaw).toBeGreaterThan(20)
    expect(motion(7500).mouth).toBe(1)
  })

  it('is replayed with other actions at each time', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const session = drawnSession(seed)
      reordered(session).forEach((other, index) => {
        expect(other.startMs).toBe(session[index]!.startMs)
        expect(other.action).not.toBe(session[index]!.action)
      })
    }
  })

  it('is written with its times', () => {
    expect(challengeText(sessionOf(['blink', 'move-back']))).toBe('blink@1500 move-back@4000')
  })
})

describe('the command', () => {
  let folder = ''
  const said: string[] = []
  const say = (line: string): void => void said.push(line)
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attacks-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('writes the clips that are asked for, and their list', async () => {
    const out = join(folder, 'clips')
    expect(await make(['--out', out, '--species', 'injected-still', 'replay', '--portrait', 'biden', '--fps', '1', '--seed', '4'], say)).toBe(0)
    const [head, ...lines] = (await readFile(join(out, 'list.csv'), 'utf8')).trimEnd().split('\n')
    expect(head).toBe('file,label,species,subject,kind,challenge,shows')
    expect(lines).toEqual([
      `injected-still-biden-4.mjpeg,attack,injected-still,biden,video,${challengeText(drawnSession(4))},`,
      `replay-biden-5.mjpeg,attack,replay,biden,video,${challengeText(drawnSession(5))},${challengeText(reordered(drawnSession(5)))}`,
    ])
    expect((await readdir(out)).sort()).toEqual(['injected-still-biden-4.mjpeg', 'list.csv', 'replay-biden-5.mjpeg'])
  })

  it('names what is wrong', async () => {
    await expect(make(['--out', folder, '--species', 'hologram'], say)).rejects.toThrow('--species: there is no hologram')
    await expect(make(['--out', folder, '--fps', '0'], say)).rejects.toThrow('--fps')
    expect(await make([], say)).toBe(1)
    expect(said.at(-1)).toContain('photo-on-screen')
  })
})
