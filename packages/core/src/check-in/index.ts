export { LivenessAttempt, type AttemptOptions } from './attempt.js'
export { createCheckIn, type CheckIn, type CheckInRun } from './check-in.js'
export { decide, type Findings } from './decide.js'
export { drawHere, type DrawAction, type DrawRequest } from './draw-source.js'
export { createEnrolment, type Enrolment, type EnrolmentOptions } from './enrolment.js'
export { HINT_STEADY_MS, NO_HINT, hintOf, nextHint, type HintState } from './hint-filter.js'
export { EvidenceRecorder, type AttemptRecorder, type SeenFrame, type StepRecord } from './recording/index.js'
export {
  createSealer,
  deferredActions,
  drawsOf,
  FRESH,
  judgeAbandoned,
  judgeLimit,
  LIMIT_POLICY,
  openContentKey,
  openOfflineQueue,
  openPart,
  openQueueStore,
  PACKS_TOKEN,
  parsePack,
  partName,
  SEALED_PART_EXTRA,
  sidOf,
  stepNonce,
  type DeferredMessage,
  type Flushed,
  type LimitEvent,
  type LimitPolicy,
  type LimitState,
  type LimitVerdict,
  type OfflineQueue,
  type OfflineQueueOptions,
  type Pack,
  type QueueEntry,
  type QueueNews,
  type QueueStore,
  type QueueStoreOptions,
  type SentOutcome,
} from './queue/index.js'
export {
  createServerCheckIn,
  type NextAct,
  type ServerCheckIn,
  type ServerCheckInOptions,
  type OfficePlace,
  type ServerCheckInRun,
  type ServerOutcome,
} from './server/index.js'
export type { FrameFeed, FrameTaker } from './session.js'
export type {
  Assurance,
  CheckInOptions,
  CheckInOutcome,
  EnrolmentOutcome,
  Hint,
  Policy,
  Prompt,
  RefusalReason,
  RunOptions,
  SessionOptions,
  SessionPhase,
} from './types.js'
