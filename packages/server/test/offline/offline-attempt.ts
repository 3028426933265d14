import { createSealer, deferredActions, PACKS_TOKEN, partName, SEALED_PART_EXTRA, sidOf, stepNonce, type Pack } from '@lintas/core/check-in'
import { encodeManifest, packBundle, type Manifest } from '@lintas/core/evidence'
import { PAD_NOT_ASSESSED } from '@lintas/core/liveness'
import { hashBytes, payloadHash, randomId, signBegin, signReceipt, signStep, type DeviceKey, type StepClaims } from '@lintas/core/receipt'
import { jpeg, type Bench, type Tenant, type Told } from '../api/bench.js'

const RELAY = 'https://absen.example.go.id/lintas-api/'
type Bytes = Uint8Array<ArrayBuffer>

/** What a browser without a network does, one message at a time, so that a test can do it wrong. */
export class OfflineAttempt {
  readonly #bench: Bench
  readonly tenant: Tenant
  readonly device: DeviceKey
  readonly subjectId: string
  sid = ''
  nonce = ''
  readonly series: Bytes[] = []
  readonly frames: Bytes[][] = []
  readonly messages: string[] = []
  #sealer: Awaited<ReturnType<typeof createSealer>> | undefined

  constructor(bench: Bench, tenant: Tenant, device: DeviceKey, subjectId: string) {
    this.#bench = bench
    this.tenant = tenant
    this.device = device
    this.subjectId = subjectId
  }

  /** As the relay says it. */
  get login(): Readonly<Record<string, string>> {
    return { 'x-lintas-subject': this.subjectId }
  }

  async askPack(changes: { readonly device?: DeviceKey; readonly url?: string; readonly token?: string } = {}): Promise<Told> {
    return await this.#ask('packs', await this.packRequest(changes))
  }

  /** The body of `packs`, but for the subject. */
  async packRequest(changes: { readonly device?: DeviceKey; readonly url?: string; readonly token?: string } = {}): Promise<object> {
    const { device = this.device, url = `${RELAY}packs`, token = PACKS_TOKEN } = changes
    return { proof: await signBegin({ token, method: 'POST', url, jti: randomId() }, device), target: `${RELAY}packs` }
  }

  async pack(): Promise<Pack> {
    const told = await this.askPack()
    if (told.status !== 200) throw new Error(`${told.status} ${told.text}`)
    return told.body as unknown as Pack
  }

  /** Does `count` steps with a nonce. `changes` alter the claims of each. */
  async make(pack: Pack, nonce: string, count = 3, changes: Partial<StepClaims> = {}): Promise<this> {
    this.nonce = nonce
    this.sid = await sidOf(nonce)
    this.#sealer = await createSealer(pack.key, this.sid)
    for (let n = 1; n <= count; n += 1) {
      const frames = Array.from({ length: 8 }, (_, index) => jpeg(`${this.sid} ${n} ${index} ${randomId()}`))
      const series = new TextEncoder().encode(`series ${n} ${randomId()}`)
      const hashes = await Promise.all(frames.map(hashBytes))
      const claims = { sid: this.sid, n, nonce: await stepNonce(nonce, n), frames: hashes, series: await hashBytes(series), shows: 4, ...changes }
      this.messages.push(await signStep(claims, this.device))
      this.series.push(series)
      this.frames.push(frames)
    }
    return this
  }

  /** The body of `deferred`. */
  async request(changes: object = {}): Promise<Readonly<Record<string, unknown>>> {
    const target = `${RELAY}deferred`
    const proof = await signBegin({ token: this.nonce, method: 'POST', url: target, jti: randomId() }, this.device)
    const { subjectId, nonce, messages: steps } = this
    return { subjectId, nonce, proof, target, route: 'standard', steps, contentKey: this.#sealer?.contentKey, ...changes }
  }

  async defer(changes: object = {}, tenant = this.tenant, headers: Record<string, string> = {}): Promise<Told> {
    return await this.#bench.ask('POST', '/v1/deferred', {
      key: tenant.keys.agency,
      json: await this.request(changes),
      headers: { ...this.login, ...headers },
    })
  }

  /** The sealed bundle with the frames that were asked for. */
  async bundle(open: readonly (readonly number[])[], changes: { readonly startedAt?: string } = {}): Promise<Bytes> {
    const manifest = await this.#manifest(changes.startedAt ?? '2026-03-02T00:30:00.000Z')
    const steps = await Promise.all(this.messages.map(payloadHash))
    const receipt = await signReceipt({ sid: this.sid, jti: randomId(), steps, manifest: await hashBytes(manifest) }, this.device)
    const seal = (name: string, bytes: Bytes): Promise<Bytes> => this.#sealer!.seal(name, bytes)
    const opened = open.flatMap((indices, at) => indices.map((index) => [at + 1, index] as const))
    return packBundle(
      {
        receipt,
        manifest: await seal(partName.manifest, manifest),
        series: await Promise.all(this.series.map((bytes, at) => seal(partName.series(at + 1), bytes))),
        frames: await Promise.all(opened.map(([step, index]) => seal(partName.frame(step, index), this.frames[step - 1]![index]!))),
      },
      SEALED_PART_EXTRA,
    )
  }

  async submit(bytes: Uint8Array, type = 'application/vnd.lintas.evidence+sealed', tenant = this.tenant): Promise<Told> {
    return await this.#bench.ask('POST', '/v1/check-ins', { key: tenant.keys.agency, bytes, type, headers: this.login })
  }

  async decision(): Promise<Told> {
    return await this.#bench.ask('GET', `/v1/sessions/${this.sid}/decision`, { key: this.tenant.keys.agency })
  }

  /** The actions that the nonce draws. */
  actions(): Promise<readonly string[]> {
    return deferredActions(
      this.nonce,
      'standard',
      this.messages.map(() => true),
    )
  }

  async #manifest(startedAt: string): Promise<Bytes> {
    const manifest: Manifest = {
      ...{ schema: 'lintas-evidence/1', sid: this.sid, route: 'standard', opened: [] },
      series: await Promise.all(this.series.map(async (bytes) => ({ bytes: bytes.length, sha256: await hashBytes(bytes) }))),
      ...{ camera: { width: 640, height: 480, frameRate: 30 }, detector: 'mediapipe', models: [], build: { version: '0.1.0' } },
      ...{ clock: { startedAt, finishedAt: startedAt }, pad: PAD_NOT_ASSESSED },
    }
    return encodeManifest(manifest)
  }

  async #ask(path: string, body: object): Promise<Told> {
    return await this.#bench.ask('POST', `/v1/${path}`, {
      ...{ key: this.tenant.keys.agency, headers: this.login },
      json: { subjectId: this.subjectId, ...body },
    })
  }
}
