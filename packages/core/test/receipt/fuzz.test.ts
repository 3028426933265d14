import { sign } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { LintasError } from '../../src/errors/index.js'
import { MESSAGE_TYPES, verifyReceipt } from '../../src/receipt/index.js'
import { createPair, DECISION, forge, hashOf, MANIFEST, malleate, RECEIPT, segmentOf, SESSION, SID, STEP } from './fixtures.js'

/** `npm run test:long receipts` asks for 100,000. */
const RUNS = Number(process.env['LINTAS_RECEIPT_MUTATIONS'] ?? 20_000)
const SEED = 20_260_901

const [phone, stranger] = [createPair(), createPair()]
const HEADER = { alg: 'ES256', typ: MESSAGE_TYPES.receipt }
const GOOD = forge(HEADER, RECEIPT, phone.node)
/** Messages that the same key signed, to take parts from. */
const OTHERS = [
  forge(HEADER, { ...RECEIPT, sid: 'c2Vzc2lvbi10d28tMDAwMQ' }, phone.node),
  forge({ ...HEADER, typ: MESSAGE_TYPES.step }, STEP, phone.node),
  forge({ ...HEADER, typ: MESSAGE_TYPES.session }, SESSION, phone.node),
  forge({ ...HEADER, typ: MESSAGE_TYPES.decision }, DECISION, phone.node),
]
const parts = (jws: string): string[] => jws.split('.')
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(null, '', 0, true, [], SID, hashOf('other'), [hashOf('other')], 'none', 'HS256', MESSAGE_TYPES.step, phone.publicKey, '\ud800'),
)
const name = fc.oneof(
  fc.constantFrom(
    'alg',
    'typ',
    'crit',
    'b64',
    'jku',
    'x5u',
    'x5c',
    'jwk',
    'kid',
    'sid',
    'jti',
    'steps',
    'manifest',
    'exp',
    '__proto__',
    'constructor',
  ),
  fc.string({ maxLength: 12 }),
)

/** Characters of base64url that differ in stray bits only, and such as stand beside that alphabet. */
const NEARBY = 'ABCDghij0123-_.=+/ '
const nearby = fc.nat(NEARBY.length - 1).map((at) => NEARBY.charAt(at))

const flipped = fc
  .array(fc.tuple(fc.nat(GOOD.length - 1), fc.oneof(fc.string({ minLength: 1, maxLength: 1 }), nearby)), {
    minLength: 1,
    maxLength: 4,
  })
  .map((flips) => flips.reduce((text, [at, character]) => text.slice(0, at) + character + text.slice(at + 1), GOOD))

const bitFlipped = fc.tuple(fc.constantFrom(0, 1, 2), fc.nat(), fc.nat(7)).map(([part, at, bit]) => {
  const segments = parts(GOOD)
  const bytes = Buffer.from(segments[part]!, 'base64url')
  bytes[at % bytes.length]! ^= 1 << bit
  return segments.with(part, bytes.toString('base64url')).join('.')
})

const swapped = fc
  .array(fc.tuple(fc.constantFrom(GOOD, ...OTHERS), fc.constantFrom(0, 1, 2)), { minLength: 1, maxLength: 5 })
  .map((picks) => picks.map(([jws, part]) => parts(jws)[part]!).join('.'))

const cut = fc.oneof(
  fc.nat(GOOD.length - 1).map((at) => GOOD.slice(0, at)),
  fc.nat(GOOD.length - 1).map((at) => GOOD.slice(at + 1)),
  fc.tuple(fc.nat(GOOD.length - 1), fc.integer({ min: 1, max: 40 })).map(([at, length]) => GOOD.slice(0, at) + GOOD.slice(at + length)),
  fc.string({ minLength: 1, maxLength: 20 }).map((tail) => GOOD + tail),
  fc
    .tuple(fc.nat(GOOD.length), fc.constantFrom(' ', '\n', '=', '.', '\0', '\u00e9', '%3D'))
    .map(([at, text]) => GOOD.slice(0, at) + text + GOOD.slice(at)),
)

