export { createAttemptLimits, type AttemptLimits } from './attempt-limits.js'
export {
  FRESH,
  judgeAbandoned,
  judgeLimit,
  LIMIT_POLICY,
  type LimitEvent,
  type LimitPolicy,
  type LimitState,
  type LimitVerdict,
} from './limit-rules.js'
export { openOfflineQueue, type OfflineQueue, type OfflineQueueOptions, type OfflineSeam } from './offline-queue.js'
export { OfflineSession } from './offline-session.js'
export { deferredActions, drawsOf, PACKS_TOKEN, parsePack, sidOf, stepNonce, type Pack } from './pack.js'
export type { QueueSurroundings } from './ports.js'
export type { Flushed, FlushOptions, Queue } from './queue.js'
export { createSealer, openContentKey, openPart, partName, SEALED_KEY_BYTES, SEALED_PART_EXTRA, type Sealer } from './sealing.js'
export { openQueueStore, type QueueStore, type QueueStoreOptions, type TakenNonce } from './store.js'
export type { DeferredMessage, KeptRecord, KeptState, NewRecord, QueueEntry, SealedParts, SentOutcome, WaitingRequest } from './types.js'
export type { QueueNews } from './watch.js'
