/** Whether MediaPipe can run in this thread: it uploads every frame through WebGL, whatever its delegate. */
export function hasWebGl(): boolean {
  try {
    return typeof OffscreenCanvas !== 'undefined' && new OffscreenCanvas(1, 1).getContext('webgl2') !== null
  } catch {
    return false
  }
}
