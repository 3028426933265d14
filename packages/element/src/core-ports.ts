import { cameraPermission, createAnalyser, createCheckIn, createEnrolment, createServerCheckIn, openCamera, openOfflineQueue } from '@lintas/core'
import type { Ports } from './ports.js'

/** Core itself. */
export const CORE_PORTS: Ports = {
  createAnalyser,
  cameraPermission,
  openCamera,
  createCheckIn,
  createEnrolment,
  createServerCheckIn,
  openOfflineQueue,
}
