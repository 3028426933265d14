import { LintasError } from '../errors/index.js'
import { checkChoice, checkKeys, checkNumber } from '../options/index.js'
import { cameraEnded, cameraError, cameraPolicy, policyForbidsCamera } from './camera-errors.js'
import { facingOf, mediaDevices, type Facing } from './devices.js'
import { hideStream, showStream } from './preview.js'

/** Options of {@link openCamera}. */
export interface CameraOptions {
  /** Plays the camera here; the promise then waits for its first picture. Default: none, see {@link Camera.attach}. */
  readonly video?: HTMLVideoElement | undefined
  /** Exactly this camera. Default: any, preferably one that faces as `facing` says. */
  readonly deviceId?: string | undefined
  /** Default `user`. */
  readonly facing?: Facing | undefined
  /**
   * Wished for, pixels in landscape; browsers turn it on an upright phone. Default 640 × 480: reading back costs a worker 50 ms there and
   * 140 ms at 1280 × 720 (Chromium, two cores), and a face at arm's length has the pixels that the models take.
   */
  readonly width?: number | undefined
  readonly height?: number | undefined
  /** Wished for, frames a second, 1 to 120. Default 30. */
  readonly frameRate?: number | undefined
  /** Default: mirrored unless the camera faces away from the person. */
  readonly mirrored?: boolean | undefined
  /** Longest wait for the first picture in a video element, milliseconds, 100 to 120000. Default 10000. */
  readonly firstFrameMs?: number | undefined
  /** Closes the camera, whether still opening or open; while opening the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined
  /** Told once when the camera ends by itself (unplugged, taken back); it is closed by then. */
  readonly onEnded?: ((error: LintasError) => void) | undefined
  /** Told when the system holds back pictures or lets them through again: a shutter, a call on a phone. */
  readonly onMuted?: ((muted: boolean) => void) | undefined
  /** Default: the platform's. */
  readonly mediaDevices?: MediaDevices | undefined
}

/** What a camera gives at present. */
export interface CameraSettings {
  /** Pixels, as delivered: on a phone held upright the height is the larger. */
  readonly width: number
  readonly height: number
  readonly orientation: 'portrait' | 'landscape'
  /** Frames a second. Absent where the browser does not tell. */
  readonly frameRate?: number
  readonly facing?: Facing
  readonly deviceId?: string
}

/** An open camera. */
export interface Camera {
  readonly stream: MediaStream
  /** The device's name. */
  readonly label: string
  /** Read anew at each access: a phone may be turned. */
  readonly settings: CameraSettings
  /** Whether previews are mirrored; frames never are. */
  readonly mirrored: boolean
  /** The system holds back pictures. */
  readonly muted: boolean
  /** False after `close` and after the camera ended by itself. */
  readonly open: boolean
  /**
   * Plays the camera in `video` and resolves with its first picture.
   * @throws LintasError `camera-silent` (the camera is closed then), `camera-ended`; an AbortError after `close`
   */
  attach(video: HTMLVideoElement): Promise<void>
  /** Stops every track and empties the video elements. Harmless when called again. */
  close(): void
}

const KEYS = [
  ...['video', 'deviceId', 'facing', 'width', 'height', 'frameRate', 'mirrored', 'firstFrameMs', 'signal', 'onEnded', 'onMuted'],
  'mediaDevices',
] as const

/**
 * Opens a camera; the browser may ask the person. Whatever way this or the camera's use ends, no track stays on: a stream that comes after
 * the abort is stopped at once.
 * @throws LintasError `camera-unsupported`, `-policy`, `-denied`, `-none`, `-busy`, `-unsuitable`, `-silent`, `-ended`; the signal's reason;
 *   TypeError for an option
 */
export async function openCamera(options: CameraOptions = {}): Promise<Camera> {
  checkKeys('openCamera', options, KEYS)
  const constraints = constraintsOf(options)
  const firstFrameMs = checkNumber('firstFrameMs', options.firstFrameMs, 10_000, { min: 100, max: 120_000 })
  const { signal, video } = options
  signal?.throwIfAborted()
  const devices = options.mediaDevices ?? mediaDevices()
  if (policyForbidsCamera()) throw cameraPolicy()
  const stream = await requestStream(devices, constraints, signal)
  const [track] = stream.getVideoTracks()
  if (track === undefined) {
    stop(stream)
    throw new LintasError('camera-none', 'The stream has no picture')
  }
  const camera = new OpenCamera(stream, track, devices, firstFrameMs, options)
  // Between the stream's coming and this line the caller may have given up, or the camera been unplugged: neither event comes again.
  if (signal?.aborted === true || track.readyState === 'ended') {
    camera.close()
    signal?.throwIfAborted()
    throw cameraEnded()
  }
  if (video !== undefined) await camera.attach(video)
  return camera
}

