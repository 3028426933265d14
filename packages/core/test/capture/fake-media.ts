/** Stands for a `MediaStreamTrack`. */
export class FakeTrack extends EventTarget {
  readonly kind = 'video'
  readonly label = 'Fake camera'
  readyState: 'live' | 'ended' = 'live'
  muted = false
  readonly #settings: MediaTrackSettings

  constructor(settings: MediaTrackSettings = {}) {
    super()
    this.#settings = settings
  }

  getSettings(): MediaTrackSettings {
    return this.#settings
  }

  /** As in browsers, no `ended` event for one's own stop. */
  stop(): void {
    this.readyState = 'ended'
  }

  unplug(event = true): void {
    this.readyState = 'ended'
    if (event) this.dispatchEvent(new Event('ended'))
  }

  mute(muted: boolean): void {
    this.muted = muted
    this.dispatchEvent(new Event(muted ? 'mute' : 'unmute'))
  }
}

/** Stands for a `MediaStream`. */
export class FakeStream {
  readonly tracks: FakeTrack[]

  constructor(...tracks: FakeTrack[]) {
    this.tracks = tracks
  }

  getTracks(): FakeTrack[] {
    return this.tracks
  }

  getVideoTracks(): FakeTrack[] {
    return this.tracks
  }
}

/** Stands for `navigator.mediaDevices`. */
export class FakeDevices extends EventTarget {
  constraints: MediaStreamConstraints | undefined
  devices: object[] = []
  answer: () => Promise<FakeStream> = () => Promise.reject(new Error('no answer was set'))

  getUserMedia(constraints: MediaStreamConstraints): Promise<FakeStream> {
    this.constraints = constraints
    return this.answer()
  }

  enumerateDevices(): Promise<object[]> {
    return Promise.resolve(this.devices)
  }

  change(): void {
    this.dispatchEvent(new Event('devicechange'))
  }

  /** As the type that the options ask for. */
  get platform(): MediaDevices {
    return this as unknown as MediaDevices
  }
}

/** Stands for a video element: shows what it is told to. */
export class FakeVideo extends EventTarget {
  srcObject: unknown = null
  muted = false
  playsInline = false
  readyState = 0
  videoWidth = 0
  videoHeight = 0
  currentTime = 0
  played: Promise<void> = Promise.resolve()
  readonly styles = new Map<string, string>()
  readonly style = {
    setProperty: (name: string, value: string): void => void this.styles.set(name, value),
    removeProperty: (name: string): void => void this.styles.delete(name),
  }

  play(): Promise<void> {
    return this.played
  }

  show(width = 640, height = 480): void {
    this.readyState = 4
    this.videoWidth = width
    this.videoHeight = height
    this.dispatchEvent(new Event('loadeddata'))
  }

  get element(): HTMLVideoElement {
    return this as unknown as HTMLVideoElement
  }
}

/** A fake video that has `requestVideoFrameCallback`. */
export class PresentingVideo extends FakeVideo {
  #callbacks = new Map<number, VideoFrameRequestCallback>()
  #last = 0

  requestVideoFrameCallback(callback: VideoFrameRequestCallback): number {
    this.#callbacks.set((this.#last += 1), callback)
    return this.#last
  }

  cancelVideoFrameCallback(handle: number): void {
    this.#callbacks.delete(handle)
  }

  get waiting(): number {
    return this.#callbacks.size
  }

  present(metadata: Partial<VideoFrameCallbackMetadata>): void {
    const due = [...this.#callbacks.values()]
    this.#callbacks.clear()
    for (const callback of due) callback(0, { presentationTime: 0, ...metadata } as VideoFrameCallbackMetadata)
  }
}
