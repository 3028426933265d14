import { LintasError } from '../errors/index.js'
import type { AssetFile } from './types.js'

/** @throws LintasError `assets-unsupported` outside a secure context, where browsers hash nothing */
export function requireHashing(): SubtleCrypto {
  // The types know only secure contexts; elsewhere the property is missing.
  const { crypto } = globalThis as { crypto?: { subtle?: SubtleCrypto } }
  const subtle = crypto?.subtle
  if (subtle !== undefined) return subtle
  throw new LintasError('assets-unsupported', 'This page cannot check what it downloads: serve it over HTTPS or from localhost')
}

/** Lower-case hex. @throws LintasError `assets-unsupported` */
async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await requireHashing().digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** @throws LintasError `assets-cut` for another length, `assets-hash` for other bytes */
export async function verify(file: AssetFile, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  if (bytes.byteLength !== file.bytes) throw cut(file, bytes.byteLength)
  const sha256 = await sha256Hex(bytes)
  if (sha256 === file.sha256) return
  throw new LintasError('assets-hash', `${file.file} has the right length and the wrong bytes`, {
    details: { file: file.file, expected: file.sha256, received: sha256 },
  })
}

/** The fault of a body that is not as long as the manifest tells. */
export function cut(file: AssetFile, received: number, cause?: unknown): LintasError {
  return new LintasError('assets-cut', `${file.file} should have ${file.bytes} bytes, ${received} came`, {
    cause,
    details: { file: file.file, expected: file.bytes, received },
  })
}
