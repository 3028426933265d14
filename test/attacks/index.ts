export { framesOf, sourceOfFrames, writeMjpeg } from './frames.js'
export { challengeText, drawnSession, secondsOf, sessionOf } from './session.js'
export { reordered, SPECIES, type Species } from './species.js'
export {
  ACTIONS,
  type Action,
  type Attack,
  type AttackFrame,
  type AttackOptions,
  type Channel,
  type Picture,
  type ScriptedAction,
  type Source,
} from './types.js'
