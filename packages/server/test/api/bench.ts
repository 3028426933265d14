import Fastify, { type FastifyInstance } from 'fastify'
import { SHIPPED_CALIBRATION } from '@lintas/core/comparison'
import { encodeManifest, packBundle, type Bundle, type Manifest } from '@lintas/core/evidence'
import { PAD_NOT_ASSESSED, ROUTE_STEPS, type Route } from '@lintas/core/liveness'
import {
  createDeviceKeys,
  generateServerKey,
  hashBytes,
  payloadHash,
  publicJwks,
  randomId,
  signBegin,
  signReceipt,
  signStep,
  type DeviceKey,
  type ReceiptClaims,
  type ServerKey,
  type StepClaims,
} from '@lintas/core/receipt'
import type { Template } from '@lintas/core/reference'
import type { Access } from '../../src/api/caller.js'
import { lintasApi, type ApiParts } from '../../src/api/index.js'
import type { CheckInPolicy, Findings, VerificationInput } from '../../src/sessions/index.js'
import * as store from '../../src/storage/index.js'
import { openKeyring, sealTemplate, type Keyring } from '../../src/vault/index.js'

export const START = Date.parse('2026-03-02T00:30:00Z')
export const ISSUER = 'lintas-test'
const TARGET = 'https://absen.example.go.id/lintas-api/sessions/'
const ROLES = ['agency', 'officer', 'regency', 'operator'] as const
/** Whose the keys of a new tenant are, but for the agency's. */
export const ACTOR = 'officer-9'

export const PASSKEYS = { rpId: 'example.go.id', name: 'LINTAS test', origins: ['https://absen.example.go.id'], required: false }

/** An answer of the API. */
export interface Told {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  /** Of JSON; empty otherwise. */
  readonly body: Readonly<Record<string, unknown>>
}

/** A tenant with a key of each role. */
export interface Tenant {
  readonly id: string
  readonly keys: Readonly<Record<store.ApiKeyRole, string>>
}

