/** A request of the agency's backend to the LINTAS server. */
export interface LintasRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** With its leading slash, e.g. `/v1/subjects`. */
  readonly path: string
  /** Whose key goes with it. */
  readonly as: 'agency' | 'officer'
  /** Which officer's key it is. Default: the first one's. */
  readonly actor?: string
  /** Another officer, whose key goes with it, too. */
  readonly second?: string
  readonly body?: object
}

/** What the server answered, whatever its status. */
export interface LintasAnswer {
  readonly status: number
  /** Parsed JSON; undefined where there was none. */
  readonly body: unknown
  /** Of a picture; undefined for everything else. */
  readonly jpeg?: Uint8Array
}

/** The way from the agency to the server: HTTP where they are two processes, a call where they are one. Keys stay behind it. */
export type LintasClient = (request: LintasRequest) => Promise<LintasAnswer>
