import type { Analyser, AnalyserOptions, CheckIn, CheckInOptions, Enrolment, EnrolmentOptions, LintasError } from '@lintas/core'

/** An open camera that plays in a video element. */
export interface CameraHandle {
  /** The rear camera is shown as it is; every other mirrored, as people know themselves. */
  readonly mirrored: boolean
  /** Stops every track and empties the video element. Harmless when called again. */
  close(): void
}

/** What the element asks of a camera. */
export interface CameraRequest {
  readonly video: HTMLVideoElement
  /** A `MediaDeviceInfo.deviceId`; undefined for the front camera. */
  readonly deviceId: string | undefined
  readonly signal: AbortSignal
  /** Told once when the camera is unplugged or taken back. */
  readonly onEnded: (error: LintasError) => void
}

/** What the elements need of core. Tests and galleries put their own in; everybody else leaves it alone. */
export interface Ports {
  createAnalyser(options: AnalyserOptions): Analyser
  openCamera(request: CameraRequest): Promise<CameraHandle>
  createCheckIn(options: CheckInOptions): CheckIn
  createEnrolment(options: EnrolmentOptions): Enrolment
}
