import { frames } from '../capture/index.js'
import type { FrameFeed } from './session.js'

/** The frames of a playing video as a session takes them: while one is analysed, others are dropped. */
export function framesOf(video: HTMLVideoElement): FrameFeed {
  return (take, signal) => frames(video, { signal, onFrame: ({ drawable, timestampMs }) => take(drawable, timestampMs) })
}
