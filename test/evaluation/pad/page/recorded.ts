import type { Analyser, AnalyseOptions, AnalyserInfo, Analysis, FrameFeed } from '@lintas/core'
import type { ClipFrame } from './clip.js'

/** Everything that can be asked of each frame of a clip: whoever plays it gets of it what they ask. */
export interface RecordedClip {
  readonly info: AnalyserInfo
  readonly analyses: readonly Analysis[]
}

/** Analyses every frame once, with all that a check-in may ask for. The tracker follows the face as in a check-in, for it sees the same frames. */
export async function record(analyser: Analyser, frames: AsyncIterable<ClipFrame>): Promise<RecordedClip> {
  const info = await analyser.ready
  analyser.reset()
  const analyses: Analysis[] = []
  for await (const { picture, timestampMs } of frames)
    analyses.push(await analyser.analyse(picture, { mode: 'video', embed: 'acceptable', liveness: 'passive', timestampMs }))
  return { info, analyses }
}

/** An analyser that gives what was recorded. */
export function recordedAnalyser({ info, analyses }: RecordedClip): Analyser {
  const byTime = new Map(analyses.map((analysis) => [analysis.timestampMs, analysis]))
  return {
    ready: Promise.resolve(info),
    analyse: (_, options = {}) => {
      const analysis = byTime.get(options.timestampMs ?? NaN)
      return analysis ? Promise.resolve(asAsked(analysis, options)) : Promise.reject(new Error(`no frame at ${options.timestampMs ?? 'no time'}`))
    },
    reset: () => undefined,
    close: () => undefined,
  }
}

function asAsked(analysis: Analysis, { embed = 'acceptable', liveness = 'none' }: AnalyseOptions): Analysis {
  const { embeddings, liveness: readings, ...found } = analysis
  const { frameHash, noise } = readings ?? {}
  const stream = frameHash === undefined ? undefined : { frameHash, ...(noise !== undefined && { noise }) }
  const told = liveness === 'passive' ? readings : liveness === 'stream' ? stream : undefined
  return { ...found, ...(embed !== 'never' && embeddings && { embeddings }), ...(told && { liveness: told }) }
}

/** Nothing looks at it. */
const PICTURE = { data: new Uint8ClampedArray(4), width: 1, height: 1 }

/** Plays the frames in order. @param onTime told the time of each frame before it is looked at */
export function recordedFeed({ analyses }: RecordedClip, onTime: (timestampMs: number) => void): FrameFeed {
  return async (take, signal) => {
    for (const { timestampMs } of analyses) {
      if (signal.aborted) return
      onTime(timestampMs)
      // Whoever waits for an action learns it now, not in the middle of a frame.
      await Promise.resolve()
      await take(PICTURE, timestampMs)
    }
  }
}
