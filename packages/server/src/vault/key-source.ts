import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { VaultError } from './errors.js'

/** Where a key is written: the same as `KeySource` of the configuration. */
export type VaultSource =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'folder'; readonly folder: string }

/** A key's text, and whether it was made just now. */
export interface KeyText {
  readonly text: string
  /** The file that was made: whoever starts the server has to keep it. */
  readonly made?: string
}

/** Reads a key; in a folder it is made where there is none. @throws VaultError `key-missing` */
export async function readKeyText(source: VaultSource, name: string, make: () => Promise<string> | string): Promise<KeyText> {
  if (source.kind === 'text') return { text: source.text }
  if (source.kind === 'file') return { text: await read(source.path) }
  const path = join(source.folder, name)
  const found = await read(path).catch(() => undefined)
  if (found !== undefined) return { text: found }
  await mkdir(source.folder, { recursive: true, mode: 0o700 })
  const made = await createOnce(path, await make())
  return made ? { text: await read(path), made: path } : { text: await read(path) }
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new VaultError('key-missing', `the key file ${path} cannot be read (${code})`, { path })
  }
}

/**
 * Writes a file whole or not at all: written and synced beside its place, then linked to it, which fails where something is there already.
 * Of processes that start at once one gets `true`, and all read the same key. Only its owner may read it.
 */
async function createOnce(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${randomBytes(8).toString('hex')}.new`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw new VaultError('key-missing', `the key file ${path} cannot be written`, { path })
  } finally {
    await unlink(draft)
  }
}
