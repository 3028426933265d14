import { ACTIONS } from '../liveness/index.js'
import { ByteReader, ByteWriter } from './bytes.js'
import { malformed, tooLarge } from './faults.js'
import { EVIDENCE_LIMITS } from './limits.js'
import { checkTime, MOST_SIDE, quantised, restored, TIME_STEPS, timeSteps, wholeWithin } from './quantised.js'
import { after, beforeFirst, readSample, writeSample } from './sample-codec.js'
import type { FrameMark, StepSeries } from './types.js'

/** First of all: a form that changes, or another set of landmarks, gets another number. */
const SCHEMA = 'lintas-series/1'
const SCHEMA_BYTES = new TextEncoder().encode(SCHEMA)

/**
 * The series as bytes: some 190 a sample. Embeddings are left out; what is left is rounded as {@link quantiseSample} says, moments to a 1024th of a
 * millisecond, in the order in which they stand, also where they fall.
 * @throws LintasError `evidence-malformed` for what the form cannot tell (no sample, a number that is none, a region that is not of whole pixels),
 * `evidence-too-large` for more than {@link EVIDENCE_LIMITS} allow
 */
export function encodeSeries({ action, revealedMs, doneMs, samples, frames }: StepSeries): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter()
  const revealed = timeSteps(revealedMs)
  writer.raw(SCHEMA_BYTES)
  writer.raw([wholeWithin(ACTIONS.indexOf(action), 'the action', 0, ACTIONS.length - 1), Number(doneMs !== undefined)])
  writer.signed(revealed)
  if (doneMs !== undefined) writer.signed(timeSteps(doneMs) - revealed)
  writer.count(sound('samples', samples.length, EVIDENCE_LIMITS.samples))
  let before = beforeFirst(revealed)
  for (const sample of samples) {
    const steps = quantised(sample)
    writeSample(writer, before, steps)
    before = after(before, steps)
  }
  writer.count(sound('frames', frames.length, EVIDENCE_LIMITS.framesPerStep))
  let time = revealed
  for (const frame of frames) time = writeFrame(writer, time, frame)
  const bytes = writer.done()
  if (bytes.length > EVIDENCE_LIMITS.seriesBytes) throw tooLarge('the series’ bytes', EVIDENCE_LIMITS.seriesBytes, bytes.length)
  return bytes
}

/**
 * The inverse of {@link encodeSeries}. What it takes encodes to the same bytes again. That times run on, and that frames are of samples, is for the
 * layers to judge.
 * @throws LintasError `evidence-malformed`, `evidence-too-large`; nothing else, whatever the bytes are
 */
export function decodeSeries(bytes: Uint8Array): StepSeries {
  if (!((bytes as unknown) instanceof Uint8Array)) throw malformed('the series must be bytes')
  if (bytes.length > EVIDENCE_LIMITS.seriesBytes) throw tooLarge('the series’ bytes', EVIDENCE_LIMITS.seriesBytes, bytes.length)
  const reader = new ByteReader(bytes)
  const schema = reader.raw(SCHEMA_BYTES.length)
  if (SCHEMA_BYTES.some((byte, at) => schema[at] !== byte)) throw malformed(`the series is not of ${SCHEMA}`)
  const action = ACTIONS[reader.byte()]
  if (action === undefined) throw malformed('the series is of an unknown action')
  const isDone = reader.byte()
  if (isDone > 1) throw malformed('a series is of an action that was done, 1, or was not, 0')
  const revealed = checkTime(reader.signed())
  const done = isDone === 1 ? { doneMs: checkTime(revealed + reader.signed()) / TIME_STEPS } : {}
  const samples = readSamples(reader, revealed)
  const frames = readFrames(reader, revealed)
  reader.end()
  return { action, revealedMs: revealed / TIME_STEPS, ...done, samples, frames }
}

function readSamples(reader: ByteReader, revealed: number): StepSeries['samples'] {
  const count = reader.count('the number of samples', 1, EVIDENCE_LIMITS.samples)
  const samples: StepSeries['samples'][number][] = []
  let before = beforeFirst(revealed)
  while (samples.length < count) {
    const steps = readSample(reader, before)
    samples.push(restored(steps))
    before = after(before, steps)
  }
  return samples
}

function readFrames(reader: ByteReader, revealed: number): StepSeries['frames'] {
  const count = reader.count('the number of frames', 1, EVIDENCE_LIMITS.framesPerStep)
  const frames: FrameMark[] = []
  let time = revealed
  while (frames.length < count) {
    time = checkTime(time + reader.signed())
    const side = (what: string, min: number): number => reader.count(`a region’s ${what}`, min, MOST_SIDE)
    const region = { x: side('x', 0), y: side('y', 0), width: side('width', 1), height: side('height', 1) }
    const size = { width: reader.count('a frame’s width', 1, MOST_SIDE), height: reader.count('a frame’s height', 1, MOST_SIDE) }
    frames.push(checkFrame({ timestampMs: time / TIME_STEPS, region, ...size }))
  }
  return frames
}

/** @returns the frame's moment */
function writeFrame(writer: ByteWriter, before: number, frame: FrameMark): number {
  const { timestampMs, region, width, height } = checkFrame(frame)
  const time = timeSteps(timestampMs)
  writer.signed(time - before)
  for (const value of [region.x, region.y, region.width, region.height, width, height]) writer.count(value)
  return time
}

function checkFrame(frame: FrameMark): FrameMark {
  const { region, width, height } = frame
  const { frameSide } = EVIDENCE_LIMITS
  for (const value of [region.x, region.y]) wholeWithin(value, 'a region’s corner', 0, MOST_SIDE)
  for (const value of [region.width, region.height]) wholeWithin(value, 'a region’s side', 1, MOST_SIDE)
  wholeWithin(width, 'a frame’s width', 1, Math.min(region.width, frameSide))
  wholeWithin(height, 'a frame’s height', 1, Math.min(region.height, frameSide))
  return frame
}

function sound(what: string, count: number, most: number): number {
  if (count > most) throw tooLarge(`the series’ ${what}`, most, count)
  if (count === 0) throw malformed(`a series without ${what}`)
  return count
}
