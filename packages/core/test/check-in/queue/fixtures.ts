import type { Pack, QueueStore } from '../../../src/check-in/index.js'
import { OfflineSession } from '../../../src/check-in/queue/index.js'
import { LintasError } from '../../../src/errors/index.js'
import type { Action, Route } from '../../../src/liveness/index.js'
import { randomId, type DeviceKey, type PublicJwk } from '../../../src/receipt/index.js'
import type { AttemptClaims } from '../../../src/check-in/server/evidence-of.js'
import { shortStep } from '../../evidence/person.js'
import { RELAY, keysInMemory } from '../server/fake-relay.js'

export const NONCE = 'bm9uY2Utb2YtYS10ZXN0LTAwMDE'
export const SUBJECT = 'subject-1'
export const NOW = Date.parse('2026-11-24T01:00:00.000Z')

/** The server's encryption key. */
export async function importServer(): Promise<{ readonly publicJwk: PublicJwk; readonly privateKey: CryptoKey }> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits'])
  const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  return { publicJwk: { kty: 'EC', crv: 'P-256', x, y }, privateKey: pair.privateKey }
}

export async function packOf(key?: PublicJwk, nonces: readonly string[] = [NONCE, `${NONCE}2`]): Promise<Pack> {
  return {
    ...{ schema: 'lintas-pack/1', nonces, day: '2026-11-24', issuedAt: '2026-11-24T00:30:00.000Z' },
    key: key ?? (await importServer()).publicJwk,
  }
}

export function faultOf(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error instanceof LintasError ? error.code : error
  }
  return 'accepted'
}

/** A device's key, made once for all tests of a file. */
export const deviceKey: Promise<DeviceKey> = keysInMemory().get()

/** What the browser says of an attempt that nobody looks at here. */
export const CLAIMS: AttemptClaims = {
  ...{ route: 'standard', camera: {}, startedAt: new Date(NOW), quality: undefined, pad: { outcome: 'bona-fide', reasons: [] } },
  info: { detector: 'onnx', spaces: ['m'] } as unknown as AttemptClaims['info'],
}

/** Opens a session of the pack that is kept; nothing of a person is in it. */
export async function openSession(store: QueueStore, route: Route = 'standard', admit = (): Promise<void> => Promise.resolve()) {
  return OfflineSession.open({ store, subject: SUBJECT, key: await deviceKey, route, target: `${RELAY}deferred`, admit })
}

/** Records of a step in which `action` was done, or not. */
export function stepOf(action: Action, isDone = true, dark = false) {
  const series = shortStep(action, 3)
  const jpegs = series.frames.map((_, index) => new TextEncoder().encode(`jpeg ${action} ${index} ${randomId()}`))
  return { series, jpegs, ...(isDone && { shows: 0 }), ...(dark && { dark }) } as const
}

/** Makes a check-in without a network; the actions that it asked for. */
export async function makeCheckIn(store: QueueStore, sinceMs = NOW): Promise<{ readonly sid: string; readonly actions: readonly Action[] }> {
  const session = await openSession(store)
  const actions: Action[] = []
  for (let action: Action | undefined = await session.begin(); action !== undefined;) {
    actions.push(action)
    action = await session.commit(stepOf(action))
  }
  await session.finish(CLAIMS, sinceMs)
  return { sid: session.sid, actions }
}
