// How many candidates the browser's recorder keeps of a step at different speeds: what the server's least may be set against.

/** Frames a second, and the share of them that never comes. */
const SPEEDS = [3, 5, 7, 10, 15, 30].flatMap((fps) => [0, 0.3].map((lost) => ({ fps, lost })))
const SESSIONS = [
  ['turn-left', 'open-mouth', 'blink'],
  ['look-up', 'move-closer', 'turn-right'],
]

/** The same chance every time. */
function chance(seed) {
  let state = seed
  return () => {
    state = (state * 48_271) % 0x7fffffff
    return state / 0x7fffffff
  }
}

/** Every step that a puppet did at that speed. */
async function stepsAt(lib, analyser, { fps, lost }, actions, seed) {
  const recorder = new lib.EvidenceRecorder()
  let drawn = 0
  const draw = () => actions[drawn++] ?? 'blink'
  const attempt = new lib.LivenessAttempt({ route: 'standard', steps: actions.length, draw, space: 'compact-512', recorder })
  const scripted = lib.sessionOf(actions)
  const random = chance(seed)
  const steps = []
  analyser.reset()
  for await (const { raster, timestampMs } of lib.framesOf('puppet', {
    portrait: 'obama',
    fps,
    seconds: lib.secondsOf(scripted),
    actions: scripted,
    seed,
  })) {
    if (random() < lost) continue
    const over = attempt.see(await analyser.analyse(raster, { ...attempt.ask(), mode: 'video', timestampMs }))
    const record = recorder.take()
    if (record?.shows !== undefined) {
      const claims = { frames: record.series.frames.map((_, at) => String(at)) }
      steps.push(lib.densityOf({ series: record.series, claims }))
    }
    if (over) break
    // What was drawn arrives between two frames.
    await Promise.resolve()
  }
  return steps
}

/** @returns least share of the moments that were kept, and most moments that passed between two candidates, by speed; undefined where no step was done */
export async function densityFigures(lib, analyser) {
  const figures = []
  for (const [nth, speed] of SPEEDS.entries()) {
    const all = []
    for (const [at, actions] of SESSIONS.entries()) all.push(...(await stepsAt(lib, analyser, speed, actions, 11 + at)))
    const shares = all.map(({ chances, pictures }) => pictures / Math.min(12, chances))
    figures.push({
      ...{ ...speed, steps: all.length },
      ...(all.length > 0 && { leastShare: Math.round(Math.min(...shares) * 100) / 100, widest: Math.max(...all.map(({ widest }) => widest)) }),
    })
    process.stderr.write(`density ${nth + 1} of ${SPEEDS.length}\n`)
  }
  return figures
}
