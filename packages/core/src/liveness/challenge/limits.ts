/** Least actions that a challenge asks for; routes with few actions to choose from ask for more (`ROUTE_STEPS`). */
export const STEPS = 3

/** Longest from an action's reveal to its completion, milliseconds: the server's limit for a step (`design/protocol.md`). */
export const ACTION_LIMIT_MS = 15_000

/** Longest for the whole challenge, milliseconds: the server's limit (`design/protocol.md`). */
export const TOTAL_LIMIT_MS = 120_000

/**
 * Shortest from an action's reveal to its completion, milliseconds: the server's limit for a step (`design/protocol.md`). Nobody reads, chooses and
 * has turned the head in less; who has, knew what would come.
 */
export const REACTION_MS = 300

/** Longest without exactly one face, milliseconds: four frames lost at 3 frames a second, too short to change places unseen. */
export const ABSENCE_LIMIT_MS = 1500

/** Longest between two events, milliseconds. A longer silence is a stopped camera or a clock that jumped, and nobody knows what happened meanwhile. */
export const GAP_LIMIT_MS = 2000
