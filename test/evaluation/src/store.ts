import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readFileSync, readSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { FaceChoice } from './options.js'
import { Refusal } from './refusal.js'

/** An embedding as it is kept. */
export interface StoredEmbedding {
  readonly modelId: string
  readonly modelSha256: string
  /** Float32, little-endian, base64. */
  readonly vector: string
}

/** What the line made of one picture; kept on this machine only, for embeddings are biometric data. */
export interface StoredSample {
  /** Of the picture's bytes. */
  readonly sha256: string
  /** Which line made it: bundle, detector, engine. */
  readonly line: string
  readonly width?: number
  readonly height?: number
  /** Faces found, at most two are told apart. Absent where the picture could not be read. */
  readonly faces?: number
  /** The error code where the picture could not be read. */
  readonly unreadable?: string
  /** Which of several faces was embedded; absent: the largest. */
  readonly face?: FaceChoice
  readonly quality?: { readonly acceptable: boolean; readonly reasons: readonly string[]; readonly score?: number }
  /** By space. Absent without a face. */
  readonly embeddings?: Readonly<Record<string, StoredEmbedding>>
  readonly timingsMs?: Readonly<Record<string, number>>
}

/**
 * Samples in a file of one JSON a line, appended as they come, so that an interrupted run goes on where it stopped. A line cut off by
 * the interruption is passed over; a later record of the same picture and line adds its spaces to an earlier one.
 */
export class SampleStore {
  readonly #path: string
  readonly #samples = new Map<string, StoredSample>()
  #file: number | undefined
  /** Lines that could not be read. */
  readonly damaged: number

  constructor(path: string) {
    this.#path = path
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
    let damaged = 0
    for (const line of lines) {
      if (line === '') continue
      const sample = parseSample(line)
      if (sample === undefined) damaged += 1
      else this.#keep(sample)
    }
    this.damaged = damaged
  }

  /**
   * The sample of a picture by a line, where it has an embedding by each of `models` (or has none because nothing could be acquired).
   * @param models by space, the sha256 of the model
   */
  find(sha256: string, line: string, models: ReadonlyMap<string, string>, face: FaceChoice = 'largest'): StoredSample | undefined {
    const sample = this.#samples.get(`${line} ${sha256}`)
    // With one face there was nothing to choose.
    if ((sample?.faces ?? 0) > 1 && (sample?.face ?? 'largest') !== face) return undefined
    const embeddings = sample?.embeddings
    const complete = embeddings === undefined || [...models].every(([space, model]) => embeddings[space]?.modelSha256 === model)
    return complete ? sample : undefined
  }

  samples(): readonly StoredSample[] {
    return [...this.#samples.values()]
  }

  add(sample: StoredSample): void {
    this.#file ??= this.#open()
    writeSync(this.#file, `${JSON.stringify(sample)}\n`)
    this.#keep(sample)
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #keep(sample: StoredSample): void {
    const key = `${sample.line} ${sample.sha256}`
    const before = this.#samples.get(key)
    const alike = (before?.face ?? 'largest') === (sample.face ?? 'largest')
    const embeddings = sample.embeddings && { ...(alike && before?.embeddings), ...sample.embeddings }
    this.#samples.set(key, { ...sample, ...(embeddings && { embeddings }) })
  }

  #open(): number {
    mkdirSync(dirname(this.#path), { recursive: true })
    const file = openSync(this.#path, 'a+', 0o600)
    const { size } = fstatSync(file)
    const last = Buffer.alloc(1)
    if (size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last.toString() !== '\n') writeSync(file, '\n')
    return file
  }
}

function parseSample(line: string): StoredSample | undefined {
  try {
    const value = JSON.parse(line) as Partial<StoredSample> | null
    return typeof value?.sha256 === 'string' && typeof value.line === 'string' ? (value as StoredSample) : undefined
  } catch {
    return undefined
  }
}

/** Float32 numbers of a stored vector. */
export function decodeVector({ vector }: StoredEmbedding): Float32Array {
  const bytes = Buffer.from(vector, 'base64')
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(4 * index))
}

/** All samples of a store, the last one of each picture and line. */
export function readStored(path: string): readonly StoredSample[] {
  if (!existsSync(path)) throw new Refusal(`${path} is not there: --against names another run's --out folder`)
  return new SampleStore(path).samples()
}
