import { describe, expect, it } from 'vitest'
import type { FrameFeed } from '../../../src/check-in/index.js'
import { paced } from '../../../src/check-in/server/paced.js'

const PICTURE = { width: 1, height: 1, data: new Uint8ClampedArray(4) }

/** When frames are taken of `seconds` at 30 frames a second, milliseconds. */
async function taken(seconds: number, counts: (timestampMs: number) => boolean): Promise<number[]> {
  const times: number[] = []
  let nowMs = 0
  const feed: FrameFeed = async (take) => {
    for (let index = 0; index < seconds * 30; index += 1) await take(PICTURE, (nowMs = (index * 1000) / 30))
  }
  await paced(feed, () => counts(nowMs))((_picture, timestampMs) => (times.push(timestampMs), Promise.resolve()), new AbortController().signal)
  return times
}

describe('a paced feed', () => {
  it('gives all frames of a usual check-in, and at most ten a second of a long one', async () => {
    expect(await taken(20, () => true)).toHaveLength(600)
    const long = await taken(120, () => true)
    expect(long.length).toBeGreaterThan(600 + 700)
    // At 200 bytes each, with nine frames of 30 KB, well within a bundle's limit.
    expect(long.length).toBeLessThanOrEqual(600 + 1000)
    expect(Math.max(...long.slice(1).map((time, index) => time - long[index]!))).toBeLessThan(150)
  })

  it('counts from when frames are recorded', async () => {
    expect(await taken(40, (timestampMs) => timestampMs >= 20_000)).toHaveLength(1200)
  })

  it('closes what it leaves out', async () => {
    let closed = 0
    const feed: FrameFeed = async (take) => {
      const picture = { width: 1, height: 1, close: () => (closed += 1) } as unknown as ImageBitmap
      for (let index = 0; index < 630; index += 1) await take(picture, index * 10)
    }
    let passed = 0
    await paced(feed, () => true)(() => ((passed += 1), Promise.resolve()), new AbortController().signal)
    expect([passed + closed, passed]).toEqual([630, 603])
  })
})
