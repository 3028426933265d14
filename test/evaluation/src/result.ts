import type { Acquisition, StageTime } from './acquisition.js'
import type { Agreement } from './agreement.js'
import type { EngineInfo } from './engine.js'
import type { Figures } from './figures.js'
import type { RunRecord } from './run-record.js'
import type { Sweep } from './sweep.js'

/** What an evaluation writes: no names, no file names, no paths of the machine. */
export interface EvaluationResult {
  readonly schema: 'lintas-evaluation/1'
  readonly name: string
  /** ISO 8601. */
  readonly date: string
  /** Absent outside a git checkout. */
  readonly commit?: { readonly id: string; readonly dirty: boolean }
  /** Arguments, paths relative to the repository. */
  readonly command: string
  readonly line: {
    readonly engine: 'browser' | 'node'
    readonly hash: string
    readonly codeSha256: string
    readonly models: readonly { readonly space: string; readonly id: string; readonly sha256: string }[]
    readonly info?: EngineInfo
    readonly node: string
    readonly cores: number
    readonly lanes: number
  }
  readonly data: {
    readonly root: string
    readonly pairsFile: string
    readonly pairsSha256: string
    readonly protocol?: string
    readonly pairs: number
    readonly mated: number
    readonly nonMated: number
    readonly sessions: { readonly same: number; readonly cross: number; readonly unknown: number }
    readonly pictures: number
    readonly subjects: number
    readonly missingFiles: number
    /** Files of --mean-from that are not there; absent without such a list. */
    readonly meanMissing?: number
    readonly pairsMissing: number
    /** Pairs of which a picture was not acquired. */
    readonly matedNotAcquired: number
    readonly nonMatedNotAcquired: number
  }
  readonly acquisition: Acquisition
  readonly timesMs: Readonly<Record<string, StageTime>>
  /** Of the run that embedded them. */
  readonly throughput?: RunRecord['throughput']
  readonly method: {
    readonly intervals: string
    readonly replicates: number
    readonly seed: number
    readonly people: string
    readonly centring: string
    readonly accuracy: string
    readonly failures: string
    readonly faces: string
  }
  readonly results: readonly Figures[]
  readonly sweep?: Sweep
  readonly agreement?: readonly Agreement[]
}

/** Six digits say more than the data can. */
export function toJson(result: EvaluationResult): string {
  const short = (key: string, value: unknown): unknown => {
    if (typeof value !== 'number' || Number.isInteger(value)) return value
    // A threshold keeps its digits: rounded, the score that sets it would fall on the other side.
    return key.toLowerCase().includes('threshold') || key === 'lowest' ? value : Number(value.toPrecision(6))
  }
  return `${JSON.stringify(result, short, 2).replace(/\[\s+(-?[\d.e-]+|null),\s+(-?[\d.e-]+|null)\s+\]/g, '[$1, $2]')}\n`
}

/** `facenet-128 0.33 + compact-512 0.67`. */
export function nameOf(models: Figures['models']): string {
  return models.length === 1 ? (models[0]?.space ?? '') : models.map(({ space, weight }) => `${space} ${Number(weight.toPrecision(3))}`).join(' + ')
}
