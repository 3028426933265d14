import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keepRunRecord, type RunRecord } from '../src/run-record.js'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lintas-runs-'))
  path = join(folder, 'runs.json')
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const record = (pictures: number): RunRecord => ({
  info: { backend: 'wasm', threads: 1, detector: 'mediapipe', models: [], fallbacks: [], platform: 'test' },
  throughput: { pictures, seconds: 1, perSecond: pictures, load: 1 },
})

describe('what a run found out', () => {
  it('is told by a later one that analysed nothing, over the same data by the same line alone', () => {
    expect(keepRunRecord(path, 'line', 'list p', record(100))).toEqual(record(100))
    expect(keepRunRecord(path, 'line', 'list p', undefined)).toEqual(record(100))
    expect(keepRunRecord(path, 'other', 'list p', undefined)).toBeUndefined()
  })

  it('over other data tells what the line ran on, and not how fast it was', () => {
    keepRunRecord(path, 'line', 'list p', record(100))
    expect(keepRunRecord(path, 'line', 'another p', undefined)).toEqual({ info: record(100).info })
    expect(keepRunRecord(path, 'line', 'another p', record(60))).toEqual(record(60))
    expect(keepRunRecord(path, 'line', 'list p', undefined)).toEqual(record(100))
  })

  it('does not give way to that of a few pictures', () => {
    keepRunRecord(path, 'line', 'list p', record(100))
    expect(keepRunRecord(path, 'line', 'list p', record(10))?.throughput?.pictures).toBe(100)
  })
})
