import * as fc from 'fast-check'
import { unpackBundle } from '../../packages/core/src/evidence/index.js'

type Bytes = Uint8Array<ArrayBuffer>

/** How a bundle is spoilt. Numbers are shares of what there is. */
export type Mutation =
  | { readonly kind: 'flip'; readonly at: readonly number[]; readonly bit: number }
  | { readonly kind: 'set'; readonly at: number; readonly byte: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'longer'; readonly bytes: readonly number[] }
  | { readonly kind: 'without'; readonly at: number; readonly length: number }
  | { readonly kind: 'with'; readonly at: number; readonly bytes: readonly number[] }
  | { readonly kind: 'length'; readonly part: number; readonly by: number }
  | { readonly kind: 'count'; readonly which: 0 | 1; readonly by: number }
  | { readonly kind: 'swap'; readonly parts: readonly [number, number] }
  | { readonly kind: 'foreign'; readonly parts: readonly number[] }
  | { readonly kind: 'twice'; readonly part: number }
  | { readonly kind: 'dropped'; readonly part: number }
  /** The receipt alone, everything else of the bundle sound: a letter of it, or one of its three parts given to another. */
  | { readonly kind: 'receipt'; readonly at: number; readonly letter: string }
  | { readonly kind: 'receipt-part'; readonly part: 0 | 1 | 2 }

// Everywhere alike: what finds small counterexamples would spoil the first byte again and again.
const share = fc.noBias(fc.nat(999_999)).map((value) => value / 1_000_000)
const someBytes = fc.array(fc.nat(255), { minLength: 1, maxLength: 40 })
const some = (value: number): boolean => value !== 0

const LETTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=')

export const MUTATIONS: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: fc.array(share, { minLength: 1, maxLength: 8 }), bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('set' as const), at: share, byte: fc.nat(255) }),
  fc.record({ kind: fc.constant('cut' as const), at: share }),
  fc.record({ kind: fc.constant('longer' as const), bytes: someBytes }),
  fc.record({ kind: fc.constant('without' as const), at: share, length: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ kind: fc.constant('with' as const), at: share, bytes: someBytes }),
  fc.record({ kind: fc.constant('length' as const), part: share, by: fc.oneof(fc.integer({ min: -9, max: 9 }), fc.integer()).filter(some) }),
  fc.record({
    kind: fc.constant('count' as const),
    which: fc.constantFrom(0 as const, 1 as const),
    by: fc.integer({ min: -9, max: 9 }).filter(some),
  }),
  fc.record({ kind: fc.constant('swap' as const), parts: fc.tuple(share, share) }),
  fc.record({ kind: fc.constant('foreign' as const), parts: fc.array(share, { minLength: 1, maxLength: 3 }) }),
  fc.record({ kind: fc.constant('twice' as const), part: share }),
  fc.record({ kind: fc.constant('dropped' as const), part: share }),
  fc.record({ kind: fc.constant('receipt' as const), at: share, letter: fc.constantFrom(...LETTERS) }),
  fc.record({ kind: fc.constant('receipt-part' as const), part: fc.constantFrom(0 as const, 1 as const, 2 as const) }),
)

/** Magic, version and two counts. */
const HEAD = 7

/** `bundle`, spoilt. @param foreign a bundle of another session, whole and good; `undefined` where nothing was changed by it */
export function mutated(bundle: Bytes, mutation: Mutation, foreign: Bytes): Bytes | undefined {
  const spoilt = spoil(bundle, mutation, foreign)
  return Buffer.compare(spoilt, bundle) === 0 ? undefined : spoilt
}

