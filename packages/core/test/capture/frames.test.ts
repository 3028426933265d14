import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { frames, type LiveFrame } from '../../src/capture/index.js'
import { FakeVideo, PresentingVideo } from './fake-media.js'

const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

/** Frames that were made, with whether they were closed. */
let made: { timestamp: number; closed: boolean }[] = []

class FakeVideoFrame {
  readonly timestamp: number
  closed = false

  constructor(_video: unknown, { timestamp }: { timestamp: number }) {
    this.timestamp = timestamp
    made.push(this)
  }

  close(): void {
    this.closed = true
  }
}

let video: PresentingVideo
let controller: AbortController
beforeEach(() => {
  made = []
  video = new PresentingVideo()
  video.show()
  controller = new AbortController()
  vi.stubGlobal('VideoFrame', FakeVideoFrame)
})
afterEach(() => {
  vi.unstubAllGlobals()
})

async function present(captureTime: number): Promise<void> {
  video.present({ captureTime })
  await settle()
}

describe('frames', () => {
  it('hands over frames with strictly rising times and closes them', async () => {
    const seen: number[] = []
    const feeding = frames(video.element, { signal: controller.signal, onFrame: ({ timestampMs }) => void seen.push(timestampMs) })
    for (const captureTime of [10, 43.5, 43.5, 20, 100]) await present(captureTime)
    controller.abort()
    await feeding
    expect(seen).toEqual([10, 43.5, 44.5, 45.5, 100])
    expect(made.map(({ timestamp }) => timestamp)).toEqual([10_000, 43_500, 44_500, 45_500, 100_000])
    expect(made.every(({ closed }) => closed)).toBe(true)
  })

  it('takes the moment of presentation where the capture is not told', async () => {
    const seen: number[] = []
    void frames(video.element, { signal: controller.signal, onFrame: ({ timestampMs }) => void seen.push(timestampMs) })
    video.present({ presentationTime: 77 })
    await settle()
    controller.abort()
    expect(seen).toEqual([77])
  })

  it('drops frames while the consumer is busy, and says how many', async () => {
    const seen: LiveFrame[] = []
    let done: () => void = () => undefined
    void frames(video.element, {
      signal: controller.signal,
      onFrame: (frame) => {
        seen.push(frame)
        return new Promise<void>((resolve) => (done = resolve))
      },
    })
    for (const captureTime of [1, 2, 3, 4]) await present(captureTime)
    expect(made.length).toBe(1)
    expect(made[0]?.closed).toBe(false)
    done()
    await settle()
    expect(made[0]?.closed).toBe(true)
    await present(5)
    expect(seen.map(({ timestampMs, dropped }) => [timestampMs, dropped])).toEqual([
      [1, 0],
      [5, 3],
    ])
    controller.abort()
  })

  it('ends with its signal, without waiting for a consumer that hangs', async () => {
    const feeding = frames(video.element, { signal: controller.signal, onFrame: () => new Promise(() => undefined) })
    await present(1)
    controller.abort()
    await feeding
    expect(video.waiting).toBe(0)
    await frames(video.element, { signal: controller.signal, onFrame: () => undefined })
    expect(video.waiting).toBe(0)
  })

  it('rejects with what the consumer throws, and stops', async () => {
    const reason = new Error('mine')
    const feeding = frames(video.element, { signal: controller.signal, onFrame: () => Promise.reject(reason) })
    video.present({ captureTime: 1 })
    await expect(feeding).rejects.toBe(reason)
    expect(video.waiting).toBe(0)
    expect(made.every(({ closed }) => closed)).toBe(true)
  })

  it('passes over moments without a picture', async () => {
    const onFrame = vi.fn()
    video.readyState = 1
    void frames(video.element, { signal: controller.signal, onFrame })
    await present(1)
    video.show()
    await present(2)
    controller.abort()
    expect(onFrame).toHaveBeenCalledOnce()
  })

  it('closes a bitmap that came after the end, and does without VideoFrame and without frame callbacks', async () => {
    vi.stubGlobal('VideoFrame', undefined)
    const bitmaps: { closed: boolean; close(): void }[] = []
    let give: () => void = () => undefined
    vi.stubGlobal('createImageBitmap', () => {
      const bitmap = { closed: false, close: () => void (bitmap.closed = true) }
      bitmaps.push(bitmap)
      return new Promise((resolve) => (give = () => resolve(bitmap)))
    })
    let tick: ((now: number) => void) | undefined
    vi.stubGlobal('requestAnimationFrame', (callback: (now: number) => void) => {
      tick = callback
      return 1
    })
    vi.stubGlobal('cancelAnimationFrame', () => (tick = undefined))
    const plain = new FakeVideo()
    plain.show()
    const onFrame = vi.fn()
    const feeding = frames(plain.element, { signal: controller.signal, onFrame })
    tick?.(16)
    give()
    await settle()
    tick?.(33)
    expect(bitmaps.length).toBe(1)
    plain.currentTime = 0.04
    tick?.(50)
    controller.abort()
    give()
    await feeding
    await settle()
    expect(onFrame).toHaveBeenCalledOnce()
    expect(bitmaps.map(({ closed }) => closed)).toEqual([true, true])
    expect(tick).toBeUndefined()
  })
})
