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

/** As shipped. Figures: docs/evaluation/pad-passive.json. */
export const PASSIVE_LIMITS: PassiveLimits = {
  frames: 5,
  apartMs: 100,
  // The highest limit that refuses at most 0.5 % of live presentations. Chosen so on every second person, it gave the others APCER 0.5 % and 0 % at
  // BPCER 0.1 % and 9.6 %; the rule itself was chosen after looking at all of them.
  bonaFide: -1.65,
  // No live presentation of NUAA lies below, nine tenths of the printed ones do.
  attack: -4,
  // A live person close to the camera reaches −5.5, the replayed screen lies at −7.
  attackWithoutRoom: -6,
  // NUAA's live frames have 0.67 and more but one in a hundred; a face that fills the picture 0.4 to 0.6, with scores that say nothing.
  room: 0.65,
  // Computed darkness: at 0.10 live frames fall to −0.6 in the middle, at 0.07 to −2.5, while prints rise.
  luminance: 0.1,
  turn: 30,
}
