import { hashBytes } from '@lintas/core/receipt'
import type { Bundle, Manifest, PartMark } from '@lintas/core/evidence'
import type { Session, SessionStep } from '../storage/index.js'
import { readCommitment } from './commitment.js'

type Bytes = Uint8Array<ArrayBuffer>

/** The first bytes of every JPEG. */
const JPEG = [0xff, 0xd8, 0xff] as const

/**
 * What of the bytes is not what was committed to and asked for, in words for a log; `undefined` where all of it is. Hashes only: nothing is decoded.
 * @param rows the steps that were taken, in order
 */
export async function wrongPart(session: Session, rows: readonly SessionStep[], bundle: Bundle, manifest: Manifest): Promise<string | undefined> {
  if (manifest.sid !== session.sid) return 'the manifest is of another session'
  if (manifest.route !== session.route) return 'the manifest is of another route'
  if (bundle.series.length !== rows.length || manifest.series.length !== rows.length) return 'there is not one series for each step'
  const asked = rows.flatMap((row) => row.openFrames.map((index) => ({ step: row.n, index, sha256: readCommitment(row).claims.frames[index] })))
  // Without a network nobody had asked for any when the manifest was made: the steps' own hashes are what frames are held to.
  const isListed = session.contentKey === null
  if (bundle.frames.length !== asked.length || manifest.opened.length !== (isListed ? asked.length : 0))
    return 'there are not as many frames as were asked for'
  for (const [index, row] of rows.entries()) {
    if (await isOther(bundle.series[index], manifest.series[index], readCommitment(row).claims.series))
      return `series ${index + 1} is not as committed`
  }
  for (const [place, { step, index, sha256 }] of asked.entries()) {
    const frame = bundle.frames[place]
    const listed = manifest.opened[place]
    if (isListed && (listed?.step !== step || listed.index !== index)) return `opened frame ${place + 1} is not the one that was asked for`
    const mark = isListed || frame === undefined || sha256 === undefined ? listed : { bytes: frame.length, sha256 }
    if (await isOther(frame, mark, sha256)) return `opened frame ${place + 1} is not as committed`
    if (JPEG.some((byte, at) => frame?.[at] !== byte)) return `opened frame ${place + 1} is no JPEG`
  }
  return undefined
}

async function isOther(bytes: Bytes | undefined, mark: PartMark | undefined, committed: string | undefined): Promise<boolean> {
  if (bytes === undefined || mark?.bytes !== bytes.length || mark.sha256 !== committed) return true
  return (await hashBytes(bytes)) !== committed
}
