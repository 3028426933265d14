export { ACTIONS, ROUTES, ROUTE_STEPS, showsShape, turnsHead, type Action, type Route } from './actions.js'
export { drawAction } from './draw.js'
export { challengeEvidence, type ChallengeLayerReason } from './evidence.js'
export { ABSENCE_LIMIT_MS, ACTION_LIMIT_MS, GAP_LIMIT_MS, REACTION_MS, STEPS, TOTAL_LIMIT_MS } from './limits.js'
export { NEW_CHALLENGE, challengeStep } from './step.js'
export type {
  ActingChallenge,
  ChallengeEvent,
  ChallengeReason,
  ChallengeState,
  DoneStep,
  FailedChallenge,
  IdleChallenge,
  Observed,
  PassedChallenge,
  Progress,
  StepFault,
  WaitingChallenge,
} from './types.js'
