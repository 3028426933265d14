import type { AssetProgress } from '../assets/index.js'
import type { Drawable } from '../capture/index.js'
import type { DetectorEngine } from '../detection/index.js'
import type { WireError } from '../errors/index.js'
import type { Raster } from '../numeric/index.js'
import type { AnalyseOptions, AnalyserInfo, Analysis } from './types.js'

/** Both sides name it; a page that loads an older worker from its cache is told so instead of guessing. */
export const PROTOCOL = 'lintas-worker/3'

/** What a worker needs to start. Plain data. */
export interface StartOptions {
  /** Absolute URL of the assets folder, on the page's origin. */
  readonly assets: string
  readonly spaces: readonly string[]
  readonly detector: 'auto' | DetectorEngine
  readonly maxFaces: number
  /** The passive net too. */
  readonly liveness: boolean
  /** Threads of the WASM backend, 1 or more; undefined before the client has chosen. */
  readonly threads: number | undefined
}

/** What of {@link AnalyseOptions} crosses to the worker. */
export type WireAnalyseOptions = Pick<AnalyseOptions, 'mode' | 'embed' | 'chips' | 'requirements' | 'face' | 'liveness' | 'evidence'>

/** Page → worker. */
export type Request =
  | { readonly type: 'start'; readonly id: number; readonly protocol: string; readonly options: StartOptions }
  | {
      readonly type: 'analyse'
      readonly id: number
      readonly picture: Drawable | Raster
      readonly timestampMs: number
      readonly options: WireAnalyseOptions
    }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'reset' }

/** Worker → page. */
export type Reply =
  | { readonly type: 'hello'; readonly protocol: string }
  | { readonly type: 'progress'; readonly progress: AssetProgress }
  | { readonly type: 'started'; readonly id: number; readonly info: AnalyserInfo }
  | { readonly type: 'analysed'; readonly id: number; readonly analysis: Analysis }
  /** Given up before its turn: an answer all the same, since a worker that answers nothing counts as dead. */
  | { readonly type: 'cancelled'; readonly id: number }
  | { readonly type: 'failed'; readonly id: number; readonly error: WireError }
