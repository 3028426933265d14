import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { EvidenceRecorder, LivenessAttempt, type StepRecord } from '@lintas/core/check-in'
import { SHIPPED_CALIBRATION } from '@lintas/core/comparison'
import { encodeManifest, encodeSeries, type Manifest, type PartMark } from '@lintas/core/evidence'
import { createNodeAnalyser, decodeImage } from '@lintas/core/node'
import { PAD_NOT_ASSESSED, type Action, type Route } from '@lintas/core/liveness'
import { hashBytes, type Purpose } from '@lintas/core/receipt'
import type { Template } from '@lintas/core/reference'
import type { Analyser } from '@lintas/core/worker'
import { framesOf, secondsOf, sessionOf } from '../../../../test/attacks/index.js'
import { readRecorded, type Recorded } from '../../src/verification/recorded.js'
import { verifyRecorded } from '../../src/verification/verify-evidence.js'
import type { Findings, Looker, VerificationInput, VerificationStep } from '../../src/verification/types.js'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
export const MODELS = at('../../../../models')
export type Person = 'obama' | 'obama3' | 'biden'

/** What a browser recorded of a puppet that does as it is asked. */
export interface Film {
  readonly actions: readonly Action[]
  readonly records: readonly StepRecord[]
}

/** The line of a browser over a made film. */
export async function recordFilm(analyser: Analyser, portrait: Person, actions: readonly Action[], seed = 1): Promise<Film> {
  const recorder = new EvidenceRecorder()
  let drawn = 0
  const draw = (): Action => actions[drawn++] ?? 'blink'
  const attempt = new LivenessAttempt({ route: 'standard', steps: actions.length, draw, space: 'compact-512', recorder })
  const scripted = sessionOf(actions)
  const records: StepRecord[] = []
  analyser.reset()
  for await (const { raster, timestampMs } of framesOf('puppet', { portrait, fps: 6, seconds: secondsOf(scripted), actions: scripted, seed })) {
    const over = attempt.see(await analyser.analyse(raster, { ...attempt.ask(), mode: 'video', timestampMs }))
    const record = recorder.take()
    if (record !== undefined) records.push(record)
    if (over) break
    // What was drawn arrives between two frames.
    await Promise.resolve()
  }
  return { actions, records }
}

/** What may be changed of a made session. */
export interface Wishes {
  readonly purpose?: Purpose
  readonly reference?: Template
  readonly earlier?: readonly Uint8Array[]
  /** The server's actions, where they are others than the film's. */
  readonly actions?: readonly Action[]
  /** What the browser says of itself, where it is something else. */
  readonly claims?: Partial<Manifest>
}

/** The server's side of `film`: commitments, what is opened, and the evidence with its parts read. */
export async function sessionFor({ actions, records }: Film, wishes: Wishes = {}): Promise<{ input: VerificationInput; recorded: Recorded }> {
  const purpose = wishes.purpose ?? 'check-in'
  const sid = 'sid-of-a-made-session'
  const began = 1_800_000_000_000
  const steps: VerificationStep[] = []
  const opened: { step: number; index: number; jpeg: Uint8Array<ArrayBuffer> }[] = []
  const series = records.map((record) => encodeSeries(record.series))
  for (const [nth, { series: told, jpegs, shows, dark }] of records.entries()) {
    const open = openOf(nth, jpegs.length, shows ?? 0, purpose)
    const frames = await Promise.all(jpegs.map((jpeg) => hashBytes(jpeg)))
    const seriesHash = await hashBytes(series[nth] ?? new Uint8Array())
    const claims = {
      sid,
      n: nth + 1,
      nonce: 'nonce-of-a-made-step',
      frames,
      series: seriesHash,
      ...(shows !== undefined && { shows }),
      ...(dark && { dark }),
    }
    const [openedAt, takenAt] = [new Date(began + told.revealedMs), new Date(began + (told.frames.at(-1)?.timestampMs ?? 0) + 40)]
    steps.push({ n: nth + 1, action: wishes.actions?.[nth] ?? actions[nth] ?? 'blink', openedAt, takenAt, claims, open })
    for (const index of open) opened.push({ step: nth, index, jpeg: jpegs[index] ?? new Uint8Array() })
  }
  const at = new Date(began).toISOString()
  const manifest: Manifest = {
    schema: 'lintas-evidence/1',
    ...{
      sid,
      route: 'standard',
      camera: { width: 640, height: 480 },
      detector: 'onnx',
      models: [],
      build: { version: '0.1.0' },
      pad: PAD_NOT_ASSESSED,
    },
    ...{ clock: { startedAt: at, finishedAt: at }, ...wishes.claims, series: await Promise.all(series.map(markOf)) },
    opened: await Promise.all(opened.map(async ({ step, index, jpeg }) => ({ ...(await markOf(jpeg)), step: step + 1, index }))),
  }
  const bundle = { receipt: 'a.b.c', manifest: encodeManifest(manifest), series, frames: opened.map(({ jpeg }) => jpeg) }
  const route: Route = 'standard'
  const input: VerificationInput = {
    ...{ sid, purpose, subjectId: 'subject-1', route, policy: 'standard', steps, bundle, calibration: SHIPPED_CALIBRATION },
    earlier: wishes.earlier ?? [],
    ...(wishes.reference && { reference: wishes.reference }),
  }
  return { input, recorded: readRecorded(input) }
}

