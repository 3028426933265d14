import { openContentKey, openPart, partName, SEALED_PART_EXTRA } from '@lintas/core/check-in'
import { unpackBundle, type Bundle } from '@lintas/core/evidence'
import { LintasError } from '@lintas/core'
import { Fault } from '../errors/index.js'
import type { Session, SessionStep } from '../storage/index.js'
import { packKeys } from '../vault/index.js'
import type { SessionParts } from './ports.js'

type Ring = Pick<SessionParts, 'keyring'>

/** The key of a check-in's parts, whichever of the ring's it was sealed to. @throws LintasError `evidence-malformed` where it is none of them */
export async function contentKeyOf({ keyring }: Ring, contentKey: string, sid: string): Promise<CryptoKey> {
  const { privateKeys } = await packKeys(keyring)
  let fault: unknown
  for (const privateKey of privateKeys) {
    try {
      return await openContentKey(privateKey, contentKey, sid)
    } catch (error) {
      if (!(error instanceof LintasError)) throw error
      fault = error
    }
  }
  throw fault
}

/** A bundle as it was sent: its parts are sealed, but for the receipt. */
export const unpackSealed = (body: Uint8Array<ArrayBuffer>): Bundle => unpackBundle(body, undefined, SEALED_PART_EXTRA)

/**
 * The parts of a sealed bundle, each opened as what it has to be: no part stands in another's place.
 * @throws Fault 422 `evidence-commitment` where there are not as many as were asked for; LintasError `evidence-malformed`
 */
export async function openBundle(parts: Ring, { sid, contentKey }: Session, rows: readonly SessionStep[], sealed: Bundle): Promise<Bundle> {
  if (contentKey === null) throw new Fault(422, 'evidence-malformed', 'This session’s evidence is not sealed')
  const frames = rows.flatMap(({ n, openFrames }) => openFrames.map((index) => partName.frame(n, index)))
  if (sealed.series.length !== rows.length || sealed.frames.length !== frames.length)
    throw new Fault(422, 'evidence-commitment', 'The evidence is not what was committed to: there are not as many parts as were asked for')
  const key = await contentKeyOf(parts, contentKey, sid)
  const open = (name: string, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> => openPart(key, sid, name, bytes)
  return {
    receipt: sealed.receipt,
    manifest: await open(partName.manifest, sealed.manifest),
    series: await Promise.all(sealed.series.map((bytes, index) => open(partName.series(index + 1), bytes))),
    frames: await Promise.all(sealed.frames.map((bytes, at) => open(frames[at] ?? '', bytes))),
  }
}
