import { ByteReader, within } from './bytes.js'
import { malformed, tooLarge } from './faults.js'
import { EVIDENCE_LIMITS } from './limits.js'
import type { Bundle } from './types.js'

/** `LNTS`, and the version of the container. */
const MAGIC = [0x4c, 0x4e, 0x54, 0x53, 0x01] as const
const LENGTH_BYTES = 4

/** How many parts a bundle must have. */
export interface BundleParts {
  readonly series: number
  readonly frames: number
}

/**
 * The parts as bytes: `LNTS` 0x01, the number of series and of frames (a byte each), then receipt, manifest, series and frames, each with its length
 * before it (4 bytes, big-endian).
 * @param extra bytes that a part but the receipt may have beyond its limit: what sealing adds
 * @throws LintasError `evidence-malformed` for a part that is empty, no series, or a receipt that is not of ASCII; `evidence-too-large`
 */
export function packBundle({ receipt, manifest, series, frames }: Bundle, extra = 0): Uint8Array<ArrayBuffer> {
  const { steps, opened } = EVIDENCE_LIMITS
  for (const [what, count, most] of [['series', series.length, steps] as const, ['opened frames', frames.length, opened] as const]) {
    if (count > most) throw tooLarge(what, most, count)
  }
  if (series.length === 0) throw malformed('the bundle has no series')
  const parts = [checkReceipt(receipt), manifest, ...series, ...frames]
  parts.forEach((part, at) => checkLength(part.length - (at === 0 ? 0 : extra), at, series.length))
  const length = parts.reduce((sum, part) => sum + LENGTH_BYTES + part.length, MAGIC.length + 2)
  checkWhole(length)
  const bytes = new Uint8Array(length)
  const view = new DataView(bytes.buffer)
  bytes.set([...MAGIC, series.length, frames.length])
  let at = MAGIC.length + 2
  for (const part of parts) {
    view.setUint32(at, part.length)
    bytes.set(part, at + LENGTH_BYTES)
    at += LENGTH_BYTES + part.length
  }
  return bytes
}

/**
 * The inverse of {@link packBundle}; the parts are copies. What is in them nobody has looked at.
 * @param parts how many there must be, where that is known
 * @param extra as of {@link packBundle}
 * @throws LintasError `evidence-malformed`, `evidence-too-large`; nothing else, whatever the bytes are
 */
export function unpackBundle(bytes: Uint8Array, parts?: BundleParts, extra = 0): Bundle {
  if (!((bytes as unknown) instanceof Uint8Array)) throw malformed('the bundle must be bytes')
  checkWhole(bytes.length)
  const reader = new ByteReader(bytes)
  const magic = reader.raw(MAGIC.length)
  if (MAGIC.some((byte, at) => magic[at] !== byte)) throw malformed('it is no bundle of this version')
  const [series, frames] = [within(reader.byte(), 'the number of series', 1, EVIDENCE_LIMITS.steps), reader.byte()]
  within(frames, 'the number of opened frames', 0, EVIDENCE_LIMITS.opened)
  if (parts !== undefined && (series !== parts.series || frames !== parts.frames)) {
    throw malformed(`it has ${series} series and ${frames} frames, and not ${parts.series} and ${parts.frames}`)
  }
  const found: Uint8Array<ArrayBuffer>[] = []
  while (found.length < 2 + series + frames) found.push(readPart(reader, found.length, series, extra))
  reader.end()
  const [receipt = new Uint8Array(), manifest = new Uint8Array(), ...rest] = found
  return { receipt: receiptOf(receipt), manifest, series: rest.slice(0, series), frames: rest.slice(series) }
}

function readPart(reader: ByteReader, at: number, series: number, extra: number): Uint8Array<ArrayBuffer> {
  const [a = 0, b = 0, c = 0, d = 0] = reader.raw(LENGTH_BYTES)
  const length = ((a * 256 + b) * 256 + c) * 256 + d
  checkLength(length - (at === 0 ? 0 : extra), at, series)
  return new Uint8Array(reader.raw(length))
}

function checkWhole(length: number): void {
  if (length > EVIDENCE_LIMITS.bundleBytes) throw tooLarge('the bundle’s bytes', EVIDENCE_LIMITS.bundleBytes, length)
}

/** Part `at` of a bundle with `series` series. */
function checkLength(length: number, at: number, series: number): void {
  const { receiptBytes, manifestBytes, seriesBytes, frameBytes } = EVIDENCE_LIMITS
  const [what, most] =
    at === 0
      ? (['the receipt’s bytes', receiptBytes] as const)
      : at === 1
        ? (['the manifest’s bytes', manifestBytes] as const)
        : at < 2 + series
          ? (['a series’ bytes', seriesBytes] as const)
          : (['a frame’s bytes', frameBytes] as const)
  if (length > most) throw tooLarge(what, most, length)
  if (length <= 0) throw malformed('a part is empty')
}

function checkReceipt(receipt: string): Uint8Array {
  if (!/^[\x21-\x7e]*$/.test(receipt)) throw malformed('the receipt is not of ASCII')
  return new TextEncoder().encode(receipt)
}

function receiptOf(bytes: Uint8Array): string {
  if (!bytes.every((byte) => byte >= 0x21 && byte <= 0x7e)) throw malformed('the receipt is not of ASCII')
  return String.fromCharCode(...bytes)
}