/** What is changed of a session before it is verified. */
export type Change = (recorded: Recorded, input: VerificationInput) => Recorded

/** Verifies films of people against the reference of obama, every part as it was committed to. */
export function verifying(analyser: Analyser, look: Looker): (film: Film, wishes?: Wishes, change?: Change) => Promise<Findings> {
  return async (film, wishes = {}, change = (same) => same) => {
    const { input, recorded } = await sessionFor(film, { reference: await templateOf(analyser, 'obama'), ...wishes })
    return verifyRecorded(input, change(recorded, input), look, [])
  }
}

async function markOf(bytes: Uint8Array<ArrayBuffer>): Promise<PartMark> {
  return { bytes: bytes.length, sha256: await hashBytes(bytes) }
}

/** As the plan opens: `shows` always, of an enrolment the closing frame too; of a check-in one closing frame and one other. */
function openOf(nth: number, frames: number, shows: number, purpose: Purpose): readonly number[] {
  const open = new Set([shows])
  if (purpose === 'enrolment' || nth === 1) open.add(frames - 1)
  if (purpose === 'check-in' && nth === 2) open.add(shows === 0 ? 1 : 0)
  return [...open].sort((one, other) => one - other)
}

/** A portrait as a reference: three pictures' worth of one. */
export async function embeddingsOf(analyser: Analyser, portrait: Person): Promise<Template['embeddings']> {
  const raster = await decodeImage(readFileSync(at(`../../../../test/fixtures/portraits/${portrait}.jpg`)))
  const { embeddings = [] } = await analyser.analyse(raster, { mode: 'still', embed: 'always' })
  return [...embeddings].sort((one, other) => (one.space < other.space ? -1 : 1))
}

export async function templateOf(analyser: Analyser, portrait: Person): Promise<Template> {
  const createdAt = '2026-11-24T00:00:00.000Z'
  return {
    schema: 'lintas-template/1',
    subjectId: 'subject-1',
    embeddings: await embeddingsOf(analyser, portrait),
    createdAt,
    sampleCount: 3,
    quality: 0.8,
  }
}

/** A picture is looked at once, however many sessions show it; by every net, since what is worth it may differ between them. */
export function remembered(look: Looker): Looker {
  const seen = new Map<Uint8Array, ReturnType<Looker>>()
  return async (jpeg, declared) => {
    const before = await seen.get(jpeg)
    if (before?.width === declared.width && before.height === declared.height) return before
    const found = look(jpeg, declared, () => ({ reference: true, passive: true }))
    seen.set(jpeg, found)
    found.catch(() => seen.delete(jpeg))
    return found
  }
}

export { createNodeAnalyser }
