import type { InjectionFacts } from '../liveness/index.js'

/** What the camera behind `video` says of itself, as far as it does; nothing for a video that is no camera's. */
export function cameraFactsOf(video: HTMLVideoElement): InjectionFacts {
  const { srcObject } = video
  const track = typeof MediaStream !== 'undefined' && srcObject instanceof MediaStream ? srcObject.getVideoTracks()[0] : undefined
  if (track === undefined) return {}
  const { width, height, frameRate } = track.getSettings()
  return {
    label: track.label,
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    ...(frameRate !== undefined && { frameRate }),
  }
}
