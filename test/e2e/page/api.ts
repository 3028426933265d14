import type { Action, AnalyserInfo, AnalyserOptions, PadAssessment, Policy } from '@lintas/core'
import type { ToldOutcome } from '@lintas/element'

/** What these tests may change of an analyser. */
export type AnalyserWishes = Omit<AnalyserOptions, 'assets' | 'onProgress'>

/** How an element is put on the page. */
export interface CheckinWishes {
  /** A template as `encodeTemplate` writes it. */
  readonly reference: string
  /** Default: the demonstration's one exception, without which nobody is admitted before liveness is there. `strict`: the default policy. */
  readonly policy?: Policy | 'strict'
  /** Longest session, milliseconds. Default 30000, as the element's own. */
  readonly sessionMs?: number
  /** An analyser of the page's own instead of the element's. */
  readonly analyser?: AnalyserWishes
}

/** How an attempt ended. */
export interface Ending {
  readonly state: string
  /** Every state since the attempt's start. */
  readonly states: readonly string[]
  /** Every hint that was shown. */
  readonly hints: readonly string[]
  /** Every action that was asked, in order. */
  readonly asked: readonly Action[]
  /** Fractions of the download, in order. */
  readonly download: readonly number[]
  /** What the person reads, in both languages. */
  readonly words: { readonly id: string; readonly en: string }
  readonly outcome?: ToldOutcome
  /** What core returned of liveness, of which the element tells the page less. */
  readonly pad?: PadAssessment
  readonly code?: string
  readonly cancelled: boolean
}

/** A face, flat enough to leave the page. */
export interface SeenFace {
  readonly landmarks: readonly number[]
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
}

/** What the line found in a still. */
export interface Seen {
  readonly width: number
  readonly height: number
  readonly faces: readonly SeenFace[]
  readonly reasons: readonly string[]
  /** By space. */
  readonly chips: Readonly<Record<string, readonly number[]>>
  readonly embeddings: Readonly<Record<string, readonly number[]>>
}

/** A portrait, and where in it the middle between the eyes lies and how far apart they are, pixels. */
export interface TrackedPortrait {
  readonly picture: string
  readonly eyes: readonly [x: number, y: number]
  readonly interEye: number
}

/** The page's own functions, for the test to call. */
export interface PageApi {
  /** A template of the pictures' faces, each taken whatever its quality. */
  enrol(subjectId: string, pictures: readonly string[]): Promise<string>
  /**
   * From now on this person, whose films the page can fetch, stands before every camera that is opened. They do what is asked, or another of
   * `actions` whenever something is asked, or nothing.
   */
  person(actions: readonly Action[], fps: number, manner: 'obeys' | 'does-others' | 'stands'): Promise<void>
  /** Puts a `<lintas-checkin>` on the page, in place of one that is there. */
  show(wishes: CheckinWishes): void
  /** Starts the element's attempt and waits for its end. */
  attempt(): Promise<Ending>
  /** Starts the attempt and does not wait. */
  begin(): void
  /** What has happened since the attempt began. */
  log(): Pick<Ending, 'states' | 'hints' | 'cancelled'>
  /** The next camera is unplugged a moment after it was opened. */
  unplugSoon(): void
  /** From now on the browser takes this long to hand a camera out, milliseconds. */
  delayCamera(ms: number): void
  /** Makes an analyser that stays; closes one that was there. */
  keep(wishes: AnalyserWishes): Promise<AnalyserInfo>
  /** Analyses a still on the analyser that stays; the vector of each space. */
  seeOnKept(picture: string): Promise<Seen['embeddings']>
  /** Closes the analyser that stays. */
  letGo(): void
  /** Analyses stills one after the other on an analyser of its own. */
  look(pictures: readonly string[], wishes: AnalyserWishes): Promise<Readonly<Record<string, Seen>>>
  /** Landmarks of each face in `count` frames of a moving portrait, and how many faces an empty room has after `reset()`. */
  track(
    portrait: TrackedPortrait,
    count: number,
    wishes: AnalyserWishes,
  ): Promise<{ readonly tracked: readonly (readonly (readonly number[])[])[]; readonly afterReset: number }>
}

declare global {
  var e2e: PageApi
}
