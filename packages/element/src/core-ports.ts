import { cameraPermission, createAnalyser, createCheckIn, createEnrolment, openCamera } from '@lintas/core'
import { LintasError } from '@lintas/core/errors'
import type { Ports } from './ports.js'

/** Core itself. */
export const CORE_PORTS: Ports = {
  createAnalyser,
  cameraPermission,
  openCamera,
  createCheckIn,
  createEnrolment,
  createServerCheckIn: () => ({ run: () => Promise.reject(new LintasError('unexpected', 'not built yet')) }),
}
