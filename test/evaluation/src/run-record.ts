import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { EngineInfo } from './engine.js'

/** What a run that analysed pictures found out, so that a later one that has them all can tell it. */
export interface RunRecord {
  readonly info: EngineInfo
  /** `load`: the system's load average over the last minute, where others may have been at work too. */
  readonly throughput: { readonly pictures: number; readonly seconds: number; readonly perSecond: number; readonly load: number }
}

/** A record, or of a run over other data by the same line what that ran on: how fast it was says nothing about these data. */
export type KeptRecord = Pick<RunRecord, 'info'> & Partial<RunRecord>

/** Fewer pictures tell no rate. */
const ENOUGH = 50

/**
 * The record of a line over some data in the file at `path`, after `fresh` took its place where it rests on more pictures or there was none.
 * @param line the line's hash
 * @param data the sha256 of the pairs file, and its protocol
 */
export function keepRunRecord(path: string, line: string, data: string, fresh: RunRecord | undefined): KeptRecord | undefined {
  const records = read(path)
  const key = `${line} ${data}`
  const before = records[key]
  if (fresh === undefined) return before ?? infoOf(records, line)
  if (before !== undefined && fresh.throughput.pictures < Math.max(ENOUGH, before.throughput.pictures / 2)) return { ...before, info: fresh.info }
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify({ ...records, [key]: fresh }, null, 2)}\n`)
  return fresh
}

function infoOf(records: Readonly<Record<string, RunRecord>>, line: string): KeptRecord | undefined {
  const [, other] = Object.entries(records).find(([key]) => key.startsWith(`${line} `)) ?? []
  return other && { info: other.info }
}

function read(path: string): Record<string, RunRecord> {
  try {
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, RunRecord>) : {}
  } catch {
    // Cut off by an interruption: what it told is not worth refusing to go on.
    return {}
  }
}
