import type { ByteReader, ByteWriter } from './bytes.js'
import { malformed } from './faults.js'
import {
  checkSteps,
  checkTime,
  HASH_BITS,
  MEASURE_NAMES,
  MEASURES,
  MOST_FACES,
  MOST_SIDE,
  type MeasureName,
  type QuantisedSample,
} from './quantised.js'

const HASH_FLAG = 1 << MEASURE_NAMES.length
const HASH_BYTES = HASH_BITS / 8

/** What the next sample is told by its difference from. */
export interface Before {
  readonly time: number
  readonly width: number
  readonly height: number
  /** The last that each measure was, however long ago. */
  readonly measures: QuantisedSample['measures']
}

/** Before the first sample; `time` as the caller has told it. */
export const beforeFirst = (time: number): Before => ({ time, width: 0, height: 0, measures: {} })

/** What {@link writeSample} and {@link readSample} go on from after `sample`. */
export function after({ measures }: Before, sample: QuantisedSample): Before {
  const { time, width, height } = sample
  return { time, width, height, measures: { ...measures, ...sample.measures } }
}

/** Moment, count of faces and whether the size is another, size, flags, measures, hash. */
export function writeSample(writer: ByteWriter, before: Before, sample: QuantisedSample): void {
  const { time, width, height, faceCount, frameHash, measures } = sample
  const resized = isResized(before, sample)
  writer.signed(time - before.time)
  writer.count(2 * faceCount + Number(resized))
  if (resized) {
    writer.count(width)
    writer.count(height)
  }
  const present = MEASURE_NAMES.filter((name) => measures[name] !== undefined)
  writer.raw([present.reduce((flags, name) => flags | flagOf(name), frameHash === undefined ? 0 : HASH_FLAG)])
  for (const name of present) writeMeasure(writer, before.measures[name] ?? [], measures[name] ?? [], name)
  if (frameHash !== undefined) writer.raw(hashBytes(frameHash))
}

/** @throws LintasError `evidence-malformed` */
export function readSample(reader: ByteReader, before: Before): QuantisedSample {
  const time = checkTime(before.time + reader.signed())
  const faces = reader.count('a count of faces', 0, 2 * MOST_FACES + 1)
  const { width, height } = faces % 2 === 1 ? readSize(reader, before) : before
  if (width === 0) throw malformed('the first sample has no size')
  const flags = reader.byte()
  const measures: Partial<Record<MeasureName, readonly number[]>> = {}
  for (const name of MEASURE_NAMES) {
    if ((flags & flagOf(name)) !== 0) measures[name] = readMeasure(reader, before.measures[name] ?? [], name)
  }
  const hash = (flags & HASH_FLAG) === 0 ? {} : { frameHash: BigInt(`0x${hexOf(reader.raw(HASH_BYTES))}`) }
  return { time, width, height, faceCount: Math.floor(faces / 2), measures, ...hash }
}

function readSize(reader: ByteReader, before: Before): { readonly width: number; readonly height: number } {
  const size = { width: reader.count('a picture’s width', 1, MOST_SIDE), height: reader.count('a picture’s height', 1, MOST_SIDE) }
  if (!isResized(before, size)) throw malformed('a size is told that did not change')
  return size
}

function isResized(before: Before, { width, height }: { readonly width: number; readonly height: number }): boolean {
  return width !== before.width || height !== before.height
}

/** Differences from before; those of points are told by how they differ from the first point's. */
function writeMeasure(writer: ByteWriter, before: readonly number[], steps: readonly number[], name: MeasureName): void {
  const moved = steps.map((step, at) => step - (before[at] ?? 0))
  moved.forEach((by, at) => writer.signed(by - leadOf(name, moved, at)))
}

function readMeasure(reader: ByteReader, before: readonly number[], name: MeasureName): readonly number[] {
  const moved: number[] = []
  while (moved.length < MEASURES[name].length) moved.push(reader.signed() + leadOf(name, moved, moved.length))
  return moved.map((by, at) => checkSteps(name, (before[at] ?? 0) + by))
}

function leadOf(name: MeasureName, moved: readonly number[], at: number): number {
  const { leads } = MEASURES[name]
  return at < leads ? 0 : (moved[at % leads] ?? 0)
}

function flagOf(name: MeasureName): number {
  return 1 << MEASURE_NAMES.indexOf(name)
}

function hashBytes(hash: bigint): readonly number[] {
  const hex = hash.toString(16).padStart(2 * HASH_BYTES, '0')
  return Array.from({ length: HASH_BYTES }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16))
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
