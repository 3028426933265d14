import { deferredActions, openContentKey, openPart, partName, SEALED_PART_EXTRA, sidOf, stepNonce, type Pack } from '../../../src/check-in/index.js'
import type { SendPorts } from '../../../src/check-in/queue/ports.js'
import type { DeferredMessage } from '../../../src/check-in/index.js'
import { LintasError } from '../../../src/errors/index.js'
import { decodeManifest, decodeSeries, unpackBundle } from '../../../src/evidence/index.js'
import type { Action } from '../../../src/liveness/index.js'
import {
  hashBytes,
  randomId,
  verifyBegin,
  verifyReceipt,
  verifyStep,
  type PublicJwk,
  type StepClaims,
  type Verified,
} from '../../../src/receipt/index.js'
import { RELAY } from '../server/fake-relay.js'
import { importServer, packOf } from './fixtures.js'

/** An offline session that the server knows. */
interface Deferred {
  readonly said: string
  readonly key: PublicJwk
  readonly content: CryptoKey
  readonly steps: readonly Verified<StepClaims>[]
  readonly open: readonly (readonly number[])[]
  readonly actions: readonly Action[]
}

/** A server that records: by sid and payload once, and a repeat gets the answer that the first got. Nothing of it knows of queues. */
export class FakeServer {
  /** How often each session was recorded. */
  readonly recorded = new Map<string, number>()
  readonly actions = new Map<string, readonly Action[]>()
  /** Sessions of the server's own, over at some time. */
  readonly over = new Set<string>()
  readonly #keys = importServer()
  readonly #issued = new Set<string>()
  readonly #deferred = new Map<string, Deferred>()
  readonly #payloads = new Map<string, string>()

  /** A pack; where the person can do some actions only, of nonces that ask for these. */
  async issue(can?: readonly Action[]): Promise<Pack> {
    const nonces: string[] = []
    while (nonces.length < 2) {
      const nonce = `${randomId()}${nonces.length}`
      const actions = await deferredActions(nonce, 'standard', [true, true, true])
      if (can === undefined || actions.every((action) => can.includes(action))) nonces.push(nonce)
    }
    for (const nonce of nonces) this.#issued.add(nonce)
    return packOf((await this.#keys).publicJwk, nonces)
  }

  readonly ports: SendPorts = {
    deferred: (message) => this.#takeDeferred(message),
    evidence: (_path, bundle, sealed) => (sealed ? this.#takeSealed(bundle) : this.#takeBundle(bundle)),
  }

  async #takeDeferred(message: DeferredMessage): Promise<object> {
    const { nonce, proof, route, contentKey } = message
    if (!this.#issued.has(nonce)) throw refusal(404, 'not-found')
    const sid = await sidOf(nonce)
    const said = JSON.stringify(message)
    const before = this.#deferred.get(sid)
    if (before !== undefined && before.said !== said) throw refusal(409, 'session-conflict')
    if (before !== undefined) return { sid, open: before.open }
    const { publicKey: key } = await verifyBegin(proof, { token: nonce, method: 'POST', url: `${RELAY}deferred` })
    const steps: Verified<StepClaims>[] = []
    for (const [at, step] of message.steps.entries())
      steps.push(await verifyStep(step, { key, sid, n: at + 1, nonce: await stepNonce(nonce, at + 1) }))
    const done = steps.map(({ claims }) => claims.shows !== undefined)
    const actions = await deferredActions(nonce, route, done)
    const open = steps.map(({ claims: { shows, frames } }, at) => (shows === undefined ? [] : at === 0 ? [shows, frames.length - 1] : [shows]))
    const content = await openContentKey((await this.#keys).privateKey, contentKey, sid)
    this.#deferred.set(sid, { said, key, content, steps, open, actions })
    return { sid, open }
  }

  async #takeSealed(bundle: Uint8Array<ArrayBuffer>): Promise<object> {
    const parts = unpackBundle(bundle, undefined, SEALED_PART_EXTRA)
    const { sid } = JSON.parse(Buffer.from(parts.receipt.split('.')[1] ?? '', 'base64url').toString()) as { sid: string }
    const session = this.#deferred.get(sid)
    if (session === undefined) throw refusal(404, 'not-found')
    const { key, content, steps, open, actions } = session
    const manifest = await openPart(content, sid, partName.manifest, parts.manifest)
    await verifyReceipt(parts.receipt, { key, sid, steps: steps.map(({ hash }) => hash), manifest })
    if (decodeManifest(manifest).opened.length > 0) throw new Error('the manifest knows what was opened')
    for (const [at, { claims }] of steps.entries()) {
      const series = await openPart(content, sid, partName.series(at + 1), parts.series[at]!)
      if ((await hashBytes(series)) !== claims.series) throw new Error('another series than committed to')
      if (decodeSeries(series).action !== actions[at]) throw new Error('another action than the nonce gives')
    }
    const wanted = open.flatMap((indices, at) => indices.map((index) => ({ n: at + 1, index, sha256: steps[at]!.claims.frames[index] })))
    if (wanted.length !== parts.frames.length) throw new Error('another number of frames than asked for')
    for (const [at, { n, index, sha256 }] of wanted.entries()) {
      const jpeg = await openPart(content, sid, partName.frame(n, index), parts.frames[at]!)
      if ((await hashBytes(jpeg)) !== sha256) throw new Error('another frame than committed to')
    }
    this.actions.set(sid, actions)
    return this.#record(sid, await hashBytes(bundle))
  }

  /** Bundles of sessions of the server's own are `sid` and no more here. */
  async #takeBundle(bundle: Uint8Array<ArrayBuffer>): Promise<object> {
    const sid = new TextDecoder().decode(bundle)
    if (this.over.has(sid)) throw refusal(410, 'session-expired')
    return this.#record(sid, await hashBytes(bundle))
  }

  #record(sid: string, payload: string): object {
    const before = this.#payloads.get(sid)
    if (before !== undefined && before !== payload) throw refusal(409, 'session-conflict')
    if (before === undefined) this.recorded.set(sid, (this.recorded.get(sid) ?? 0) + 1)
    this.#payloads.set(sid, payload)
    return { outcome: 'admitted', next: 'done' }
  }
}

/** As `faultOf` of the relay has it. */
export function refusal(status: number, code: string): LintasError {
  return new LintasError('server-session', `the relay answered ${status}`, { details: { status, code } })
}

export function noNetwork(): LintasError {
  return new LintasError('server-network', 'the relay gave no answer')
}
