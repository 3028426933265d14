import { LintasError } from '../../errors/index.js'
import { drawAction, type Action, type Route } from '../../liveness/index.js'
import { toBase64Url } from '../../numeric/index.js'
import { ShapeError, shapeChoice, shapeList, shapeObject, shapePattern } from '../../options/index.js'
import { MAX_STEPS, type PublicJwk } from '../../receipt/index.js'

/** What offline check-ins are made with, issued ahead for one subject, device and working day. */
export interface Pack {
  readonly schema: 'lintas-pack/1'
  /** In the order in which they are to be used; each is good for one check-in. */
  readonly nonces: readonly string[]
  /** Working day in the agency's time zone, `YYYY-MM-DD`. */
  readonly day: string
  /** ISO 8601 by the server's clock. */
  readonly issuedAt: string
  /** The server's public encryption key, ECDH over P-256. */
  readonly key: PublicJwk
}

/** What a begin proof of `POST packs` is over (`ath`), since there is no session token yet. */
export const PACKS_TOKEN = 'lintas-packs'

const NONCE = /^[\w-]{16,128}$/
const COORDINATE = /^[\w-]{42}[AEIMQUYcgkosw048]$/
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/

/** The pack as it came. @throws LintasError `queue-pack` for anything else */
export function parsePack(value: unknown): Pack {
  try {
    const { schema, nonces, day, issuedAt, key } = shapeObject(value, '$', ['schema', 'nonces', 'day', 'issuedAt', 'key'])
    const list = shapeList(nonces, 'nonces', 1, 2).map((nonce, index) => shapePattern(nonce, `nonces[${index}]`, NONCE, '16 to 128 of base64url'))
    if (new Set(list).size !== list.length) throw new ShapeError('nonces', 'nonces of which no two are alike', nonces)
    return {
      schema: shapeChoice(schema, 'schema', ['lintas-pack/1']),
      nonces: list,
      day: shapePattern(day, 'day', /^\d{4}-\d\d-\d\d$/, 'a date'),
      issuedAt: shapePattern(issuedAt, 'issuedAt', INSTANT, 'an instant in UTC'),
      key: parseKey(key),
    }
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error
    throw new LintasError('queue-pack', `The pack for offline check-ins is not of its schema: ${error.path}`, { details: { path: error.path } })
  }
}

/** The session of an offline check-in: base64url of the first 16 bytes of SHA-256(`lintas-sid` ‖ nonce), the nonce as the text that it is. */
export async function sidOf(nonce: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`lintas-sid${nonce}`))
  return toBase64Url(new Uint8Array(hash, 0, 16))
}

/** The nonce of step `n` (from 1): base64url of HMAC-SHA-256(nonce, `step` ‖ n), n in four bytes, the highest first. */
export async function stepNonce(nonce: string, n: number): Promise<string> {
  return toBase64Url(await derive(nonce, 'step', n))
}

/**
 * The random numbers for `drawAction`, one a step, alike in browser and server: number c (from 0) is the first four bytes, the highest first, of
 * HMAC-SHA-256(nonce, `draw` ‖ c), over 2^32.
 * @returns throws RangeError when it is asked for more than `MAX_STEPS` numbers
 */
export async function drawsOf(nonce: string): Promise<() => number> {
  const numbers: number[] = []
  for (let count = 0; count < MAX_STEPS; count += 1) {
    const bytes = await derive(nonce, 'draw', count)
    numbers.push(new DataView(bytes.buffer).getUint32(0) / 2 ** 32)
  }
  let next = 0
  return () => {
    const number = numbers[next]
    if (number === undefined) throw new RangeError(`a check-in has at most ${MAX_STEPS} steps`)
    next += 1
    return number
  }
}

/**
 * The actions that an offline check-in asked for, as the server finds them again. `done` tells of each step, in order, whether it was done: the step
 * after one that was not replaces it.
 * @throws RangeError for more steps than there may be
 */
export async function deferredActions(nonce: string, route: Route, done: readonly boolean[]): Promise<readonly Action[]> {
  const random = await drawsOf(nonce)
  const actions: Action[] = []
  const completed: Action[] = []
  let failed: Action | undefined
  for (const wasDone of done) {
    const action = drawAction(route, completed, random, failed)
    actions.push(action)
    if (wasDone) completed.push(action)
    failed = wasDone ? undefined : action
  }
  return actions
}

async function derive(nonce: string, label: 'draw' | 'step', count: number): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(nonce), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const message = new Uint8Array(label.length + 4)
  message.set(new TextEncoder().encode(label))
  new DataView(message.buffer).setUint32(label.length, count)
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, message))
}

function parseKey(value: unknown): PublicJwk {
  const { kty, crv, x, y } = shapeObject(value, 'key', ['kty', 'crv', 'x', 'y'])
  return {
    kty: shapeChoice(kty, 'key.kty', ['EC']),
    crv: shapeChoice(crv, 'key.crv', ['P-256']),
    x: shapePattern(x, 'key.x', COORDINATE, '32 bytes in base64url'),
    y: shapePattern(y, 'key.y', COORDINATE, '32 bytes in base64url'),
  }
}
