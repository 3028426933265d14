import { decodeManifest, decodeSeries, unpackBundle, type Manifest, type StepSeries } from '../../../src/evidence/index.js'
import { ROUTE_STEPS, type Action, type Route } from '../../../src/liveness/index.js'
import {
  createDeviceKeys,
  hashBytes,
  randomId,
  verifyBegin,
  verifyReceipt,
  verifyStep,
  type DeviceKeys,
  type PublicJwk,
  type StepClaims,
  type Verified,
} from '../../../src/receipt/index.js'

export const RELAY = 'https://agency.example/lintas-api/'

/** What a relay answers instead of the server, or that it does not; undefined: the server answers. `count` from 1, of requests to this path. */
export type Intercept = (path: string, count: number) => Response | 'no-answer' | 'answer-lost' | undefined

export interface FakeRelayOptions {
  readonly actions: readonly Action[]
  readonly opens?: (n: number, claims: StepClaims) => readonly number[]
  /** Of evidence that is in order. */
  readonly answer?: object
  readonly intercept?: Intercept
}

/** A request as it came. */
export interface Asked {
  readonly path: string
  readonly body: string | Uint8Array<ArrayBuffer>
}

/** Relay and server in one: checks signatures, hashes and order, draws from a list, and never compares. */
export class FakeRelay {
  readonly asked: Asked[] = []
  readonly steps: Verified<StepClaims>[] = []
  readonly series: StepSeries[] = []
  manifest: Manifest | undefined
  bundleBytes = 0
  /** Of the opened frames, bytes. */
  frameBytes: readonly number[] = []
  readonly sid = randomId()
  readonly #options: FakeRelayOptions
  readonly #token = `token.${randomId()}.x`
  readonly #left: Action[]
  readonly #opened: { step: number; index: number; sha256: string }[] = []
  readonly #answers = new Map<string, object>()
  #key: PublicJwk | undefined
  #nonce = ''
  #dark = false
  #route: Route = 'standard'

  constructor(options: FakeRelayOptions) {
    this.#options = options
    this.#left = [...options.actions]
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    const path = url.replace(RELAY, '')
    const body = init?.body as string | Uint8Array<ArrayBuffer>
    init?.signal?.throwIfAborted()
    this.asked.push({ path, body })
    const instead = this.#options.intercept?.(path, this.asked.filter((one) => one.path === path).length)
    if (instead === 'no-answer') throw new TypeError('network')
    if (instead !== undefined && instead !== 'answer-lost') return instead
    const answer = await this.#answerTo(url, path, body)
    if (instead === 'answer-lost') throw new TypeError('network')
    return Response.json(answer)
  }

  /** A repeat gets the answer that the first got. */
  async #answerTo(url: string, path: string, body: string | Uint8Array<ArrayBuffer>): Promise<object> {
    const identity = `${path} ${typeof body === 'string' ? body : await hashBytes(body)}`
    const before = this.#answers.get(identity)
    if (before !== undefined) return before
    const answer = await (typeof body === 'string'
      ? this.#message(url, path, JSON.parse(body) as Record<string, string>)
      : this.#evidence(path, body))
    this.#answers.set(identity, answer)
    return answer
  }

  async #message(url: string, path: string, message: Record<string, string>): Promise<object> {
    if (path === 'session') return { sid: this.sid, token: this.#token, expiresAt: '2026-11-24T08:10:00.000Z' }
    if (path === `sessions/${this.sid}/begin`) return this.#begin(url, message)
    const n = this.steps.length + 1
    if (path !== `sessions/${this.sid}/steps/${n}`) throw new Error(`no step is open at ${path}`)
    return this.#step(n, message['message'] ?? '')
  }

  async #begin(url: string, { token = '', proof = '', route }: Record<string, string>): Promise<object> {
    if (token !== this.#token) throw new Error('another token')
    this.#key = (await verifyBegin(proof, { token, method: 'POST', url })).publicKey
    this.#route = route as Route
    return { step: this.#next(1), steps: ROUTE_STEPS[this.#route] }
  }

  async #step(n: number, message: string): Promise<object> {
    const step = await verifyStep(message, { key: this.#key!, sid: this.sid, n, nonce: this.#nonce })
    this.steps.push(step)
    const { claims } = step
    this.#dark ||= claims.dark === true
    const done = this.steps.filter(({ claims: { shows } }) => shows !== undefined).length
    const usual = claims.shows === undefined ? [] : [...new Set([claims.shows, claims.frames.length - 1])]
    const open = this.#options.opens?.(n, claims) ?? usual
    this.#opened.push(...open.map((index) => ({ step: n, index, sha256: claims.frames[index]! })))
    const needed = ROUTE_STEPS[this.#route] + (this.#dark ? 1 : 0)
    return { open, ...(done < needed && { next: this.#next(n + 1) }) }
  }

  #next(n: number): object {
    this.#nonce = randomId()
    return { n, action: this.#left.shift(), nonce: this.#nonce }
  }

  async #evidence(path: string, body: Uint8Array<ArrayBuffer>): Promise<object> {
    const { receipt, manifest, series, frames } = unpackBundle(body)
    await verifyReceipt(receipt, { key: this.#key!, sid: this.sid, steps: this.steps.map(({ hash }) => hash), manifest })
    this.manifest = decodeManifest(manifest)
    this.bundleBytes = body.length
    this.frameBytes = frames.map(({ length }) => length)
    const hashes = await Promise.all(series.map((bytes) => hashBytes(bytes)))
    if (hashes.join() !== this.steps.map(({ claims }) => claims.series).join()) throw new Error('other series than committed to')
    if ((await Promise.all(frames.map((jpeg) => hashBytes(jpeg)))).join() !== this.#opened.map(({ sha256 }) => sha256).join())
      throw new Error('other frames than committed to and asked for')
    this.series.push(...series.map((bytes) => decodeSeries(bytes)))
    return this.#options.answer ?? (path === 'enrolments' ? { enrolmentId: this.sid, state: 'pending' } : { outcome: 'admitted', next: 'done' })
  }
}

export function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify({ type: 'about:blank', title: 'no', status, code }), {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  })
}

/** A device's key that lives as long as the test. */
export function keysInMemory(): DeviceKeys {
  let kept: unknown
  return createDeviceKeys({
    get: () => Promise.resolve(kept),
    set: (choose) => Promise.resolve((kept = choose(kept))),
    delete: () => Promise.resolve((kept = undefined)),
  })
}
