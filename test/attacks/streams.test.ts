import { describe, expect, it } from 'vitest'
import { framesOf, sourceOfFrames, type AttackOptions, type Species } from './index.js'
import { emptyPicture } from './pictures.js'

const OPTIONS: AttackOptions = { portrait: 'biden', fps: 10, seconds: 1, seed: 2, actions: [{ action: 'turn-left', startMs: 0, holdMs: 500 }] }

async function texts(species: Species, options: AttackOptions): Promise<string[]> {
  const found: string[] = []
  for await (const { raster } of framesOf(species, options)) found.push(Buffer.from(raster.data.buffer).toString('latin1'))
  return found
}

describe('injected streams', () => {
  it('looped: the same bytes after the period, and unlike ones within', async () => {
    const frames = await texts('looped', { ...OPTIONS, periodMs: 400 })
    frames.forEach((frame, index) => expect(frame === frames[index % 4]).toBe(true))
    expect(new Set(frames).size).toBe(4)
  })

  it('frozen: unlike frames up to one, which stays', async () => {
    const frames = await texts('frozen', { ...OPTIONS, freezeAtMs: 500 })
    expect(new Set(frames).size).toBe(6)
    expect(new Set(frames.slice(5)).size).toBe(1)
    expect(new Set(await texts('frozen', { ...OPTIONS, freezeAtMs: 0 })).size).toBe(1)
  })

  it('injected still: one picture, and no noise in it', async () => {
    expect(new Set(await texts('injected-still', OPTIONS)).size).toBe(1)
  })

  it('injected cut: one person’s frames, then the other’s', async () => {
    const [cut, first, second] = [
      await texts('injected-cut', { ...OPTIONS, cutAtMs: 300 }),
      await texts('puppet', OPTIONS),
      await texts('puppet', { ...OPTIONS, portrait: 'obama' }),
    ]
    expect(cut.map((frame, index) => (frame === first[index] ? 'a' : frame === second[index] ? 'b' : '?')).join('')).toBe('aaabbbbbbb')
  })

  it('a living camera never gives the same frame twice', async () => {
    expect(new Set(await texts('puppet', { ...OPTIONS, actions: [] })).size).toBe(10)
    expect(new Set(await texts('photo-held', OPTIONS)).size).toBe(10)
  })
})

describe('a source made of frames', () => {
  const frames = [0, 40, 80].map((timestampMs) => ({ picture: emptyPicture(1, 1), timestampMs }))
  const source = sourceOfFrames(frames)

  it('shows each until the next, and begins anew', () => {
    const shown = [0, 39, 40, 79, 80, 119, 120, 165].map((time) => frames.findIndex(({ picture }) => picture === source(time)))
    expect(shown).toEqual([0, 0, 1, 1, 2, 2, 0, 1])
  })

  it('needs a frame', () => {
    expect(() => sourceOfFrames([])).toThrow(TypeError)
  })
})