/** An object with a member set, taken away or renamed; a member called `__proto__` stays one. */
const edited = (good: object) =>
  fc.tuple(fc.constantFrom('set', 'drop', 'rename', 'text'), name, value, fc.nat()).map(([how, key, item, at]) => {
    const entries = Object.entries(good)
    const known = entries[at % entries.length]![0]
    const text = JSON.stringify(good)
    if (how === 'text') return text.slice(0, at % text.length) + key + text.slice((at % text.length) + 1)
    if (how === 'drop') return JSON.stringify(Object.fromEntries(entries.filter(([own]) => own !== known)))
    if (how === 'rename') return JSON.stringify(Object.fromEntries(entries.map(([own, it]) => [own === known ? `${own}${key}` : own, it])))
    const rest = entries.filter(([own]) => own !== key).map(([own, it]) => `${JSON.stringify(own)}:${JSON.stringify(it)}`)
    return `{${[...rest, `${JSON.stringify(key)}:${JSON.stringify(item)}`].join()}}`
  })

/** Whether an edit says what was said before: the owner may sign that again, in other white space, in another order and with another `jti`. */
function isTheSame(header: string, payload: string): boolean {
  const sorted = (from: object) => JSON.stringify(Object.entries(from).sort(([a], [b]) => (a < b ? -1 : 1)))
  try {
    const { jti, ...rest } = JSON.parse(payload) as Record<string, unknown>
    const soundId = typeof jti === 'string' && /^[\w-]{16,128}$/.test(jti)
    return soundId && sorted({ ...rest, jti: RECEIPT.jti }) === sorted(RECEIPT) && sorted(JSON.parse(header) as object) === sorted(HEADER)
  } catch {
    return false
  }
}

/** Header and payload as edited: under the old signature, a stranger's, the device's own, or one cut to nothing. */
const resigned = fc
  .tuple(fc.oneof(fc.constant(JSON.stringify(HEADER)), edited(HEADER)), fc.oneof(fc.constant(JSON.stringify(RECEIPT)), edited(RECEIPT)), fc.nat(3))
  .filter(([header, payload, by]) => by < 3 || !isTheSame(header, payload))
  .map(([header, payload, by]) => {
    const input = `${segmentOf(header)}.${segmentOf(payload)}`
    if (by === 0) return `${input}.${parts(GOOD)[2]!}`
    if (by === 1) return `${input}.`
    const key = by === 2 ? stranger.node : phone.node
    return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
  })

const verifyIt = (jws: string) => verifyReceipt(jws, { key: phone.publicKey, sid: SID, steps: RECEIPT.steps, manifest: MANIFEST })

it(
  `takes none of ${RUNS} mutated receipts, and fails with a coded error only`,
  async () => {
    const codes: Record<string, number> = {}
    const judge = async (jws: string): Promise<void> => {
      const error: unknown = await verifyIt(jws).then(
        () => undefined,
        (fault: unknown) => fault,
      )
      if (!(error instanceof LintasError)) throw new Error(error === undefined ? 'was accepted' : 'threw something else', { cause: error })
      expect(error.code).toMatch(/^receipt-/)
      codes[error.code] = (codes[error.code] ?? 0) + 1
    }
    const mutated = fc.oneof(flipped, bitFlipped, swapped, cut, { arbitrary: resigned, weight: 3 })
    // A mutation may come out as the text it began with.
    const property = fc.asyncProperty(
      mutated.filter((jws) => jws !== GOOD),
      judge,
    )
    await fc.assert(property, { seed: SEED, numRuns: RUNS, endOnFailure: true })
    // Each of the ways to be refused was met.
    expect(Object.keys(codes).sort()).toEqual(['receipt-algorithm', 'receipt-claims', 'receipt-malformed', 'receipt-signature', 'receipt-type'])
    for (const count of Object.values(codes)) expect(count).toBeGreaterThan(RUNS / 200)
  },
  (RUNS / 1000) * 15_000,
)

it('takes the receipt itself, and its malleated twin', async () => {
  for (const jws of [GOOD, malleate(GOOD)]) expect((await verifyIt(jws)).claims).toEqual(RECEIPT)
})
