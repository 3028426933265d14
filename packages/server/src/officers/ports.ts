/** Where passkeys are made and used, and whether acts need them. */
export interface PasskeyPolicy {
  /** The relying party's id: a domain, such as `absen.example.go.id`. */
  readonly rpId: string
  /** Shown by authenticators. */
  readonly name: string
  /** Origins of the pages on which officers act. */
  readonly origins: readonly string[]
  /** Whether every act of an officer needs one. */
  readonly required: boolean
}

/** What a browser gives for a new passkey: `RegistrationResponseJSON` of WebAuthn. */
export interface RegistrationResponse {
  readonly id: string
  readonly rawId: string
  readonly type: string
  readonly response: { readonly clientDataJSON: string; readonly attestationObject: string; readonly transports?: readonly string[] }
}

/** What a browser gives when a passkey is used: `AuthenticationResponseJSON` of WebAuthn. */
export interface AssertionResponse {
  readonly id: string
  readonly rawId: string
  readonly type: string
  readonly response: { readonly clientDataJSON: string; readonly authenticatorData: string; readonly signature: string; readonly userHandle?: string }
}

/** Who acts, in which tenant. */
export interface Actor {
  readonly tenantId: string
  readonly actor: string
}

/** An act as it is asked for. */
export interface Act {
  readonly method: string
  /** As in the request line, with its query. */
  readonly path: string
  /** SHA-256 of the body's bytes, lower-case hex; of none, of nothing. */
  readonly bodySha256: string
}

/** Options of WebAuthn as JSON, for the browser. */
export interface CeremonyOptions {
  readonly challenge: string
}
