import type {
  Analyser,
  AnalyserInfo,
  AnalyserOptions,
  Camera,
  CameraOptions,
  CameraPermission,
  CheckIn,
  CheckInOptions,
  CheckInOutcome,
  Enrolment,
  EnrolmentOutcome,
  RunOptions,
  ServerCheckIn,
  ServerCheckInOptions,
  ServerOutcome,
  Template,
} from '@lintas/core'
import type { Ports } from '../src/ports.js'

type CameraHandle = Pick<Camera, 'close'>

/** A promise with its handles. */
export interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (reason: unknown) => void
}

export function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined
  let reject: (reason: unknown) => void = () => undefined
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  promise.catch(() => undefined)
  return { promise, resolve, reject }
}

export const INFO: AnalyserInfo = { backend: 'wasm', threads: 1, detector: 'onnx', models: ['m'], spaces: ['m'], fallbacks: [] }

export const TEMPLATE: Template = {
  schema: 'lintas-template/1',
  subjectId: 's-1',
  embeddings: [],
  createdAt: '2026-11-24T00:00:00.000Z',
  sampleCount: 5,
  quality: 0.9,
}

/** What every outcome says of itself. */
export const CLAIM = { assurance: 'client-asserted', pad: { outcome: 'undetermined', reasons: ['not-assessed'] } } as const

export const ADMITTED: CheckInOutcome = {
  decision: 'admitted',
  reasons: [],
  ...CLAIM,
  calibration: { id: 'test', origin: 'shipped' },
  at: '2026-11-24T00:31:00.000Z',
}

export const REFUSED: CheckInOutcome = { ...ADMITTED, decision: 'refused', reasons: ['comparison:non-match'] }

/** What any of the sessions may end with. */
type Ending = CheckInOutcome & EnrolmentOutcome & ServerOutcome

/** Ports whose every step is held in a test's hand. */
export class FakePorts implements Ports {
  readonly ready: Deferred<AnalyserInfo> = deferred()
  readonly cameras: { readonly request: CameraOptions; readonly opening: Deferred<CameraHandle> }[] = []
  readonly sessions: { readonly options: RunOptions; readonly outcome: Deferred<Ending> }[] = []
  readonly analysers: { readonly options: AnalyserOptions; closed: boolean }[] = []
  checkInOptions: CheckInOptions | undefined
  readonly relayed: ServerCheckInOptions[] = []
  /** Cameras that are open now. */
  live = 0

  createAnalyser(options: AnalyserOptions): Analyser {
    const record = { options, closed: false }
    this.analysers.push(record)
    return {
      ready: this.ready.promise,
      analyse: () => Promise.reject(new Error('not used')),
      reset: () => undefined,
      close: () => {
        record.closed = true
      },
    }
  }

  permission: CameraPermission = 'prompt'

  cameraPermission(): Promise<CameraPermission> {
    return Promise.resolve(this.permission)
  }

  openCamera(request: CameraOptions): Promise<CameraHandle> {
    const opening = deferred<CameraHandle>()
    this.cameras.push({ request, opening })
    return opening.promise
  }

  createCheckIn(options: CheckInOptions): CheckIn {
    this.checkInOptions = options
    return { run: (_video, run) => this.#session(run) }
  }

  createEnrolment(): Enrolment {
    return { run: (_video, run) => this.#session(run) }
  }

  createServerCheckIn(options: ServerCheckInOptions): ServerCheckIn {
    this.relayed.push(options)
    return { run: (_video, run = {}) => this.#session(run) }
  }

  /** A camera that counts while it is open. */
  camera(): CameraHandle {
    this.live += 1
    let open = true
    return {
      close: () => {
        if (open) this.live -= 1
        open = false
      },
    }
  }

  /** The newest session. */
  get session(): { readonly options: RunOptions; readonly outcome: Deferred<Ending> } {
    const session = this.sessions.at(-1)
    if (session === undefined) throw new Error('no session has begun')
    return session
  }

  finish(outcome: CheckInOutcome | EnrolmentOutcome | ServerOutcome): void {
    this.session.outcome.resolve(outcome as Ending)
  }

  #session(options: RunOptions): Promise<Ending> {
    const outcome = deferred<Ending>()
    this.sessions.push({ options, outcome })
    return outcome.promise
  }
}

/** Lets every promise that is settled already run its reactions. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}
