import { encodeSeries } from '../../evidence/index.js'
import { hashBytes, payloadHash, signStep, type DeviceKey } from '../../receipt/index.js'
import type { StepRecord } from '../recording/index.js'

/** A step as it is committed to. */
export interface StepMessage {
  readonly message: string
  /** Identity of the message. */
  readonly hash: string
  readonly series: Uint8Array<ArrayBuffer>
  readonly seriesSha256: string
  /** SHA-256 of each candidate, in order. */
  readonly frames: readonly string[]
}

/** Signs what was recorded of a step. @throws LintasError `evidence-*`, `receipt-claims` */
export async function stepMessage(
  record: StepRecord,
  place: { readonly sid: string; readonly n: number; readonly nonce: string },
  key: DeviceKey,
): Promise<StepMessage> {
  const series = encodeSeries(record.series)
  const seriesSha256 = await hashBytes(series)
  const frames = await Promise.all(record.jpegs.map((jpeg) => hashBytes(jpeg)))
  const { shows, dark } = record
  const claims = { ...place, frames, series: seriesSha256, ...(shows !== undefined && { shows }), ...(dark && { dark }) }
  const message = await signStep(claims, key)
  return { message, hash: await payloadHash(message), series, seriesSha256, frames }
}
