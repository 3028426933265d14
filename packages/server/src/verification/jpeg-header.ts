import { malformed } from './errors.js'

const [SOI, SOS, SOF0, SOF1] = [0xd8, 0xda, 0xc0, 0xc1]
/** A baseline picture has a scan for each colour at most. */
const MOST_SCANS = 3

/** Pixels of a JPEG. */
export interface JpegSize {
  readonly width: number
  readonly height: number
}

/**
 * The size that the header of a baseline JPEG tells, before a decoder sees it. Progressive ones are refused: no camera page makes them, and a few
 * kilobytes of them can hold a thousand scans of the whole picture.
 * @throws VerificationError `evidence-malformed`
 */
export function jpegSize(bytes: Uint8Array): JpegSize {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) throw malformed('a frame that is no JPEG')
  let size: JpegSize | undefined
  let scans = 0
  for (let at = 2; at < bytes.length;) {
    if (bytes[at] !== 0xff) throw malformed('a JPEG whose markers do not follow each other')
    const marker = bytes[at + 1] ?? 0
    // Fill bytes before a marker, and the end.
    if (marker === 0xff) at += 1
    else if (marker === 0xd9) break
    else {
      const length = (bytes[at + 2] ?? 0) * 256 + (bytes[at + 3] ?? 0)
      if (length < 2 || at + 2 + length > bytes.length) throw malformed('a JPEG that is cut short')
      if (isFrame(marker)) size = sizeIn(bytes, at, marker, size)
      at += 2 + length
      if (marker === SOS) {
        scans += 1
        if (scans > MOST_SCANS) throw malformed('a JPEG of too many scans')
        at = afterScan(bytes, at)
      }
    }
  }
  if (size === undefined || scans === 0) throw malformed('a JPEG without a picture')
  return size
}

/** SOF0 to SOF15 but DHT, JPG and DAC. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
}

function sizeIn(bytes: Uint8Array, at: number, marker: number, before: JpegSize | undefined): JpegSize {
  if (marker !== SOF0 && marker !== SOF1) throw malformed('a JPEG that is not baseline')
  if (before !== undefined) throw malformed('a JPEG of two pictures')
  const of = (place: number): number => (bytes[at + place] ?? 0) * 256 + (bytes[at + place + 1] ?? 0)
  const [height, width] = [of(5), of(7)]
  if (width === 0 || height === 0) throw malformed('a JPEG without pixels')
  return { width, height }
}

/** The next marker that is neither a stuffed byte nor a restart. */
function afterScan(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at += 1) {
    const next = bytes[at + 1] ?? 0
    if (bytes[at] === 0xff && next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at
  }
  return bytes.length
}
