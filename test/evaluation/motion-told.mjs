// Runs the motion stage over a series from `motion-series.mjs`.

/** The frames that a camera of `fps` would have given: the first of the clip, some begin with an action, then in step from `phase` (0 to 1) of a frame. */
export function thinned(series, fps, phase = 0) {
  const start = (series[0]?.timestampMs ?? 0) + (phase * 1000) / fps
  const kept = []
  let next = start
  for (const [index, frame] of series.entries()) {
    if (frame.timestampMs < next - 0.5) {
      if (index === 0) kept.push(frame)
      continue
    }
    kept.push(frame)
    while (next <= frame.timestampMs + 0.5) next += 1000 / fps
  }
  return kept
}

/** How far from rest each frame lies, in the terms of the limits; frames without are left out. */
export function deviations(series, { watchMotion, motionSampleOf, NEW_MOTION }) {
  let state = NEW_MOTION
  return series.flatMap((frame) => {
    const watched = watchMotion(state, motionSampleOf(frame))
    state = watched.state
    return watched.deviation === undefined ? [] : [{ ms: frame.timestampMs, ...watched.deviation }]
  })
}

/** Every action that is told over the series, with its moment. */
export function told(series, { watchMotion, motionSampleOf, NEW_MOTION }) {
  const actions = []
  let state = NEW_MOTION
  for (const frame of series) {
    const { state: next, sees } = watchMotion(state, motionSampleOf(frame))
    state = next
    if (sees.performed !== undefined) actions.push({ action: sees.performed.action, ms: frame.timestampMs })
  }
  return actions
}
