import { LintasError } from '../errors/index.js'
import { checkKeys } from '../options/index.js'
import type { Drawable } from './types.js'

/** A frame of a live video. */
export interface LiveFrame {
  /** Transfer it or use it until `onFrame` settles; it is closed then. */
  readonly drawable: Drawable
  /** When it was captured, else shown: milliseconds on the page's clock (`performance.now()`), strictly rising. */
  readonly timestampMs: number
  /** Frames since the one before that were let go because `onFrame` was busy. */
  readonly dropped: number
}

/** Options of {@link frames}. */
export interface FramesOptions {
  /** Ends the feed. */
  readonly signal: AbortSignal
  /** Takes one frame at a time: while its promise is pending, frames are dropped. */
  readonly onFrame: (frame: LiveFrame) => void | Promise<void>
}

/**
 * Feeds the frames of a playing `video` to `onFrame` until `signal` is aborted, then resolves; what an `onFrame` still pending does
 * afterwards is its own affair. Costs the main thread 0.1–0.2 ms a frame as `VideoFrame`, 0.6–1.2 ms as `ImageBitmap` where there is no
 * other (Chromium, two cores). A hidden page gets no frames.
 * @throws what `onFrame` throws; LintasError `still-undecodable` for a video of another origin without CORS
 */
export function frames(video: HTMLVideoElement, options: FramesOptions): Promise<void> {
  checkKeys('frames', options, ['signal', 'onFrame'])
  return new FrameFeed(video, options).run()
}

class FrameFeed {
  readonly #video: HTMLVideoElement
  readonly #options: FramesOptions
  #busy = false
  #dropped = 0
  #lastMs = -Infinity

  constructor(video: HTMLVideoElement, options: FramesOptions) {
    this.#video = video
    this.#options = options
  }

  run(): Promise<void> {
    const { signal } = this.#options
    if (signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const stopTicks = eachFrame(this.#video, (timestampMs) => {
        if (this.#busy) {
          this.#dropped += 1
          return
        }
        const feeding = this.#feed(timestampMs)
        feeding.catch(() => end(() => resolve(feeding)))
      })
      const end = (how: () => void): void => {
        stopTicks()
        signal.removeEventListener('abort', onAbort)
        how()
      }
      const onAbort = (): void => end(resolve)
      signal.addEventListener('abort', onAbort)
    })
  }

  async #feed(shownMs: number): Promise<void> {
    this.#busy = true
    const timestampMs = Math.max(shownMs, this.#lastMs + 1)
    let drawable: Drawable | undefined
    try {
      drawable = await grab(this.#video, timestampMs)
      if (drawable === undefined || this.#options.signal.aborted) return
      const dropped = this.#dropped
      this.#dropped = 0
      this.#lastMs = timestampMs
      await this.#options.onFrame({ drawable, timestampMs, dropped })
    } finally {
      this.#busy = false
      // Nothing happens to one that was transferred.
      drawable?.close()
    }
  }
}

/** The frame that `video` shows; undefined when it shows none (not yet, or no longer). */
async function grab(video: HTMLVideoElement, timestampMs: number): Promise<Drawable | undefined> {
  if (video.readyState < 2 || video.videoWidth === 0) return undefined
  try {
    if (typeof VideoFrame === 'function') return new VideoFrame(video, { timestamp: Math.round(timestampMs * 1000) })
    return await createImageBitmap(video)
  } catch (cause) {
    // A video of another origin without CORS: no frame of it can ever be read.
    if (cause instanceof DOMException && cause.name === 'SecurityError')
      throw new LintasError('still-undecodable', 'The frames of this video cannot be read: it comes from another origin', { cause })
    // The stream went away between the tick and now: the next tick tells.
    return undefined
  }
}

/** Calls `tick` with the moment of each new frame until the returned function is called. */
function eachFrame(video: HTMLVideoElement, tick: (timestampMs: number) => void): () => void {
  return 'requestVideoFrameCallback' in video ? eachPresented(video, tick) : eachChanged(video, tick)
}

function eachPresented(video: HTMLVideoElement, tick: (timestampMs: number) => void): () => void {
  const next: VideoFrameRequestCallback = (_now, { captureTime, presentationTime }) => {
    handle = video.requestVideoFrameCallback(next)
    tick(captureTime ?? presentationTime)
  }
  let handle = video.requestVideoFrameCallback(next)
  return () => video.cancelVideoFrameCallback(handle)
}

/** Firefox before 132: a frame is new when the element's time has moved. */
function eachChanged(video: HTMLVideoElement, tick: (timestampMs: number) => void): () => void {
  let seen = -1
  const next = (now: number): void => {
    handle = requestAnimationFrame(next)
    if (video.currentTime === seen) return
    seen = video.currentTime
    tick(now)
  }
  let handle = requestAnimationFrame(next)
  return () => cancelAnimationFrame(handle)
}
