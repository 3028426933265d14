import { createRandom } from '../../src/random.js'

/** A picture of a clip and when it is shown, milliseconds from the first. */
export interface ClipFrame {
  readonly picture: ImageBitmap | VideoFrame
  readonly timestampMs: number
}

/** How a clip is looked at. */
export interface LookOptions {
  /** Looks a second. */
  readonly fps: number
  /** Of their irregularity. */
  readonly seed: number
}

/** Share of the time between two looks by which they come early or late. */
const IRREGULAR = 0.4

/** A file that holds no clip or picture that can be read here. */
export class Unreadable extends Error {}

/**
 * The pictures of a clip that somebody sees who looks so many times a second; a picture that is still the same one is given once.
 * @param ending how the file's name ends: `mjpeg` (which has no times: read at `mjpegFps`), `gif`, else what the browser plays
 * @throws Unreadable
 */
export async function* clipFrames(file: Blob, ending: string, options: LookOptions, mjpegFps: number): AsyncGenerator<ClipFrame> {
  if (ending === 'mjpeg' || ending === 'mjpg') yield* mjpegFrames(file, options, mjpegFps)
  else if (ending === 'gif') yield* gifFrames(file, options)
  else yield* videoFrames(file, options)
}

/** From one SOI marker to the next: inside of entropy-coded data 0xFF is always stuffed, so that none can be found there. */
export function jpegsIn(bytes: Uint8Array): readonly Uint8Array[] {
  const starts: number[] = []
  for (let at = bytes.indexOf(0xff); at >= 0 && at + 2 < bytes.length; at = bytes.indexOf(0xff, at + 1))
    if (bytes[at + 1] === 0xd8 && bytes[at + 2] === 0xff) starts.push(at)
  return starts.map((start, index) => bytes.subarray(start, starts[index + 1] ?? bytes.length))
}

async function* mjpegFrames(file: Blob, options: LookOptions, mjpegFps: number): AsyncGenerator<ClipFrame> {
  const jpegs = jpegsIn(new Uint8Array(await file.arrayBuffer()))
  if (jpegs.length === 0) throw new Unreadable('no JPEG in it')
  let before = -1
  for (const lookMs of looks((jpegs.length * 1000) / mjpegFps, options)) {
    const index = Math.floor((lookMs * mjpegFps) / 1000 + 1e-6)
    const jpeg = jpegs[index]
    if (index === before || jpeg === undefined) continue
    before = index
    const picture = await createImageBitmap(new Blob([jpeg as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' })).catch(cannot('a JPEG in it'))
    yield { picture, timestampMs: (index * 1000) / mjpegFps }
  }
}

async function* gifFrames(file: Blob, options: LookOptions): AsyncGenerator<ClipFrame> {
  const decoder = new ImageDecoder({ data: await file.arrayBuffer(), type: 'image/gif' })
  try {
    await Promise.all([decoder.tracks.ready, decoder.completed]).catch(cannot('the GIF'))
    const count = decoder.tracks.selectedTrack?.frameCount ?? 0
    const times = looks(Infinity, options)
    let [next, startMs] = [lookAfter(times, -1), 0]
    for (let frameIndex = 0; frameIndex < count; frameIndex += 1) {
      const { image } = await decoder.decode({ frameIndex }).catch(cannot('the GIF'))
      const endMs = startMs + (image.duration ?? 100_000) / 1000
      if (next < endMs) yield { picture: image, timestampMs: startMs }
      else image.close()
      if (next < endMs) next = lookAfter(times, endMs)
      startMs = endMs
    }
  } finally {
    decoder.close()
  }
}

async function* videoFrames(file: Blob, options: LookOptions): AsyncGenerator<ClipFrame> {
  const video = document.createElement('video')
  const url = URL.createObjectURL(file)
  try {
    video.muted = true
    video.preload = 'auto'
    video.src = url
    await event(video, 'loadeddata')
    if (video.videoWidth === 0) throw new Unreadable('no picture in it')
    const endMs = await durationOf(video)
    let before = -Infinity
    for (const lookMs of looks(endMs, options)) {
      const mediaMs = await seek(video, lookMs / 1000)
      if (mediaMs <= before) continue
      before = mediaMs
      yield { picture: await createImageBitmap(video), timestampMs: mediaMs }
    }
  } finally {
    video.removeAttribute('src')
    video.load()
    URL.revokeObjectURL(url)
  }
}

/** Recordings made in a browser say no length until somebody has looked for their end. */
async function durationOf(video: HTMLVideoElement): Promise<number> {
  if (!Number.isFinite(video.duration)) {
    video.currentTime = 1e7
    await event(video, 'seeked')
  }
  const seconds = Number.isFinite(video.duration) ? video.duration : video.currentTime
  if (!(seconds > 0)) throw new Unreadable('no length')
  return seconds * 1000
}

/** Shows the picture at `seconds`. @returns when that picture begins, milliseconds */
async function seek(video: HTMLVideoElement, seconds: number): Promise<number> {
  const shown = new Promise<number>((resolve) => {
    video.requestVideoFrameCallback((_, { mediaTime }) => {
      resolve(mediaTime * 1000)
    })
  })
  const sought = event(video, 'seeked')
  // Into the picture, not onto its edge.
  video.currentTime = Math.min(seconds + 0.001, video.duration)
  await sought
  // Where the same picture stays no callback comes.
  return Promise.race([shown, after(250).then(() => NaN)])
}

function event(video: HTMLVideoElement, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      reject(new Unreadable(video.error?.message ?? 'it cannot be played'))
    }
    if (video.error) fail()
    video.addEventListener(
      name,
      () => {
        resolve()
      },
      { once: true },
    )
    video.addEventListener('error', fail, { once: true })
  })
}

/** When somebody looks who is never quite regular: a check-in takes a frame whenever the one before is done, not by the clock. */
function* looks(endMs: number, { fps, seed }: LookOptions): Generator<number, undefined> {
  const random = createRandom(seed)
  const everyMs = 1000 / fps
  for (let index = 0; index * everyMs < endMs; index += 1) yield Math.max(0, (index + IRREGULAR * (random.next() - 0.5)) * everyMs)
  return undefined
}

function lookAfter(times: Iterator<number, undefined>, ms: number): number {
  for (let look = times.next(); !look.done; look = times.next()) if (look.value >= ms) return look.value
  return Infinity
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const cannot =
  (what: string) =>
  (cause: unknown): never => {
    throw new Unreadable(`${what} cannot be decoded: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
