import fc from 'fast-check'
import { expect, it } from 'vitest'
import { LintasError } from '../../src/errors/index.js'
import {
  decodeManifest,
  decodeSeries,
  encodeManifest,
  encodeSeries,
  packBundle,
  unpackBundle,
  EVIDENCE_LIMITS,
  type Bundle,
} from '../../src/evidence/index.js'
import { BUNDLE, MANIFEST } from './fixtures.js'
import { shortStep } from './person.js'

const RUNS = 20_000
const SEED = 20_261_124
const GOOD = packBundle(BUNDLE)
const OTHER = packBundle({ ...BUNDLE, series: [encodeSeries(shortStep('move-back', 4))], frames: [] })

/** Bytes that mean something where they stand. */
const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 1, 2, 0x22, 0x2c, 0x30, 0x7b, 0x7d, 0x7f, 0x80, 0xfe, 0xff))
const of = (good: Uint8Array) => {
  const place = fc.nat(good.length - 1)
  const set = fc
    .array(fc.tuple(place, byte), { minLength: 1, maxLength: 4 })
    .map((edits) => edits.reduce((bytes, [at, value]) => bytes.with(at, value), good))
  const cut = fc.oneof(
    place.map((at) => good.slice(0, at)),
    place.map((at) => good.slice(at + 1)),
    fc.tuple(place, fc.integer({ min: 1, max: 60 })).map(([at, length]) => Uint8Array.of(...good.slice(0, at), ...good.slice(at + length))),
  )
  const put = fc
    .tuple(place, fc.array(byte, { minLength: 1, maxLength: 12 }))
    .map(([at, more]) => Uint8Array.of(...good.slice(0, at), ...more, ...good.slice(at)))
  const tail = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((more) => Uint8Array.of(...good, ...more))
  const doubled = fc.tuple(place, place).map(([a, b]) => Uint8Array.of(...good.slice(0, Math.max(a, b)), ...good.slice(Math.min(a, b))))
  const spliced = fc.tuple(place, fc.nat(OTHER.length - 1)).map(([a, b]) => Uint8Array.of(...good.slice(0, a), ...OTHER.slice(b)))
  return fc.oneof({ arbitrary: set, weight: 4 }, cut, put, tail, doubled, spliced)
}
const random = fc.oneof(
  fc.uint8Array({ maxLength: 400 }),
  fc.uint8Array({ maxLength: 400 }).map((rest) => Uint8Array.of(0x4c, 0x4e, 0x54, 0x53, 1, ...rest)),
)

interface Tally {
  readonly codes: Record<string, number>
  accepted: number
}

/** What `read` makes of `bytes`: something, or a LintasError of evidence; nothing else. */
function told<T>(tally: Tally, read: (bytes: Uint8Array) => T, bytes: Uint8Array): T | undefined {
  try {
    const found = read(bytes)
    tally.accepted += 1
    return found
  } catch (error) {
    if (!(error instanceof LintasError)) throw error
    expect(error.code).toMatch(/^evidence-/)
    tally.codes[error.code] = (tally.codes[error.code] ?? 0) + 1
    return undefined
  }
}

const newTally = (): Tally => ({ codes: {}, accepted: 0 })

function assertTotal(bytes: fc.Arbitrary<Uint8Array>, numRuns: number, judge: (bytes: Uint8Array) => void): void {
  fc.assert(fc.property(bytes, judge), { numRuns, seed: SEED, endOnFailure: true })
}

it(`makes of ${RUNS} mutated and random bundles a bundle that packs to the same bytes, or a LintasError`, () => {
  const tally = newTally()
  const parts = newTally()
  const judge = (bytes: Uint8Array): void => {
    const bundle = told<Bundle>(tally, unpackBundle, bytes)
    if (bundle === undefined) return
    expect(Buffer.from(packBundle(bundle)).equals(bytes)).toBe(true)
    told(parts, decodeManifest, bundle.manifest)
    for (const series of bundle.series) told(parts, decodeSeries, series)
  }
  assertTotal(fc.oneof({ arbitrary: of(GOOD), weight: 5 }, random), RUNS, judge)
  expect(Object.keys(tally.codes).sort()).toEqual(['evidence-malformed', 'evidence-too-large'])
  expect(tally.accepted).toBeGreaterThan(RUNS / 10)
  expect(parts.codes['evidence-malformed']).toBeGreaterThan(RUNS / 100)
}, 60_000)

it(`makes of ${RUNS} mutated series a series that encodes to the same bytes, or a LintasError`, () => {
  const tally = newTally()
  const judge = (bytes: Uint8Array): void => {
    const series = told(tally, decodeSeries, bytes)
    if (series !== undefined && !Buffer.from(encodeSeries(series)).equals(bytes)) throw new Error('two spellings of one series')
  }
  assertTotal(fc.oneof({ arbitrary: of(BUNDLE.series[0]!), weight: 5 }, of(encodeSeries(shortStep('blink', 1)))), RUNS, judge)
  expect(tally.accepted).toBeGreaterThan(RUNS / 10)
  expect(tally.codes['evidence-malformed']).toBeGreaterThan(RUNS / 10)
}, 60_000)

it('makes of 5000 mutated manifests a manifest that encodes again, or a LintasError', () => {
  const tally = newTally()
  const judge = (bytes: Uint8Array): void => {
    const manifest = told(tally, decodeManifest, bytes)
    if (manifest !== undefined) expect(decodeManifest(encodeManifest(manifest))).toEqual(manifest)
  }
  assertTotal(of(encodeManifest(MANIFEST)), 5000, judge)
  expect(tally.codes['evidence-malformed']).toBeGreaterThan(500)
}, 60_000)

it('makes room for no more than the bytes can fill, and for no more samples than there may be', () => {
  const header = [...Buffer.from('lintas-series/1'), 0, 0, 0]
  const { seriesBytes, samples: most } = EVIDENCE_LIMITS
  const still = [1, 2, 1, ...new Array<number>(126).fill(0)]
  const frame = [1, 0, 0, 0, 1, 1, 1, 1]
  const first = [1, 1, 1, 1, 0]
  const made = (count: number, sample: readonly number[]) =>
    Uint8Array.from([
      ...header,
      (count % 128) + 128,
      Math.floor(count / 128),
      ...first,
      ...Array.from({ length: count - 1 }, () => sample).flat(),
      ...frame,
    ])
  // Landmarks that do not move take 129 bytes a sample, and 5.7 KB of memory.
  expect(decodeSeries(made(1500, still)).samples).toHaveLength(1500)
  expect(decodeSeries(made(most, [1, 0, 0])).samples).toHaveLength(most)
  const tally = newTally()
  for (const bytes of [made(most, still), made(most + 1, [1, 0, 0]), new Uint8Array(seriesBytes).fill(0x80), new Uint8Array(seriesBytes)]) {
    told(tally, decodeSeries, bytes)
  }
  expect(tally).toEqual({ codes: { 'evidence-too-large': 1, 'evidence-malformed': 3 }, accepted: 0 })
})
