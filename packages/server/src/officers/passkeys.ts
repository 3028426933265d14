import { createHash } from 'node:crypto'
import { Fault } from '../errors/index.js'
import { addPasskey, issueNonce, listPasskeys, spendNonce, usePasskey, type Storage } from '../storage/index.js'
import type { Act, Actor, AssertionResponse, CeremonyOptions, PasskeyPolicy, RegistrationResponse } from './ports.js'
import { CEREMONY_MS, challengeOf, creationOptions, readAssertion, readRegistration, requestOptions } from './webauthn.js'

const REGISTRATION = 'passkey-registration'
const ASSERTION = 'passkey-assertion'

/** What a challenge is bound to. No part has a line break in it: actors have no control character, the others are of fixed forms. */
const bindingOf = (...parts: readonly string[]): string => parts.join('\n')
const boundTo = (actor: string, { method, path, bodySha256 }: Act): string => bindingOf(actor, method, path, bodySha256)

/** Begins a registration: options for the browser, whose challenge is good once and for two minutes, and for this actor alone. */
export async function beginRegistration(storage: Storage, policy: PasskeyPolicy, { tenantId, actor }: Actor): Promise<CeremonyOptions> {
  const { challenge, known } = await storage.transact(tenantId, async (scope) => ({
    challenge: await issueNonce(scope, { purpose: REGISTRATION, binding: bindingOf(actor), lifetimeMs: CEREMONY_MS }),
    known: await listPasskeys(scope, actor),
  }))
  const handle = new Uint8Array(createHash('sha256').update(bindingOf(tenantId, actor)).digest())
  return await creationOptions(policy, { actor, handle, known }, challenge)
}

/** Who registers a passkey for an actor, and whether anything but the actor's API key says that they may. */
export interface Registrar {
  readonly createdBy: string
  /** By a passkey that stands already, or as an operator. */
  readonly vouched: boolean
}

/**
 * Registers a passkey.
 * @throws Fault 403 `passkey` (not what was asked for), 403 `assertion` (an API key alone adds the first one only), 409 `passkey-known`
 */
export async function finishRegistration(
  storage: Storage,
  policy: PasskeyPolicy,
  { tenantId, actor }: Actor,
  response: RegistrationResponse,
  { createdBy, vouched }: Registrar,
): Promise<{ readonly credentialId: string }> {
  const challenge = challengeOf(response.response.clientDataJSON)
  const spent = { purpose: REGISTRATION, nonce: challenge ?? '', binding: bindingOf(actor) }
  const fresh = challenge !== undefined && 'ordinal' in (await storage.transact(tenantId, (scope) => spendNonce(scope, spent)))
  const made = fresh ? await readRegistration(policy, response, challenge) : undefined
  if (made === undefined) throw new Fault(403, 'passkey', 'This is no passkey that was asked for')
  const added = await storage.transact(tenantId, (scope) => addPasskey(scope, { ...made, actor, createdBy, first: !vouched }))
  if ('added' in added) return { credentialId: made.credentialId }
  if (added.refused === 'known') throw new Fault(409, 'passkey-known', 'This passkey is registered')
  throw new Fault(403, 'assertion', 'A further passkey takes one that stands (x-lintas-assertion), or an operator')
}

/** Options for the browser, whose challenge is good once, for two minutes, and for this act by this actor alone. @throws Fault 409 `passkey-none` */
export async function beginAssertion(storage: Storage, policy: PasskeyPolicy, { tenantId, actor }: Actor, act: Act): Promise<CeremonyOptions> {
  const { challenge, known } = await storage.transact(tenantId, async (scope) => {
    const passkeys = await listPasskeys(scope, actor)
    if (passkeys.length === 0) throw new Fault(409, 'passkey-none', 'This officer has no passkey')
    return { challenge: await issueNonce(scope, { purpose: ASSERTION, binding: boundTo(actor, act), lifetimeMs: CEREMONY_MS }), known: passkeys }
  })
  return await requestOptions(policy, known, challenge)
}

/** Verifies that a passkey of the actor's confirmed this very act. @throws Fault 403 `assertion` */
export async function confirmAct(
  storage: Storage,
  policy: PasskeyPolicy,
  { tenantId, actor }: Actor,
  act: Act,
  response: AssertionResponse,
): Promise<void> {
  const challenge = challengeOf(response.response.clientDataJSON)
  if (challenge === undefined) throw refused()
  const passkey = await storage.transact(tenantId, async (scope) => {
    // Spent whatever comes of it: a second try takes a second challenge.
    const spent = await spendNonce(scope, { purpose: ASSERTION, nonce: challenge, binding: boundTo(actor, act) })
    return 'ordinal' in spent ? (await listPasskeys(scope, actor)).find(({ credentialId }) => credentialId === response.id) : undefined
  })
  const counter = passkey === undefined ? undefined : await readAssertion(policy, response, challenge, passkey)
  if (passkey === undefined || counter === undefined) throw refused()
  if (!(await storage.transact(tenantId, (scope) => usePasskey(scope, passkey, counter)))) throw refused()
}

const refused = (): Fault => new Fault(403, 'assertion', 'No passkey of this officer confirmed this act: ask for a new challenge')
