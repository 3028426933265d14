import { createAnalyser, decodeStill, LintasError, type Analyser, type AnalyserInfo } from '@lintas/core'
import type { Outcome } from './engine.js'
import type { FaceChoice } from './options.js'
import { analyseOptions, maxFacesFor, sampleOf } from './sample-of.js'

/** What the page is told. */
export interface PageOptions {
  readonly spaces: readonly string[]
  readonly detector: 'auto' | 'mediapipe' | 'onnx'
  readonly face: FaceChoice
  readonly lanes: number
}

/** Runs in the browser: takes pictures from the server until there is none, in as many workers as lanes. */
async function evaluatePictures({ spaces, detector, face, lanes }: PageOptions): Promise<AnalyserInfo> {
  // No idle limit, one thread a worker: the lanes fill the cores.
  const analysers = Array.from({ length: lanes }, () =>
    createAnalyser({ assets: '/lintas/', spaces, detector, maxFaces: maxFacesFor(face), threads: 1, idleMs: 0, timeoutMs: 120_000 }),
  )
  try {
    const [info] = await Promise.all(analysers.map(({ ready }) => ready))
    await Promise.all(analysers.map((analyser) => drain(analyser, face)))
    if (info === undefined) throw new Error('no analyser')
    return info
  } finally {
    for (const analyser of analysers) analyser.close()
  }
}

/** The next picture is fetched and decoded while this one is analysed. */
async function drain(analyser: Analyser, face: FaceChoice): Promise<void> {
  let told = Promise.resolve()
  let next = take()
  for (let job = await next; job !== undefined; job = await next) {
    next = take()
    const { index, still } = job
    const outcome = await analyse(analyser, still, face)
    await told
    told = tell(index, outcome)
  }
  await told
  // A picture given back after a fault may wait again.
  const rest = await take()
  if (rest !== undefined) await tell(rest.index, await analyse(analyser, rest.still, face)).then(() => drain(analyser, face))
}

type Decoded = Awaited<ReturnType<typeof decodeStill>>

async function take(): Promise<{ index: number; still: Promise<Decoded> } | undefined> {
  const response = await fetch('/next', { method: 'POST' })
  if (response.status === 204) return undefined
  const index = (await response.json()) as number
  const still = decode(index)
  // Told where it is awaited.
  still.catch(() => undefined)
  return { index, still }
}

async function decode(index: number): Promise<Decoded> {
  const response = await fetch(`/picture/${index}`)
  if (!response.ok) throw new Error(`picture ${index}: ${response.status}`)
  return decodeStill(await response.blob())
}

async function analyse(analyser: Analyser, still: Promise<Decoded>, face: FaceChoice): Promise<Outcome> {
  try {
    return { sample: sampleOf(await analyser.analyse(await still, analyseOptions(face)), face) }
  } catch (error) {
    if (!(error instanceof LintasError)) return { fault: String(error) }
    return error.code.startsWith('still-') ? { sample: { unreadable: error.code } } : { fault: `${error.code}: ${error.message}` }
  }
}

async function tell(index: number, outcome: Outcome): Promise<void> {
  await fetch(`/outcome/${index}`, { method: 'POST', body: JSON.stringify(outcome) })
}

Object.assign(globalThis, { evaluatePictures })
