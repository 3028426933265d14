import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { decodeAttestationObject, decodeClientDataJSON } from '@simplewebauthn/server/helpers'
import type { Passkey } from '../storage/index.js'
import type { AssertionResponse, CeremonyOptions, PasskeyPolicy, RegistrationResponse } from './ports.js'

/** ES256, EdDSA, RS256. */
const ALGORITHMS = [-7, -8, -257]
export const CEREMONY_MS = 120_000

/** A passkey as an authenticator made it. */
export type MadePasskey = Pick<Passkey, 'credentialId' | 'publicKey' | 'counter' | 'transports'>

type Known = Pick<Passkey, 'credentialId' | 'transports'>
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'))
const descriptors = (known: readonly Known[]) => known.map(({ credentialId, transports }) => ({ id: credentialId, transports: [...transports] }))

/** Options for `navigator.credentials.create`, as JSON. `challenge`: 43 characters of base64url. */
export async function creationOptions(
  { rpId, name }: PasskeyPolicy,
  user: { readonly actor: string; readonly handle: Uint8Array<ArrayBuffer>; readonly known: readonly Known[] },
  challenge: string,
): Promise<CeremonyOptions> {
  return await generateRegistrationOptions({
    ...{ rpName: name, rpID: rpId, userName: user.actor, userDisplayName: user.actor, userID: user.handle, challenge: bytesOf(challenge) },
    ...{ attestationType: 'none', timeout: CEREMONY_MS, supportedAlgorithmIDs: ALGORITHMS, excludeCredentials: descriptors(user.known) },
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
  })
}

/** Options for `navigator.credentials.get`, as JSON. */
export async function requestOptions({ rpId }: PasskeyPolicy, known: readonly Known[], challenge: string): Promise<CeremonyOptions> {
  const challenged = { rpID: rpId, challenge: bytesOf(challenge), timeout: CEREMONY_MS }
  return await generateAuthenticationOptions({ ...challenged, userVerification: 'required', allowCredentials: descriptors(known) })
}

/** The challenge that a response claims to answer; `undefined` where it says none, or comes from a page inside a foreign one. */
export function challengeOf(clientDataJson: string): string | undefined {
  try {
    const { challenge, crossOrigin } = decodeClientDataJSON(clientDataJson)
    return typeof challenge === 'string' && crossOrigin !== true ? challenge : undefined
  } catch {
    return undefined
  }
}

/** The new passkey; `undefined` where the response is not what was asked for. */
export async function readRegistration(policy: PasskeyPolicy, response: RegistrationResponse, challenge: string): Promise<MadePasskey | undefined> {
  const { id, rawId, type } = response
  const { clientDataJSON, attestationObject, transports = [] } = response.response
  try {
    // Others would make the server fetch what their certificates name. None was asked for.
    if (type !== 'public-key' || decodeAttestationObject(bytesOf(attestationObject)).get('fmt') !== 'none') return undefined
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { id, rawId, type, response: { clientDataJSON, attestationObject }, clientExtensionResults: {} },
      ...{ expectedChallenge: challenge, expectedOrigin: [...policy.origins], expectedRPID: policy.rpId },
      ...{ requireUserVerification: true, supportedAlgorithmIDs: ALGORITHMS },
    })
    if (!verified || registrationInfo.credential.id !== id) return undefined
    const { publicKey, counter } = registrationInfo.credential
    return { credentialId: id, publicKey: new Uint8Array(publicKey), counter, transports: [...transports] }
  } catch {
    return undefined
  }
}

/** The authenticator's new count; `undefined` where the response is not a valid one of this passkey, or its count did not move on. */
export async function readAssertion(
  policy: PasskeyPolicy,
  { id, rawId, type, response }: AssertionResponse,
  challenge: string,
  passkey: Passkey,
): Promise<number | undefined> {
  try {
    if (type !== 'public-key') return undefined
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { id, rawId, type, response, clientExtensionResults: {} },
      ...{ expectedChallenge: challenge, expectedOrigin: [...policy.origins], expectedRPID: policy.rpId, requireUserVerification: true },
      credential: { id: passkey.credentialId, publicKey: new Uint8Array(passkey.publicKey), counter: passkey.counter },
    })
    return verified ? authenticationInfo.newCounter : undefined
  } catch {
    return undefined
  }
}
