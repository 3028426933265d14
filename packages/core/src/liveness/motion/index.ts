export { actionStrength } from './strength.js'
export type { Deviation, EyeState, MotionState, Reading, Rest, Watched } from './types.js'
export { NEW_MOTION, watchMotion } from './watch.js'
