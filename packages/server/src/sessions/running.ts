import type { Decision, Storage } from '../storage/index.js'
import { conflict } from './refusals.js'
import type { GoodSubmission } from './submission.js'

interface Running {
  readonly payloadSha256: string
  readonly decision: Promise<Decision>
}

/** By the storage of an instance, then by tenant and session. */
const instances = new WeakMap<Storage, Map<string, Running>>()

/**
 * Runs one verification of a session at a time in this instance: the same payload waits for the one that runs, whose answer it gets, and takes no place
 * in the queue of its own.
 * @throws Fault 409 `session-conflict` for another payload; whatever `decide` throws
 */
export async function decideOnce(storage: Storage, submission: GoodSubmission, decide: () => Promise<Decision>): Promise<Decision> {
  const { session, payloadSha256 } = submission
  const running = instances.get(storage) ?? new Map<string, Running>()
  instances.set(storage, running)
  const key = `${session.tenantId}/${session.sid}`
  const known = running.get(key)
  if (known !== undefined && known.payloadSha256 !== payloadSha256) throw conflict()
  if (known !== undefined) return await known.decision
  const decision = decide().finally(() => running.delete(key))
  running.set(key, { payloadSha256, decision })
  return await decision
}
