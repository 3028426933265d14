/** What the passive layer judges by. Measured on NUAA and the clips: docs/evaluation/pad-passive.json. */
export interface PassiveLimits {
  /** Least frames. */
  readonly frames: number
  /** Least time between two frames that both count, milliseconds: pictures of one moment tell the same once. */
  readonly apartMs: number
  /** Least median log-odds of a bona fide presentation. */
  readonly bonaFide: number
  /** Most median log-odds of an attack. */
  readonly attack: number
  /** The same where frames show too little around the face, for such a net sees attacks in tight pictures of live people too. */
  readonly attackWithoutRoom: number
  /** Least share of the face's box × 2.7 that lies in the picture, 0 to 1. */
  readonly room: number
  /** Least mean luminance of the face, 0 to 1. */
  readonly luminance: number
  /** Most turn and nod, degrees. */
  readonly turn: number
}

export const PASSIVE_LIMITS: PassiveLimits = {
  frames: 5,
  apartMs: 100,
  bonaFide: -1.65,
  attack: -4,
  attackWithoutRoom: -6,
  room: 0.65,
  luminance: 0.1,
  turn: 30,
}