class OpenCamera implements Camera {
  readonly stream: MediaStream
  readonly #track: MediaStreamTrack
  readonly #options: CameraOptions
  readonly #firstFrameMs: number
  readonly #videos = new Set<HTMLVideoElement>()
  /** Aborted when the camera is closed: takes every listener with it and tells those who wait why. */
  readonly #life = new AbortController()

  constructor(stream: MediaStream, track: MediaStreamTrack, devices: MediaDevices, firstFrameMs: number, options: CameraOptions) {
    this.stream = stream
    this.#track = track
    this.#options = options
    this.#firstFrameMs = firstFrameMs
    const { signal } = this.#life
    const ended = (): void => this.#ended()
    track.addEventListener('ended', ended, { signal })
    // Not every browser fires `ended` for an unplugged camera; its track is at its end all the same.
    const look = (): void => {
      if (track.readyState === 'ended') ended()
    }
    devices.addEventListener('devicechange', look, { signal })
    track.addEventListener('mute', () => options.onMuted?.(true), { signal })
    track.addEventListener('unmute', () => options.onMuted?.(false), { signal })
    options.signal?.addEventListener('abort', () => this.#close(options.signal?.reason), { signal })
  }

  get label(): string {
    return this.#track.label
  }

  get settings(): CameraSettings {
    const told = this.#track.getSettings()
    const shown = [...this.#videos].find(({ videoWidth }) => videoWidth > 0)
    const width = shown?.videoWidth ?? told.width ?? 0
    const height = shown?.videoHeight ?? told.height ?? 0
    const facing = facingOf(told.facingMode)
    return {
      width,
      height,
      orientation: height > width ? 'portrait' : 'landscape',
      ...(told.frameRate === undefined ? {} : { frameRate: told.frameRate }),
      ...(facing === undefined ? {} : { facing }),
      ...(told.deviceId === undefined ? {} : { deviceId: told.deviceId }),
    }
  }

  get mirrored(): boolean {
    return this.#options.mirrored ?? this.settings.facing !== 'environment'
  }

  get muted(): boolean {
    return this.#track.muted
  }

  get open(): boolean {
    return !this.#life.signal.aborted
  }

  async attach(video: HTMLVideoElement): Promise<void> {
    this.#life.signal.throwIfAborted()
    this.#videos.add(video)
    try {
      await showStream(video, this.stream, { mirrored: this.mirrored, firstFrameMs: this.#firstFrameMs, signal: this.#life.signal })
    } catch (error) {
      this.#close(error)
      throw error
    }
  }

  close(): void {
    this.#close(new DOMException('The camera was closed', 'AbortError'))
  }

  #ended(): void {
    const error = cameraEnded()
    this.#close(error)
    this.#options.onEnded?.(error)
  }

  #close(reason: unknown): void {
    if (!this.open) return
    this.#life.abort(reason)
    stop(this.stream)
    for (const video of this.#videos) hideStream(video, this.stream)
    this.#videos.clear()
  }
}

function constraintsOf(options: CameraOptions): MediaStreamConstraints {
  const { deviceId } = options
  const width = checkNumber('width', options.width, 640, { min: 1, max: 10_000, integer: true })
  const height = checkNumber('height', options.height, 480, { min: 1, max: 10_000, integer: true })
  const frameRate = checkNumber('frameRate', options.frameRate, 30, { min: 1, max: 120 })
  const facing = checkChoice('facing', options.facing, 'user', ['user', 'environment'])
  const which = deviceId === undefined || deviceId === '' ? { facingMode: { ideal: facing } } : { deviceId: { exact: deviceId } }
  return { audio: false, video: { ...which, width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: frameRate } } }
}

/** Waits for the stream no longer than `signal` allows; one that comes later is stopped. */
function requestStream(devices: MediaDevices, constraints: MediaStreamConstraints, signal: AbortSignal | undefined): Promise<MediaStream> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal?.reason as Error)
    signal?.addEventListener('abort', abort, { once: true })
    new Promise<MediaStream>((asked) => {
      asked(devices.getUserMedia(constraints))
    })
      .finally(() => signal?.removeEventListener('abort', abort))
      .then(
        (stream) => {
          if (signal?.aborted === true) stop(stream)
          else resolve(stream)
        },
        (cause: unknown) => reject(cameraError(cause, policyForbidsCamera())),
      )
  })
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}