export interface Ask {
  readonly key?: string
  readonly json?: unknown
  readonly bytes?: Uint8Array
  /** Of bytes. Default: evidence as it is. */
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

export const ADMITTED: Findings = { outcome: 'admitted', reasons: [], disagreement: [], replay: new Uint8Array([1, 2, 3]) }
export const REFUSED: Findings = { ...ADMITTED, outcome: 'refused', reasons: ['comparison:non-match'], hint: 'look-straight' }

/** The API over an embedded database in memory, with real keys and a verifier that says what it is told to. */
export interface Bench {
  readonly app: FastifyInstance
  readonly storage: store.Storage
  readonly clock: { now: number }
  readonly serverKey: ServerKey
  readonly keyring: Keyring
  /** Every route that is registered. */
  readonly routes: { readonly method: string; readonly url: string; readonly access: Access | undefined }[]
  /** What the verifier says, or throws. */
  verdict: Findings | Error
  readonly seen: VerificationInput[]
  duplicates: { own: readonly string[]; elsewhere: number; leftOut: number }
  /** Tenants and subjects whose pairs were flagged. */
  readonly flagged: (readonly [string, string])[]
  ask(method: string, url: string, ask?: Ask): Promise<Told>
  tenant(id: string, kind?: store.Tenant['kind']): Promise<Tenant>
  /** A key of this officer's, or of another role. */
  keyOf(tenant: Tenant, actor: string, role?: store.ApiKeyRole): Promise<string>
  close(): Promise<void>
}

export async function startBench(policy: Partial<CheckInPolicy> = {}, parts: Partial<ApiParts> = {}): Promise<Bench> {
  const clock = { now: START }
  const storage = await store.openStorage({ kind: 'memory' }, { clock: () => clock.now })
  const keyring = await openKeyring({ kind: 'text', text: JSON.stringify({ current: 'k1', keys: { k1: Buffer.alloc(32, 7).toString('base64') } }) })
  const serverKey = await generateServerKey()
  const app = Fastify()
  const bench: Bench = {
    ...{
      app,
      storage,
      clock,
      serverKey,
      keyring,
      routes: [],
      verdict: ADMITTED,
      seen: [],
      duplicates: { own: [], elsewhere: 0, leftOut: 0 },
      flagged: [],
    },
    ask: (method, url, ask = {}) => inject(app, method, url, ask),
    tenant: (id, kind = 'agency') => makeTenant(storage, id, kind),
    keyOf: async ({ id }, actor, role = 'officer') => (await storage.transact(id, (scope) => store.issueApiKey(scope, role, 'test', actor))).token,
    close: async () => {
      await app.close()
      await storage.close()
    },
  }
  app.addHook('onRoute', ({ method, url, config }) => {
    for (const one of [method].flat()) if (one !== 'HEAD') bench.routes.push({ method: one, url, access: config?.access })
  })
  app.register(lintasApi, {
    ...{ storage, keyring, issuer: ISSUER, signing: () => ({ key: serverKey, jwks: publicJwks([serverKey]) }) },
    verifier: {
      verify: (input: VerificationInput) => {
        bench.seen.push(input)
        return bench.verdict instanceof Error ? Promise.reject(bench.verdict) : Promise.resolve(bench.verdict)
      },
    },
    duplicates: {
      search: () => Promise.resolve(bench.duplicates),
      flag: (tenantId, subjectId) => Promise.resolve(void bench.flagged.push([tenantId, subjectId])),
    },
    health: { models: () => Promise.resolve(true), verifier: () => Promise.resolve(true) },
    policy: {
      ...{ id: 'policy-1', pad: 'standard' as const, calibration: SHIPPED_CALIBRATION, calibrationId: 'shipped', provisional: 'admit' as const },
      ...{ placeRequired: false, keepReplayMs: 30 * 86_400_000, keepSealedMs: 7 * 86_400_000, ...policy },
    },
    regencyOf: () => Promise.resolve('regency'),
    passkeys: PASSKEYS,
    metricsToken: 'm'.repeat(40),
    ...parts,
  })
  await app.ready()
  return bench
}

export async function inject(
  app: FastifyInstance,
  method: string,
  url: string,
  { key, json, bytes, type: sent = 'application/vnd.lintas.evidence', headers = {} }: Ask,
): Promise<Told> {
  const type = bytes !== undefined ? sent : json !== undefined ? 'application/json' : undefined
  const told = await app.inject({
    method: method as 'GET',
    url,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(type === undefined ? {} : { 'content-type': type }),
      ...headers,
    },
    ...(bytes !== undefined ? { payload: Buffer.from(bytes) } : json !== undefined ? { payload: JSON.stringify(json) } : {}),
  })
  const isJson = String(told.headers['content-type']).includes('json')
  return { status: told.statusCode, headers: told.headers, text: told.body, body: isJson ? (JSON.parse(told.body) as Told['body']) : {} }
}

export async function makeTenant(storage: store.Storage, id: string, kind: store.Tenant['kind']): Promise<Tenant> {
  return await storage.transact(id, async (scope) => {
    await store.createTenant(scope, { kind, name: id, timeZone: 'Asia/Jakarta' })
    const keys: Partial<Record<store.ApiKeyRole, string>> = {}
    for (const role of ROLES) keys[role] = (await store.issueApiKey(scope, role, role, role === 'agency' ? undefined : ACTOR)).token
    return { id, keys: keys as Record<store.ApiKeyRole, string> }
  })
}

export async function makeDevice(): Promise<DeviceKey> {
  let kept: unknown
  const get = () => Promise.resolve(kept)
  const set = (choose: (kept: unknown) => unknown) => Promise.resolve((kept = choose(kept)))
  return await createDeviceKeys({ get, set, delete: () => Promise.resolve() }).get()
}

/** A subject with consent and, unless told otherwise, an active reference. */
export async function makeSubject(bench: Bench, tenant: Tenant, enrolled = true): Promise<string> {
  const { body } = await bench.ask('POST', '/v1/subjects', { key: tenant.keys.agency, json: {} })
  const subjectId = String(body['subjectId'])
  await bench.ask('POST', `/v1/subjects/${subjectId}/consents`, { key: tenant.keys.agency, json: { version: '1', text: 'I agree' } })
  if (enrolled) await activate(bench, tenant.id, subjectId)
  return subjectId
}

