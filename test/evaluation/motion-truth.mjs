// What the clips show: [from, to] milliseconds of each action, left and right the subject's own. Made by an assistant, not by annotators: blinks are the moments at which the
// landmarks' eye opening dips, each then looked at in the pictures, so a blink that the landmarks do not follow at all is not among them; turns are read off the pose series and
// mouths off one picture each. `unclear`: an action there is neither asked for nor counted as false (half an action, or one that the clip cuts). Other clips show none.

const blink = (...times) => times.map(([from, to]) => ({ action: 'blink', from, to }))
const act = (action, from, to) => ({ action, from, to })
const unclear = (from, to, ...actions) => ({ unclear: actions, from, to })

export const TRUTH = {
  'liveness/liveportrait/drv_d0.mp4': blink([2560, 2720]),
  'liveness/liveportrait/drv_d3.mp4': [
    ...blink([1567, 1700], [1867, 2033]),
    act('turn-right', 400, 900),
    act('turn-left', 7700, 9500),
    act('open-mouth', 10_000, 11_600),
    unclear(3400, 5600, 'blink', 'turn-left'),
    unclear(6800, 8600, 'blink', 'turn-right', 'look-down', 'look-up'),
    unclear(10_000, 11_800, 'turn-right', 'look-up'),
  ],
  'liveness/liveportrait/drv_d10.mp4': [
    ...blink([7367, 7500], [11_067, 11_233]),
    act('open-mouth', 3100, 3800),
    unclear(0, 15_000, 'open-mouth', 'look-up'),
  ],
  'liveness/liveportrait/drv_d12.mp4': [
    ...blink([5360, 5480]),
    act('turn-left', 1350, 2100),
    act('turn-right', 3000, 3800),
    act('open-mouth', 4500, 5400),
    unclear(1900, 2150, 'blink'),
    unclear(3700, 3800, 'blink'),
    unclear(6400, 7320, 'turn-left', 'turn-right', 'open-mouth', 'blink', 'look-up'),
  ],
  'liveness/liveportrait/drv_d19.mp4': blink([3267, 3400]),
  'liveness/liveportrait/src_s18.mp4': blink([200, 433], [5300, 5567]),
  'liveness/liveportrait/src_s29.mp4': [unclear(500, 5400, 'look-up', 'look-down', 'turn-left', 'turn-right')],
  'liveness/intel/head-pose-face-detection-female.gif': [
    act('turn-left', 500, 1450),
    unclear(0, 600, 'turn-right'),
    unclear(1500, 2000, 'turn-right'),
  ],
  'pad/video/krz_live.webm': [
    act('turn-left', 2500, 3150),
    act('turn-right', 3350, 4300),
    unclear(2450, 2600, 'blink'),
    unclear(3200, 3500, 'blink'),
    unclear(4200, 5800, 'blink', 'look-up'),
    unclear(5700, 7000, 'look-down', 'look-up'),
    unclear(6900, 7900, 'turn-left', 'look-up'),
  ],
  'pad/video/wolf_attack_screen.mp4': blink([103, 275], [2474, 2508], [3264, 3367]),
  'pad/video/wolf_live.mp4': [...blink([1213, 1348], [3504, 3572]), unclear(4200, 4500, 'blink')],
  'liveness/eyeblink8/v1_blink042.mp4': blink([367, 560]),
  'liveness/eyeblink8/v1_blink087.mp4': [unclear(0, 300, 'blink')],
}

const MIRROR = { 'turn-left': 'turn-right', 'turn-right': 'turn-left' }

/** The truth of a clip as its mirror image shows it. */
export function truthOf(file, mirrored) {
  const swap = (action) => (mirrored && MIRROR[action]) || action
  return (TRUTH[file] ?? []).map((entry) =>
    'action' in entry ? { ...entry, action: swap(entry.action) } : { ...entry, unclear: entry.unclear.map(swap) },
  )
}

/** Tells an action only when it is complete: later than what is seen, by at most this, milliseconds. */
const LATER_MS = 400

/** Which entries of the truth were told, and what was told that is not in it. */
export function judge(truth, told) {
  const within = ({ from, to }, ms) => ms >= from && ms <= to + LATER_MS
  const asked = truth.filter((entry) => 'action' in entry)
  const found = asked.map((entry) => ({ ...entry, told: told.some(({ action, ms }) => action === entry.action && within(entry, ms)) }))
  const known = ({ action, ms }) => truth.some((entry) => within(entry, ms) && (entry.action === action || entry.unclear?.includes(action)))
  return { found, wrong: told.filter((one) => !known(one)) }
}
