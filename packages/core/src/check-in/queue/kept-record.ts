import type { KeptRecord } from './types.js'

/** Whether a value from the store is a record of this version. It was written here: what is looked at is what a reader would stumble over. */
export function isRecord(value: unknown): value is KeptRecord {
  if (typeof value !== 'object' || value === null) return false
  const { schema, sid, subject, order, sinceMs, request, state } = value as Partial<Record<keyof KeptRecord, unknown>>
  const sound = schema === 'lintas-waiting/1' && typeof sid === 'string' && typeof subject === 'string'
  return sound && Number.isSafeInteger(order) && Number.isFinite(sinceMs) && isKind(request, KINDS) && isKind(state, STATES)
}

/** What a record that cannot be read is listed as: nobody's, so that everybody is told. */
export function lostRecord(sid: string): KeptRecord {
  return {
    ...{ schema: 'lintas-waiting/1', sid, subject: '', order: 0, sinceMs: 0 },
    request: { kind: 'bundle', path: 'check-ins' },
    state: { kind: 'failed', code: 'queue-damaged' },
  }
}

const KINDS = ['deferred', 'bundle']
const STATES = ['waiting', 'done', 'failed']

function isKind(value: unknown, kinds: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && kinds.includes(String(value.kind))
}
