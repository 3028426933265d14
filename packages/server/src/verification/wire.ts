import type { Findings, VerificationInput } from './types.js'

/** What a thread is started with. */
export interface ThreadData {
  readonly models: string
  readonly spaces?: readonly string[]
  readonly threads: number
}

/** To the thread. One job at a time. */
export interface Job {
  readonly id: number
  readonly input: VerificationInput
}

/** From the thread: `ready` once the models are proven, then an answer to each job. */
export type Answer =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly id: number; readonly findings: Findings }
  /** `kind` tells which class of error it was: classes do not survive the way. */
  | {
      readonly type: 'failed'
      readonly id: number
      readonly kind: 'lintas' | 'verification' | 'other'
      readonly code: string
      readonly message: string
    }
