import type { FrameFeed } from '../session.js'

/** A usual check-in at 30 frames a second takes about as many frames. */
const FRAMES_AT_FULL_RATE = 600

/** Least time between two frames beyond them, milliseconds. */
const SLOW_MS = 100

/**
 * `feed`, thinned out for whoever takes long: a series tells of every analysed frame with 200 bytes, and 120 seconds at 30 frames a second would be
 * more than a bundle may hold. Ten frames a second show every action.
 * @param counts whether the frames are recorded by now
 */
export function paced(feed: FrameFeed, counts: () => boolean): FrameFeed {
  return (take, signal) => {
    let taken = 0
    let lastMs = -Infinity
    return feed(async (picture, timestampMs) => {
      const elapsedMs = timestampMs - lastMs
      // A clock that went back is for the challenge to judge.
      if (taken >= FRAMES_AT_FULL_RATE && elapsedMs >= 0 && elapsedMs < SLOW_MS) {
        if (!('data' in picture)) picture.close()
        return
      }
      lastMs = timestampMs
      if (counts()) taken += 1
      await take(picture, timestampMs)
    }, signal)
  }
}
