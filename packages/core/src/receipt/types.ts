/** What a session is for. A token of one purpose serves no other. */
export const PURPOSES = ['check-in', 'enrolment'] as const
export type Purpose = (typeof PURPOSES)[number]

/** What the server decided. */
export const DECISION_OUTCOMES = ['admitted', 'refused', 'review'] as const
export type DecisionOutcome = (typeof DECISION_OUTCOMES)[number]

/** Who settled a review. */
export const SETTLERS = ['officer'] as const
export type Settler = (typeof SETTLERS)[number]

/** Who vouches: the server that repeated the line, an officer, the server over evidence that came late, or nobody but the browser. */
export const ASSURANCES = ['server-verified', 'officer-attested', 'deferred', 'client-asserted'] as const
export type Assurance = (typeof ASSURANCES)[number]

/** The header's `typ` of each message: distinct, so that none can be shown for another. */
export const MESSAGE_TYPES = {
  session: 'lintas-session+jwt',
  begin: 'lintas-begin+jwt',
  step: 'lintas-step+jwt',
  receipt: 'lintas-receipt+jwt',
  decision: 'lintas-decision+jwt',
  head: 'lintas-head+jwt',
} as const
export type MessageType = (typeof MESSAGE_TYPES)[keyof typeof MESSAGE_TYPES]

/** Steps of a session at most: five of the longest route, one more where the light is too poor for the passive layer, one in place of an action that was not done. */
export const MAX_STEPS = 7
/** Frames that a step commits to at most. */
export const MAX_STEP_FRAMES = 12

/** Session token: the server to the agency, and by way of the browser back. Names no action. */
export interface SessionClaims {
  /** Issuer: the server's name. */
  readonly iss: string
  /** Audience: the agency. */
  readonly aud: string
  /** Tenant. */
  readonly tid: string
  /** Session: 16 to 128 characters of base64url. */
  readonly sid: string
  /** Subject: 1 to 200 characters. */
  readonly sub: string
  readonly purpose: Purpose
  /** Policy id. */
  readonly pol: string
  /** Calibration id. */
  readonly cal: string
  /** The least assurance that the agency takes. */
  readonly min: Assurance
  /** Issued at, seconds since 1970. */
  readonly iat: number
  /** Expires at, seconds since 1970, after `iat`: from then on it is refused. */
  readonly exp: number
}

/** Proof of the device's key, in the manner of DPoP (RFC 9449) less `iat`: the device's clock counts for nothing. */
export interface BeginClaims {
  /** HTTP method, e.g. `POST`. */
  readonly htm: string
  /** HTTP target as {@link targetOf} writes it. */
  readonly htu: string
  /** SHA-256 of the session token's text. */
  readonly ath: string
  /** 16 to 128 characters of base64url. */
  readonly jti: string
}

/** What a step commits to before the server says which frames it wants. Hashes are SHA-256 in base64url. */
export interface StepClaims {
  readonly sid: string
  /** 1 to 7. */
  readonly n: number
  /** The server's, of this step. */
  readonly nonce: string
  /** Of each candidate, in order of time, 1 to 12; the last one is the closing frame. That two are alike is for the line to judge. */
  readonly frames: readonly string[]
  /** Of the landmark series. */
  readonly series: string
  /** Which of `frames` shows the action, counted from 0. Absent: the action was not done, and another is to replace it. */
  readonly shows?: number
  /** The light was too poor for the passive layer so far. Absent otherwise. */
  readonly dark?: true
}

/** What the browser says of the whole attempt. Hashes are SHA-256 in base64url. */
export interface ReceiptClaims {
  readonly sid: string
  /** 16 to 128 characters of base64url. */
  readonly jti: string
  /** {@link payloadHash} of each step message, in order, 1 to 7. */
  readonly steps: readonly string[]
  /** Of the manifest's bytes as sent. */
  readonly manifest: string
}

interface DecisionFacts {
  readonly iss: string
  /** Audience: the agency. */
  readonly aud: string
  readonly sid: string
  readonly sub: string
  readonly purpose: Purpose
  readonly outcome: DecisionOutcome
  /** The check-in was a review, and this is what became of it: an admission or a refusal, later than `at`. Absent otherwise. */
  readonly settled?: Settler
  /** The ledger's last row when it was decided: the record itself where there is one. 0: the ledger was empty, and nothing was recorded. */
  readonly seq: number
  /** SHA-256 of the ledger's head, base64url. */
  readonly head: string
  readonly jti: string
  readonly iat: number
}

/** The decision, for the agency's backend. What was deferred has an interval, everything else a moment; seconds since 1970. */
export type DecisionClaims =
  | (DecisionFacts & { readonly assurance: Exclude<Assurance, 'deferred'>; readonly at: number })
  | (DecisionFacts & { readonly assurance: 'deferred'; readonly interval: readonly [from: number, to: number] })

/** The head of a tenant's ledger on a day, for others to keep. */
export interface HeadClaims {
  readonly iss: string
  /** Tenant. */
  readonly tid: string
  /** The day it was signed on, in the tenant's time zone: `YYYY-MM-DD`. */
  readonly day: string
  /** Last row of the ledger; 0 while it is empty. */
  readonly seq: number
  /** SHA-256 of that row, base64url. */
  readonly head: string
  readonly iat: number
}

/** A public P-256 key and nothing else. */
export interface PublicJwk {
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly x: string
  readonly y: string
}

/** A server's public key as published: its kid is its thumbprint. */
export interface PublishedJwk extends PublicJwk {
  readonly kid: string
  readonly alg: 'ES256'
  readonly use: 'sig'
}

/** What the server publishes: keys in use, ahead of use and after it. Others' kinds of key may be among them; they are passed over. */
export interface Jwks {
  readonly keys: readonly object[]
}

/** A message that verified. */
export interface Verified<T> {
  readonly claims: T
  /** The message's identity: see {@link payloadHash}. */
  readonly hash: string
}
