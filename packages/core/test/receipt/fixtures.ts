import { createHash, createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { LintasError } from '../../src/errors/index.js'
import {
  importServerKey,
  type BeginRequest,
  type DecisionClaims,
  type DeviceKey,
  type PublicJwk,
  type ReceiptClaims,
  type SessionClaims,
  type StepClaims,
} from '../../src/receipt/index.js'
import { thumbprintOf } from '../../src/receipt/jose.js'

export const NOW = 1_790_000_000
export const SID = 'c2Vzc2lvbi1vbmUtMDAwMQ'
export const NONCE = 'bm9uY2Utb25lLTAwMDAwMQ'
export const MANIFEST = new TextEncoder().encode('{"series":[]}')
export const hashOf = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('base64url')

export const SESSION: SessionClaims = {
  iss: 'lintas.example',
  aud: 'diskominfo',
  tid: 'tangerang',
  sid: SID,
  sub: 'subject-1',
  purpose: 'check-in',
  pol: 'default',
  cal: 'shipped-1',
  min: 'server-verified',
  iat: NOW,
  exp: NOW + 600,
}
export const STEP: StepClaims = { sid: SID, n: 1, nonce: NONCE, frames: [hashOf('frame 1'), hashOf('frame 2')], series: hashOf('series') }
export const RECEIPT: ReceiptClaims = {
  sid: SID,
  jti: 'cmVjZWlwdC1vbmUtMDAwMQ',
  steps: [hashOf('step 1'), hashOf('step 2'), hashOf('step 3')],
  manifest: hashOf(MANIFEST),
}
export const DECISION: DecisionClaims = {
  iss: 'lintas.example',
  aud: 'diskominfo',
  sid: SID,
  sub: 'subject-1',
  purpose: 'check-in',
  outcome: 'admitted',
  assurance: 'server-verified',
  at: NOW,
  seq: 1,
  head: hashOf('head'),
  jti: 'ZGVjaXNpb24tb25lLTAwMQ',
  iat: NOW,
}
export const REQUEST: BeginRequest = { token: 'a.session.token', method: 'POST', url: 'https://absen.example/lintas/begin' }

/** A key pair made and held by Node: what it signs, jose had no part in. */
export interface Pair {
  readonly node: KeyObject
  readonly pem: string
  readonly publicKey: PublicJwk
}

export function createPair(): Pair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x, y } = publicKey.export({ format: 'jwk' }) as { x: string; y: string }
  return { node: privateKey, pem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, publicKey: { kty: 'EC', crv: 'P-256', x, y } }
}

export const serverKeyOf = ({ pem }: Pair) => importServerKey(pem)

/** The pair as a device holds it. */
export async function deviceKeyOf({ pem, publicKey }: Pair): Promise<DeviceKey> {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' })
  const privateKey = await crypto.subtle.importKey('pkcs8', new Uint8Array(der), { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
  return { publicKey, thumbprint: await thumbprintOf(publicKey), privateKey }
}

export const segmentOf = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** A JWS that Node's own crypto signed. Strings stand for themselves, whatever they are. */
export function forge(header: unknown, payload: unknown, key: KeyObject): string {
  const input = `${segmentOf(header)}.${segmentOf(payload)}`
  return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

/** Order of P-256's group. */
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/** The same message with (r, n − s) for (r, s). */
export function malleate(jws: string): string {
  const [header = '', payload = '', signature = ''] = jws.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  const s = N - BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  const other = Buffer.concat([bytes.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')])
  return `${header}.${payload}.${other.toString('base64url')}`
}

/** The code of the LintasError that `work` fails with; anything else is what it is. */
export async function codeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work
  } catch (error) {
    return error instanceof LintasError ? error.code : error
  }
  return 'accepted'
}
