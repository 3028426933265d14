// All relative to the person's own rest. Chosen with every clip in view, for there are too few to keep some apart; figures from docs/evaluation/motion.json
// (`test/evaluation/motion-evaluate.mjs`). No clip shows a move: its limits rest on geometry and on computed series alone.

/** A turn or look, degrees from rest: turns of the clips reach 13.3 and more, swaying and talking 9.8 at most (motion.json, margins); a flat photo turned to 45° tells 3 (`measured.md`). */
export const TURN_DEG = 12

/** Within this of rest is rest again, degrees: half a turn, so that a head that trembles at the limit acts once. */
export const REST_DEG = 6

/** Nearer than this share of the resting distance is *closer*; farther than its inverse is *back*. */
export const CLOSER = 0.8

/** Within this share of the resting distance is rest. */
export const REST_DISTANCE = 0.1

/** A move counts with the head within this of rest, degrees: a head that looks up is told to be up to 18 % farther away. */
export const MOVE_POSE_DEG = 10

/** The mouth beyond rest, over the inter-eye distance: opened mouths of the clips reach 0.38 and more, grins and talk 0.3 at most (motion.json, margins). */
export const MOUTH_OPEN = 0.32

/** The mouth within this of rest is closed. */
export const REST_MOUTH = 0.15

/** Eyes are closed when both are at or below this share of their own opening; one alone is a wink. Told of 15 of 15 blinks at 30 frames a second, and of one squint (motion.json). */
export const EYES_CLOSED = 0.6

/** Closed eyes are open again at this share. */
export const EYES_OPEN = 0.7

/** Longest with closed eyes that is a blink, milliseconds: before a slow camera people are told to keep them shut for a second (3 frames a second find 30 % of natural blinks: motion.json). */
export const BLINK_LIMIT_MS = 3500

/** The eyes' own opening is taken from this long before, milliseconds. */
export const EYES_WINDOW_MS = 2000

/** How long a person keeps still until that is their rest, milliseconds, in three frames or more. */
export const SETTLE_MS = 300

/** Still: the spread within that time, degrees. */
export const STILL_DEG = 4

/** Still: the spread of distance within that time, a share of it. */
export const STILL_DISTANCE = 0.05

/** Nobody rests with the head turned further from the camera than this, degrees: low desks and phones held low reach 25. */
export const PLAUSIBLE_REST_DEG = 35

/** Rest follows slow changes of posture with this time constant, milliseconds. */
export const FOLLOW_MS = 4000

/** Still for this long beside rest, but not so far that it is an action: that is the new rest, milliseconds. Nobody moves that slowly when asked to. */
export const STAY_MS = 1500

/** Still for this long as far away as an action leads: that is the new rest, milliseconds. Longer than anybody holds an action. */
export const NEW_REST_MS = 8000

/** After a longer silence, or without a face for longer, nothing is remembered, milliseconds. */
export const FORGET_MS = 2000
