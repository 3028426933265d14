import type {
  Analyser,
  AnalyserOptions,
  Camera,
  CameraOptions,
  CameraPermission,
  CheckIn,
  CheckInOptions,
  Enrolment,
  EnrolmentOptions,
  OfflineQueue,
  OfflineQueueOptions,
  ServerCheckIn,
  ServerCheckInOptions,
} from '@lintas/core'

/** What the elements need of core. Tests and galleries put their own in; everybody else leaves it alone. */
export interface Ports {
  createAnalyser(options: AnalyserOptions): Analyser
  cameraPermission(): Promise<CameraPermission>
  openCamera(options: CameraOptions): Promise<Pick<Camera, 'close'>>
  createCheckIn(options: CheckInOptions): CheckIn
  createEnrolment(options: EnrolmentOptions): Enrolment
  /** Asked only by an element that has a relay. */
  createServerCheckIn(options: ServerCheckInOptions): ServerCheckIn
  /** Asked only by a check-in that has a relay and a subject. Absent: without a network there is no check-in. */
  openOfflineQueue?(options: OfflineQueueOptions): OfflineQueue
}
