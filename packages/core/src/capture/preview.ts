import { LintasError } from '../errors/index.js'

/** What {@link showStream} needs to know. */
export interface PreviewOptions {
  readonly mirrored: boolean
  /** Longest wait for the first picture, milliseconds. */
  readonly firstFrameMs: number
  /** Ends the wait with its reason. */
  readonly signal: AbortSignal
}

/**
 * Plays `stream` in `video` and resolves with its first picture. Mirroring is a matter of the preview alone: frames taken from the element
 * are not mirrored. Set through the style object, which a strict CSP allows where a `style` attribute is blocked.
 * @throws LintasError `camera-silent`; the signal's reason
 */
export async function showStream(video: HTMLVideoElement, stream: MediaStream, options: PreviewOptions): Promise<void> {
  options.signal.throwIfAborted()
  video.muted = true
  video.playsInline = true
  video.style.setProperty('transform', options.mirrored ? 'scaleX(-1)' : 'none')
  // Set anew it would abort the play of whoever attached it before.
  if (video.srcObject !== stream) video.srcObject = stream
  await firstPicture(video, stream, options)
}

/** Undoes {@link showStream} unless another stream has taken the element meanwhile. */
export function hideStream(video: HTMLVideoElement, stream: MediaStream): void {
  if (video.srcObject !== stream) return
  video.srcObject = null
  video.style.removeProperty('transform')
}

function firstPicture(video: HTMLVideoElement, stream: MediaStream, { firstFrameMs, signal }: PreviewOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (how: () => void): void => {
      clearTimeout(timer)
      for (const name of EVENTS) video.removeEventListener(name, look)
      signal.removeEventListener('abort', abort)
      how()
    }
    const look = (): void => {
      if (hasPicture(video)) settle(resolve)
    }
    const abort = (): void => settle(() => reject(signal.reason as Error))
    const timer = setTimeout(() => settle(() => reject(silent(firstFrameMs))), firstFrameMs)
    for (const name of EVENTS) video.addEventListener(name, look)
    signal.addEventListener('abort', abort)
    // Refused without a tap in a phone's power-saving mode; superseded when the element is given another stream.
    video.play().catch((cause: unknown) => {
      // Interrupted by another play of the same stream: its picture, or the limit, settles this.
      const interrupted = cause instanceof DOMException && cause.name === 'AbortError' && video.srcObject === stream
      if (!interrupted) settle(() => reject(silent(firstFrameMs, cause)))
    })
    look()
  })
}

/** `resize` because some browsers have data before they know the size. */
const EVENTS = ['loadeddata', 'resize', 'playing'] as const

function hasPicture(video: HTMLVideoElement): boolean {
  return video.readyState >= 2 && video.videoWidth > 0 && video.videoHeight > 0
}

function silent(firstFrameMs: number, cause?: unknown): LintasError {
  const message = cause === undefined ? `The camera gave no picture within ${firstFrameMs} ms` : "The camera's picture cannot be played"
  return new LintasError('camera-silent', message, { cause, details: { firstFrameMs } })
}