async function activate(bench: Bench, tenantId: string, subjectId: string): Promise<void> {
  const referenceId = randomId()
  const sealed = sealTemplate(bench.keyring, { tenantId, subjectId, referenceId }, template(subjectId))
  await bench.storage.transact(tenantId, async (scope) => {
    await store.addReference(scope, subjectId, {
      ...{ referenceId, ciphertext: sealed.ciphertext, keyId: sealed.keyId, modelIds: ['m'], quality: 0.9, createdBy: 'somebody' },
    })
    await store.approveReference(scope, referenceId, ['officer-0'])
  })
}

/** In every space that the calibration compares. */
export function template(subjectId: string): Template {
  const models = SHIPPED_CALIBRATION.models.toSorted((left, right) => (left.space < right.space ? -1 : 1))
  const embeddings = models.map(({ space, mean }) => {
    const vector = new Float32Array(mean?.length ?? 128)
    vector[0] = 1
    return { space, modelId: space, modelSha256: '0'.repeat(64), vector }
  })
  return { schema: 'lintas-template/1', subjectId, embeddings, createdAt: '2026-03-02T00:00:00.000Z', sampleCount: 3, quality: 0.9 }
}

type Bytes = Uint8Array<ArrayBuffer>
/** `shows: undefined`: the action was not done. */
type StepChanges = Partial<Omit<StepClaims, 'shows'>> & { readonly shows?: number | undefined }

/** What a browser does, one message at a time, so that a test can do it wrong. */
export class Attempt {
  readonly #bench: Bench
  readonly tenant: Tenant
  readonly device: DeviceKey
  sid = ''
  token = ''
  subjectId = ''
  route: Route = 'standard'
  next: { n: number; action: string; nonce: string } | undefined
  readonly messages: string[] = []
  readonly actions: string[] = []
  readonly series: Bytes[] = []
  readonly opened: { step: number; index: number; bytes: Bytes }[] = []

  constructor(bench: Bench, tenant: Tenant, device: DeviceKey) {
    this.#bench = bench
    this.tenant = tenant
    this.device = device
  }

  /** As the relay says it: whoever the session was opened for is logged in. */
  get login(): Readonly<Record<string, string>> {
    return { 'x-lintas-subject': this.subjectId }
  }

  async issue(subjectId: string, purpose = 'check-in', more: object = {}): Promise<Told> {
    const told = await this.#bench.ask('POST', '/v1/sessions', { key: this.tenant.keys.agency, json: { subjectId, purpose, ...more } })
    if (told.status === 201) [this.sid, this.token, this.subjectId] = [String(told.body['sid']), String(told.body['token']), subjectId]
    return told
  }

  /** The body of `begin`. */
  async proof(
    changes: { url?: string; token?: string; device?: DeviceKey; jti?: string } = {},
  ): Promise<{ proof: string; target: string; token: string; route: Route }> {
    const target = `${TARGET}${this.sid}/begin`
    const { url = target, token = this.token, device = this.device, jti = randomId() } = changes
    return { token: this.token, target, route: this.route, proof: await signBegin({ token, method: 'POST', url, jti }, device) }
  }

  async begin(json?: object, headers: Record<string, string> = {}): Promise<Told> {
    const body = json ?? (await this.proof())
    const relayed = { ...this.login, ...headers }
    const told = await this.#bench.ask('POST', `/v1/sessions/${this.sid}/begin`, { key: this.tenant.keys.agency, json: body, headers: relayed })
    if (told.status === 200) this.next = told.body['step'] as typeof this.next
    return told
  }

