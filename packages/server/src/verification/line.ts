import { createNodeAnalyser } from '@lintas/core/node'
import { createLooker } from './look.js'
import type { Findings, VerificationInput } from './types.js'
import { verifyEvidence } from './verify-evidence.js'
import type { ThreadData } from './wire.js'

/** Verification over a line of its own, in whatever thread this runs. */
export interface VerifyingLine {
  /** Resolves when the models are proven. @throws LintasError of assets, inference */
  readonly ready: Promise<unknown>
  verify(input: VerificationInput): Promise<Findings>
  close(): void
}

export function openLine({ models, spaces, threads }: ThreadData): VerifyingLine {
  const analyser = createNodeAnalyser({ models, threads, ...(spaces && { spaces }) })
  const look = createLooker(analyser)
  return {
    ready: analyser.ready,
    verify: (input) => verifyEvidence(input, look),
    close: () => {
      analyser.close()
    },
  }
}
