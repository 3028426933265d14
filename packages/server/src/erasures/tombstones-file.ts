import { readFile } from 'node:fs/promises'
import type { Tombstone } from '../storage/index.js'

/** What `lintas export-tombstones` writes. */
export const TOMBSTONES_SCHEMA = 'lintas-tombstones/1'

/** Erasures that cannot be read or done again: a server that serves all the same might serve what somebody had erased. */
export class ErasuresError extends Error {
  readonly code: 'erasures-file' | 'erasures-held'

  constructor(code: ErasuresError['code'], reason: string) {
    super(reason)
    this.name = 'ErasuresError'
    this.code = code
  }
}

/** Reads erasures that were exported; all of them or none. @throws ErasuresError `erasures-file`, which says what is wrong */
export function parseTombstones(value: unknown): readonly Tombstone[] {
  const { schema, tombstones } = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
  if (schema !== TOMBSTONES_SCHEMA || !Array.isArray(tombstones)) throw new ErasuresError('erasures-file', 'is not what export-tombstones writes')
  return tombstones.map((one: unknown, index) => {
    const { tenantId, subjectId, part, erasedAt, reason, erasedBy } = (one ?? {}) as Readonly<Record<keyof Tombstone, unknown>>
    const texts = [tenantId, subjectId, erasedAt, reason, erasedBy].every((text) => typeof text === 'string' && text !== '')
    const known = (['biometrics', 'subject', 'attendance'] as const).find((name) => name === part)
    const at = new Date(String(erasedAt))
    if (!texts || known === undefined || Number.isNaN(at.getTime()))
      throw new ErasuresError('erasures-file', `has an unsound tombstone, number ${index + 1}; nothing was erased`)
    return { tenantId: String(tenantId), subjectId: String(subjectId), part: known, erasedAt: at, reason: String(reason), erasedBy: String(erasedBy) }
  })
}

/** @throws ErasuresError `erasures-file` */
export async function readTombstones(path: string): Promise<readonly Tombstone[]> {
  const text = await readFile(path, 'utf8').catch(() => Promise.reject(new ErasuresError('erasures-file', `${path} cannot be read`)))
  try {
    return parseTombstones(JSON.parse(text))
  } catch (error) {
    throw new ErasuresError('erasures-file', `${path} ${error instanceof ErasuresError ? error.message : 'is not JSON'}`)
  }
}