  /** A step's message with eight frames; `changes` alter its claims. */
  async message(changes: StepChanges = {}, device = this.device): Promise<{ message: string; frames: Bytes[]; series: Bytes }> {
    const { n, nonce } = this.next!
    const frames = Array.from({ length: 8 }, (_, index) => jpeg(`${this.sid} ${n} ${index} ${randomId()}`))
    const series = new TextEncoder().encode(`series ${n} ${randomId()}`)
    const hashes = await Promise.all(frames.map(hashBytes))
    const { shows: _shows, ...rest } = changes
    const shows = 'shows' in changes ? changes.shows : 4
    const claims: StepClaims = { sid: this.sid, n, nonce, frames: hashes, series: await hashBytes(series), ...rest }
    const given = shows === undefined ? claims : { ...claims, shows }
    return { message: await signStep(given, device), frames, series }
  }

  async send(n: number, message: string): Promise<Told> {
    const { tenant, login: headers } = this
    return await this.#bench.ask('POST', `/v1/sessions/${this.sid}/steps/${n}`, { key: tenant.keys.agency, json: { message }, headers })
  }

  /** Does the step that is open. */
  async step(changes: StepChanges = {}): Promise<Told> {
    const { n, action } = this.next!
    this.#bench.clock.now += 1_000
    const { message, frames, series } = await this.message(changes)
    const told = await this.send(n, message)
    if (told.status !== 200) return told
    this.messages.push(message)
    this.actions.push(action)
    this.series.push(series)
    for (const index of told.body['open'] as number[]) this.opened.push({ step: n, index, bytes: frames[index]! })
    this.next = told.body['next'] as typeof this.next
    return told
  }

  /** From the agency's asking to the last step. */
  async run(subjectId: string, purpose = 'check-in'): Promise<this> {
    expectStatus(await this.issue(subjectId, purpose), 201)
    expectStatus(await this.begin(), 200)
    for (let count = 0; count < ROUTE_STEPS[this.route]; count += 1) expectStatus(await this.step(), 200)
    return this
  }

  async manifest(changes: Partial<Manifest> = {}): Promise<Bytes> {
    const mark = async (bytes: Bytes) => ({ bytes: bytes.length, sha256: await hashBytes(bytes) })
    return encodeManifest({
      ...{ schema: 'lintas-evidence/1', sid: this.sid, route: this.route, series: await Promise.all(this.series.map(mark)) },
      opened: await Promise.all(this.opened.map(async ({ step, index, bytes }) => ({ ...(await mark(bytes)), step, index }))),
      ...{ camera: { width: 640, height: 480, frameRate: 30 }, detector: 'mediapipe', models: [], build: { version: '0.1.0' } },
      ...{ clock: { startedAt: '2026-03-02T00:30:00.000Z', finishedAt: '2026-03-02T00:30:20.000Z' }, pad: PAD_NOT_ASSESSED },
      ...changes,
    })
  }

  async bundle(changes: Partial<Bundle> & { claims?: Partial<ReceiptClaims>; device?: DeviceKey } = {}): Promise<Bytes> {
    const { claims, device = this.device, ...parts } = changes
    const manifest = parts.manifest ?? (await this.manifest())
    const steps = await Promise.all(this.messages.map(payloadHash))
    const receipt = await signReceipt({ sid: this.sid, jti: randomId(), steps, manifest: await hashBytes(manifest), ...claims }, device)
    return packBundle({ receipt, manifest, series: this.series, frames: this.opened.map(({ bytes }) => bytes), ...parts })
  }

  async submit(bytes: Uint8Array, to = 'check-ins', headers: Record<string, string> = {}, tenant = this.tenant): Promise<Told> {
    return await this.#bench.ask('POST', `/v1/${to}`, { key: tenant.keys.agency, bytes, headers: { ...this.login, ...headers } })
  }

  async decision(tenant = this.tenant): Promise<Told> {
    return await this.#bench.ask('GET', `/v1/sessions/${this.sid}/decision`, { key: tenant.keys.agency })
  }
}

/** Bytes that begin as a JPEG does. */
export const jpeg = (text: string): Bytes => new Uint8Array([0xff, 0xd8, 0xff, 0xe0, ...new TextEncoder().encode(text)])

export function expectStatus(told: Told, status: number): void {
  if (told.status !== status) throw new Error(`${told.status} instead of ${status}: ${told.text}`)
}

/** Status and code of a refusal. */
export const refusal = ({ status, body }: Told): readonly [number, string] => [status, String(body['code'])]
