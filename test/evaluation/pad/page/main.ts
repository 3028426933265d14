import { LintasError, createAnalyser, decodeStill, type Analyser, type AnalyserInfo, type Analysis } from '@lintas/core'
import type { PadFinding, PadJob, PadOutcomeOf, PlayOptions } from '../types.js'
import { playDrawn, playListed } from './attempts.js'
import { Unreadable, clipFrames } from './clip.js'
import { judgeFrames, judgePictures, singleScores } from './layers.js'
import { record, type RecordedClip } from './recorded.js'

/** What the page is told. */
export interface PadPageOptions extends PlayOptions {
  readonly detector: 'auto' | 'mediapipe' | 'onnx'
  readonly lanes: number
}

/** Runs in the browser: takes presentations from the server until there is none, in as many workers as lanes. */
async function evaluatePad(options: PadPageOptions): Promise<AnalyserInfo> {
  const { detector, lanes } = options
  const analysers = Array.from({ length: lanes }, () => createAnalyser({ assets: '/lintas/', detector, threads: 1, idleMs: 0, timeoutMs: 120_000 }))
  try {
    const [info] = await Promise.all(analysers.map(({ ready }) => ready))
    await Promise.all(analysers.map((analyser) => drain(analyser, options)))
    if (info === undefined) throw new Error('no analyser')
    return info
  } finally {
    for (const analyser of analysers) analyser.close()
  }
}

async function drain(analyser: Analyser, options: PadPageOptions): Promise<void> {
  for (;;) {
    const response = await fetch('/next', { method: 'POST' })
    if (response.status === 204) return
    const { index, job } = (await response.json()) as { readonly index: number; readonly job: PadJob }
    const outcome = await outcomeOf(analyser, job, options)
    await fetch(`/outcome/${index}`, { method: 'POST', body: JSON.stringify(outcome) })
  }
}

async function outcomeOf(analyser: Analyser, job: PadJob, options: PadPageOptions): Promise<PadOutcomeOf> {
  try {
    return { finding: job.kind === 'video' ? await clipFinding(analyser, job, options) : await picturesFinding(analyser, job) }
  } catch (fault) {
    if (fault instanceof Unreadable) return { unreadable: fault.message }
    if (fault instanceof LintasError && fault.code.startsWith('still-')) return { unreadable: fault.code }
    return { fault: fault instanceof Error ? fault.message : String(fault) }
  }
}

async function clipFinding(analyser: Analyser, { files, level, challenge, seed }: PadJob, options: PadPageOptions): Promise<PadFinding> {
  const [[index, ending]] = files as [readonly [number, string]]
  const clip: RecordedClip = await record(analyser, clipFrames(await fileOf(index), ending, { fps: options.fps, seed }, options.mjpegFps))
  if (clip.analyses.length === 0) throw new Unreadable('no frame in it')
  const layers = level === 'check-in' && challenge ? await playListed(clip, challenge, options) : await judgeFrames(clip.analyses)
  return { ...countsOf(clip.analyses), layers, draws: await playDrawn(clip, options, seed) }
}

async function picturesFinding(analyser: Analyser, { files }: PadJob): Promise<PadFinding> {
  const analyses: Analysis[] = []
  for (const [index] of files) analyses.push(await analyser.analyse(await decodeStill(await fileOf(index)), { embed: 'never', liveness: 'passive' }))
  return { ...countsOf(analyses), durationMs: 0, layers: judgePictures(analyses), draws: [] }
}

function countsOf(analyses: readonly Analysis[]): Pick<PadFinding, 'frames' | 'framesWithFace' | 'durationMs' | 'single'> {
  return {
    frames: analyses.length,
    framesWithFace: analyses.filter(({ faces }) => faces.length > 0).length,
    durationMs: (analyses.at(-1)?.timestampMs ?? 0) - (analyses[0]?.timestampMs ?? 0),
    single: singleScores(analyses),
  }
}

async function fileOf(index: number): Promise<Blob> {
  const response = await fetch(`/picture/${index}`)
  if (!response.ok) throw new Unreadable(`the file is not there (${response.status})`)
  return response.blob()
}

Object.assign(globalThis, { evaluatePad })
