import type { CalibrationProfile } from '@lintas/core/comparison'
import type { Template } from '@lintas/core/reference'
import { Fault } from '../errors/index.js'

/** The reference is of models that the server no longer has: nobody can be compared with it, and the way on is a new enrolment. */
export const outdated = (cause?: unknown): Fault =>
  new Fault(409, 'reference-outdated', 'The reference was made with other models than the server has now: enrol again', { cause })

/** Told before anything is computed. @throws Fault 409 `reference-outdated` where the reference lacks what the calibration compares */
export function checkFits({ embeddings }: Template, { models }: CalibrationProfile): void {
  for (const { space, mean } of models) {
    const vector = embeddings.find((one) => one.space === space)?.vector
    if (vector === undefined || (mean !== undefined && mean.length !== vector.length)) throw outdated()
  }
}