function spoil(bundle: Bytes, mutation: Mutation, foreign: Bytes): Bytes {
  const [bytes, place] = [bundle.slice(), (at: number): number => Math.floor(at * bundle.length)]
  switch (mutation.kind) {
    case 'flip':
      for (const at of mutation.at) bytes[place(at)]! ^= 1 << mutation.bit
      return bytes
    case 'set':
      bytes[place(mutation.at)] = mutation.byte
      return bytes
    case 'cut':
      return bytes.slice(0, place(mutation.at))
    case 'longer':
      return joined([bytes, Uint8Array.from(mutation.bytes)])
    case 'without':
      return joined([bytes.subarray(0, place(mutation.at)), bytes.subarray(place(mutation.at) + mutation.length)])
    case 'with':
      return joined([bytes.subarray(0, place(mutation.at)), Uint8Array.from(mutation.bytes), bytes.subarray(place(mutation.at))])
    case 'count':
      bytes[HEAD - 2 + mutation.which]! += mutation.by
      return bytes
    default:
      return spoilParts(bundle, mutation, foreign)
  }
}

function spoilParts(
  bundle: Bytes,
  mutation: Exclude<Mutation, { kind: 'flip' | 'set' | 'cut' | 'longer' | 'without' | 'with' | 'count' }>,
  foreign: Bytes,
): Bytes {
  const parts = [...partsOf(bundle)]
  if (mutation.kind === 'receipt' || mutation.kind === 'receipt-part') {
    return packed(bundle, [spoiltReceipt(parts[0]!, mutation, partsOf(foreign)[0]!), ...parts.slice(1)])
  }
  const nth = (at: number): number => Math.floor(at * parts.length)
  if (mutation.kind === 'length') {
    const bytes = bundle.slice()
    const at = HEAD + parts.slice(0, nth(mutation.part)).reduce((sum, { length }) => sum + 4 + length, 0)
    const view = new DataView(bytes.buffer)
    view.setUint32(at, view.getUint32(at) + mutation.by)
    return bytes
  }
  if (mutation.kind === 'swap') {
    const [one, other] = mutation.parts.map(nth) as [number, number]
    ;[parts[one], parts[other]] = [parts[other]!, parts[one]!]
    return packed(bundle, parts)
  }
  if (mutation.kind === 'foreign') {
    const theirs = partsOf(foreign)
    for (const at of mutation.parts) parts[nth(at)] = theirs[Math.min(nth(at), theirs.length - 1)]!
    return packed(bundle, parts)
  }
  const at = nth(mutation.part)
  if (mutation.kind === 'twice') parts.splice(at, 0, parts[at]!)
  else parts.splice(at, 1)
  const counts = at < 2 ? [0, 0] : at < 2 + bundle[HEAD - 2]! ? [1, 0] : [0, 1]
  return packed(
    bundle,
    parts,
    counts.map((count) => (mutation.kind === 'twice' ? count : -count)),
  )
}

function spoiltReceipt(own: Bytes, mutation: Extract<Mutation, { kind: 'receipt' | 'receipt-part' }>, theirs: Bytes): Bytes {
  const [text, other] = [new TextDecoder().decode(own), new TextDecoder().decode(theirs)]
  if (mutation.kind === 'receipt') {
    const at = Math.floor(mutation.at * text.length)
    return new TextEncoder().encode(text.slice(0, at) + mutation.letter + text.slice(at + 1))
  }
  const [parts, others] = [text.split('.'), other.split('.')]
  return new TextEncoder().encode(parts.map((part, at) => (at === mutation.part ? (others[at] ?? '') : part)).join('.'))
}

function partsOf(bundle: Bytes): readonly Bytes[] {
  const { receipt, manifest, series, frames } = unpackBundle(bundle)
  return [new TextEncoder().encode(receipt), manifest, ...series, ...frames]
}

/** As it comes: nothing is checked, or it could not be wrong. */
function packed(bundle: Bytes, parts: readonly Bytes[], more: readonly number[] = [0, 0]): Bytes {
  const head = bundle.slice(0, HEAD)
  head[HEAD - 2]! += more[0] ?? 0
  head[HEAD - 1]! += more[1] ?? 0
  const lengths = parts.map(({ length }) => {
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setUint32(0, length)
    return bytes
  })
  return joined([head, ...parts.flatMap((part, at) => [lengths[at]!, part])])
}

const joined = (parts: readonly Uint8Array[]): Bytes => new Uint8Array(Buffer.concat(parts))
