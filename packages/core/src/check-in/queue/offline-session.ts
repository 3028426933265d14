import { LintasError } from '../../errors/index.js'
import { encodeManifest } from '../../evidence/index.js'
import { drawAction, ROUTE_STEPS, type Action, type Route } from '../../liveness/index.js'
import { hashBytes, MAX_STEPS, randomId, signBegin, signReceipt, type DeviceKey } from '../../receipt/index.js'
import type { StepRecord } from '../recording/index.js'
import type { CommittedStep } from '../server/committed-session.js'
import { manifestOf, type AttemptClaims } from '../server/evidence-of.js'
import { stepMessage } from '../server/step-message.js'
import { drawsOf, sidOf, stepNonce, type Pack } from './pack.js'
import { createSealer, partName, type Sealer } from './sealing.js'
import type { QueueStore, TakenNonce } from './store.js'

/** What an {@link OfflineSession} is of. */
export interface OfflineSessionParts {
  readonly store: QueueStore
  readonly subject: string
  /** The same for all messages of the session. */
  readonly key: DeviceKey
  readonly route: Route
  /** The absolute address of `deferred` at the relay. */
  readonly target: string
  /** Asked before a nonce is taken; rejects where the attempt is one too many. */
  readonly admit: () => Promise<void>
}

/** From here on it has begun. */
interface Begun {
  readonly nonce: string
  readonly sealer: Sealer
  readonly random: () => number
}

/**
 * A session without a network: what is asked is fixed by a nonce of the pack, and revealed one action at a time all the same. Every step is signed
 * and sealed as it ends.
 */
export class OfflineSession {
  readonly #parts: OfflineSessionParts
  readonly #day: string
  readonly #steps: CommittedStep[] = []
  readonly #messages: string[] = []
  readonly #series: Uint8Array<ArrayBuffer>[] = []
  readonly #frames: Uint8Array<ArrayBuffer>[][] = []
  readonly #taken: { readonly action: Action; readonly done: boolean; readonly dark: boolean }[] = []
  #sid: string
  #begun: Begun | undefined
  #asked: Action | undefined

  /** @throws LintasError `queue-pack` where there is nothing to make a check-in with */
  static async open(parts: OfflineSessionParts): Promise<OfflineSession> {
    const kept = await parts.store.pack(parts.subject)
    const [next] = kept?.left ?? []
    if (kept === undefined || next === undefined) throw noPack()
    return new OfflineSession(parts, kept.pack, await sidOf(next))
  }

  private constructor(parts: OfflineSessionParts, { day }: Pack, sid: string) {
    this.#parts = parts
    this.#day = day
    this.#sid = sid
  }

  get sid(): string {
    return this.#sid
  }

  get steps(): readonly CommittedStep[] {
    return this.#steps
  }

  /** Takes the next nonce of the pack for good, and gives the first action. @throws LintasError `queue-pack`, `queue-full`, `attempts-limited` */
  async begin(): Promise<Action> {
    const { store, subject, admit } = this.#parts
    await admit()
    const taken: TakenNonce | undefined = await store.takeNonce(subject)
    if (taken === undefined) throw noPack()
    const { nonce, pack } = taken
    this.#sid = await sidOf(nonce)
    this.#begun = { nonce, sealer: await createSealer(pack.key, this.#sid), random: await drawsOf(nonce) }
    return this.#draw(this.#begun, undefined)
  }

  /** Commits to a step that has ended; gives the next action, undefined after the last. @throws LintasError `evidence-*` */
  async commit(record: StepRecord): Promise<Action | undefined> {
    const begun = this.#begun
    const action = this.#asked
    if (begun === undefined || action !== record.series.action)
      throw new LintasError('unexpected', 'a step that this session did not ask for was recorded')
    const n = this.#steps.length + 1
    const nonce = await stepNonce(begun.nonce, n)
    const { message, hash, series, seriesSha256 } = await stepMessage(record, { sid: this.#sid, n, nonce }, this.#parts.key)
    this.#series.push(await begun.sealer.seal(partName.series(n), series))
    this.#frames.push(await Promise.all(record.jpegs.map((jpeg, index) => begun.sealer.seal(partName.frame(n, index), jpeg))))
    this.#messages.push(message)
    this.#steps.push({ hash, series, seriesSha256, opened: [] })
    this.#taken.push({ action, done: record.shows !== undefined, dark: record.dark === true })
    this.#asked = undefined
    return this.#isOver() ? undefined : this.#draw(begun, record.shows === undefined ? action : undefined)
  }

  /** Signs and seals the whole, keeps it, and forgets what could open it. @throws LintasError `store-*`, `queue-full`, `evidence-*` */
  async finish(claims: AttemptClaims, sinceMs: number): Promise<void> {
    const { store, subject, key, route, target } = this.#parts
    const begun = this.#begun
    if (begun === undefined) throw new LintasError('unexpected', 'the session has not begun')
    const { nonce, sealer } = begun
    const sid = this.#sid
    const manifest = encodeManifest(manifestOf(this, claims))
    const steps = this.#steps.map(({ hash }) => hash)
    const receipt = await signReceipt({ sid, jti: randomId(), steps, manifest: await hashBytes(manifest) }, key)
    const proof = await signBegin({ token: nonce, method: 'POST', url: target, jti: randomId() }, key)
    const sealed = await sealer.seal(partName.manifest, manifest)
    sealer.forget()
    this.#begun = undefined
    const message = { nonce, proof, route, steps: this.#messages, contentKey: sealer.contentKey }
    const request = { kind: 'deferred', message, receipt, day: this.#day } as const
    await store.add({ sid, subject, sinceMs, request }, { manifest: sealed, series: this.#series, frames: this.#frames })
  }

  /** As the server's own course of a session: one replacement, one step more in the dark. */
  #isOver(): boolean {
    const undone = this.#taken.filter(({ done }) => !done).length
    const needed = ROUTE_STEPS[this.#parts.route] + (this.#taken.some(({ dark }) => dark) ? 1 : 0)
    return undone > 1 || this.#taken.length - undone >= needed || this.#taken.length >= MAX_STEPS
  }

  #draw({ random }: Begun, failed: Action | undefined): Action {
    const done = this.#taken.filter((step) => step.done).map(({ action }) => action)
    this.#asked = drawAction(this.#parts.route, done, random, failed)
    return this.#asked
  }
}

function noPack(): LintasError {
  return new LintasError('queue-pack', 'Nothing is left on this device that a check-in without a network could be made with')
}
