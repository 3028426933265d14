import type { CalibrationProfile } from '@lintas/core/comparison'
import type { Bundle } from '@lintas/core/evidence'
import type { Action, PadPolicy, PadPreset, Route } from '@lintas/core/liveness'
import type { Jwks, Purpose, ServerKey, StepClaims } from '@lintas/core/receipt'
import type { Template } from '@lintas/core/reference'
import type { Offices } from '../place/index.js'
import type { RegencyOf, Storage } from '../storage/index.js'

/** A step as the server saw it, for the verification. */
export interface VerifiedStep {
  readonly n: number
  /** What the server asked for. */
  readonly action: Action
  readonly openedAt: Date
  readonly takenAt: Date
  readonly claims: StepClaims
  /** Indices of the frames that were asked for. */
  readonly open: readonly number[]
}

/** What is to be verified. The signature of the receipt and the hashes of all parts have been checked. */
export interface VerificationInput {
  readonly sid: string
  readonly purpose: Purpose
  readonly subjectId: string
  readonly route: Route
  readonly policy: PadPreset | PadPolicy
  /** It was made without a network: its steps were opened and taken in the interval, and its manifest lists no opened frames. */
  readonly deferred?: boolean
  readonly steps: readonly VerifiedStep[]
  readonly bundle: Bundle
  /** Absent for an enrolment of somebody new. */
  readonly reference?: Template
  readonly calibration: CalibrationProfile
  /** What is kept of the subject's earlier sessions. */
  readonly earlier: readonly Uint8Array[]
}

/** What the verification found, as far as the sessions read it. */
export interface Findings {
  readonly outcome: 'admitted' | 'refused'
  readonly reasons: readonly string[]
  /** What the person may be told. */
  readonly hint?: string
  readonly disagreement: readonly string[]
  /** Of an enrolment that was not refused. */
  readonly template?: Template
  /** What knows this session again. */
  readonly replay: Uint8Array
  readonly timingsMs?: Readonly<Record<string, number>>
}

/** Verifies evidence. */
export interface Verifier {
  /** Rejects with an error of code `busy`, and `waitMs` until there should be room, where the queue is full, `evidence-malformed` where a frame is no picture; nothing is consumed then. */
  verify(input: VerificationInput): Promise<Findings>
}

/** Something encrypted, and under which key. */
export interface Sealed {
  readonly keyId: string
  readonly ciphertext: Uint8Array
}

/** The deployment's keys. */
export interface Keyring {
  seal(purpose: 'template' | 'evidence', plaintext: Uint8Array, aad: readonly string[]): Sealed | Promise<Sealed>
  open(purpose: 'template' | 'evidence', sealed: Sealed, aad: readonly string[]): Uint8Array | Promise<Uint8Array>
  /** Id of the key that seals from now on, and of all that open. */
  readonly current: string
  readonly keyIds: readonly string[]
  /** 32 bytes of one label, of the current key or another of the ring; the same in every instance. */
  secret(label: 'opening' | 'place' | 'pack' | 'pack-key', keyId?: string): Uint8Array
}

/** The key that signs, and the keys that are published. */
export interface Signing {
  readonly key: ServerKey
  readonly jwks: Jwks
}

/** What a deployment decides about check-ins. */
export interface CheckInPolicy {
  readonly id: string
  readonly pad: PadPreset | PadPolicy
  readonly calibration: CalibrationProfile
  readonly calibrationId: string
  /** A match on a device that nobody has bound, three times at most. `review`: an officer decides. */
  readonly provisional: 'admit' | 'review'
  /** A match that was made without a network and arrives on its working day; of another day an officer decides. Default `review`. */
  readonly deferred?: 'admit' | 'review'
  /** Whether a check-in is for an officer to decide where no kiosk, egress address or office code shows the place. */
  readonly placeRequired: boolean
  readonly keepReplayMs: number
  readonly keepSealedMs: number
}

/** All that sessions need. */
export interface SessionParts {
  readonly storage: Storage
  readonly verifier: Verifier
  readonly keyring: Keyring
  readonly signing: () => Signing
  readonly issuer: string
  readonly policy: CheckInPolicy
  /** Finds the tenant that holds the people whom agencies share; without one no subject has a person. */
  readonly regencyOf?: RegencyOf
  /** Offices by tenant; absent: none, so that only kiosks show a place. */
  readonly offices?: Offices
}
