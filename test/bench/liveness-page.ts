import { createAnalyser, createCheckIn, type Analyser, type Analysis, type StageName } from '@lintas/core'
import { jpegsIn } from '../evaluation/pad/page/clip.js'
import { nobody } from '../evaluation/pad/page/nobody.js'
import { Prompter } from '../evaluation/pad/page/prompter.js'
import type { ListedAction } from '../evaluation/pad/types.js'

/** What the page is told. */
export interface CostOptions {
  readonly detector: 'mediapipe' | 'onnx'
  readonly challenge: readonly ListedAction[]
  /** Frames a second of the film. */
  readonly fps: number
}

/** One check-in: how often each stage ran, and its milliseconds, in the order of the frames. */
export interface CostRun {
  readonly phase: string
  readonly frames: number
  readonly stages: Readonly<Partial<Record<StageName, readonly number[]>>>
}

/** Plays the film at `/film` to a whole check-in, and keeps the time of every stage of every frame. */
async function livenessCost({ detector, challenge, fps }: CostOptions): Promise<CostRun> {
  const jpegs = jpegsIn(new Uint8Array(await (await fetch('/picture/0')).arrayBuffer()))
  const analyser = createAnalyser({ assets: '/lintas/', detector, threads: 1, idleMs: 0 })
  try {
    const { spaces } = await analyser.ready
    const seen: Analysis[] = []
    const prompter = new Prompter(challenge, 400)
    const checkIn = createCheckIn({ analyser: kept(analyser, seen), drawAction: prompter.draw, camera: {}, timeoutMs: 300_000 })
    const outcome = await checkIn
      .run(
        async (take, signal) => {
          for (const [index, jpeg] of jpegs.entries()) {
            if (signal.aborted) return
            const timestampMs = (index * 1000) / fps
            prompter.tick(timestampMs)
            await take(await createImageBitmap(new Blob([jpeg as Uint8Array<ArrayBuffer>])), timestampMs)
          }
        },
        { reference: nobody(spaces) },
      )
      .catch((fault: unknown) => {
        // The reference is nobody's: that no comparison can be made is the end of what is measured here.
        if ((fault as { code?: string }).code !== 'embedding-invalid') throw fault
        return undefined
      })
    const stages: Partial<Record<StageName, number[]>> = {}
    // The first frames compile what they run.
    for (const { timingsMs } of seen.slice(5))
      for (const [stage, ms] of Object.entries(timingsMs) as [StageName, number][]) (stages[stage] ??= []).push(ms)
    return { phase: outcome?.pad.layers?.[0]?.outcome ?? 'compared', frames: seen.length, stages }
  } finally {
    analyser.close()
  }
}

function kept(analyser: Analyser, seen: Analysis[]): Analyser {
  return {
    ready: analyser.ready,
    analyse: async (picture, options) => {
      const analysis = await analyser.analyse(picture, options)
      seen.push(analysis)
      return analysis
    },
    reset: () => {
      analyser.reset()
    },
    close: () => undefined,
  }
}

Object.assign(globalThis, { livenessCost })
