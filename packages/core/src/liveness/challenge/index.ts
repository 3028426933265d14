export { ACTIONS, ROUTES, showsShape, type Action, type Route } from './actions.js'
export { drawAction } from './draw.js'
export { ABSENCE_LIMIT_MS, ACTION_LIMIT_MS, GAP_LIMIT_MS, REACTION_MS, STEPS, STEPS_IN_POOR_LIGHT, TOTAL_LIMIT_MS } from './limits.js'
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
