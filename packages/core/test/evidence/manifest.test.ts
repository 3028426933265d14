import { describe, expect, it } from 'vitest'
import { PAD_NOT_ASSESSED, ROUTES } from '../../src/liveness/index.js'
import { decodeManifest, encodeManifest, EVIDENCE_LIMITS, type Manifest } from '../../src/evidence/index.js'
import { codeOf, LEAN, MANIFEST, SHA } from './fixtures.js'

const bytesOf = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
const read = (value: unknown) => codeOf(() => decodeManifest(bytesOf(value)))
/** The manifest with the member at `path` set; `undefined` takes it away. */
function edited(path: string, value: unknown): unknown {
  const copy = structuredClone(MANIFEST) as unknown
  const keys = path.split('.')
  const last = keys.pop()!
  const holder = keys.reduce((at, key) => (at as Record<string, unknown>)[key], copy) as Record<string, unknown>
  if (value === undefined) Reflect.deleteProperty(holder, last)
  else holder[last] = value
  return copy
}

/** Every path to a member, lists by their first item. */
function pathsOf(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) => {
    const own = path === '' ? key : `${path}.${key}`
    return [own, ...pathsOf(member, own)]
  })
}
const PATHS = pathsOf(MANIFEST)
const OPTIONAL = [
  ...['camera.label', 'camera.width', 'camera.height', 'camera.frameRate', 'build.sha256', 'quality', 'quality.score', 'quality.measures'],
  ...['quality.measures.visibility', 'pad.hint', 'pad.layers', 'pad.policy', 'pad.raised', 'pad.layers.0.score', 'pad.layers.0.threshold'],
  'pad.layers.1.score',
]
const isFact = (path: string): boolean => path.includes('.evidence.')
const isItem = (path: string): boolean => /\.\d+$/.test(path)

describe('a manifest', () => {
  it('comes back as it was: with everything, and with what must be there', () => {
    for (const manifest of [MANIFEST, LEAN, { ...LEAN, pad: PAD_NOT_ASSESSED }]) expect(decodeManifest(encodeManifest(manifest))).toEqual(manifest)
    for (const route of Object.keys(ROUTES)) expect(read({ ...LEAN, route })).toBe('accepted')
  })

  it('says nothing of numbers that are none', () => {
    const [first] = MANIFEST.pad.layers!
    const odd: Manifest = {
      ...MANIFEST,
      pad: { ...MANIFEST.pad, layers: [{ ...first!, score: Infinity, evidence: { jump: NaN, frames: 3 } }] },
      quality: { ...MANIFEST.quality!, measures: { ...MANIFEST.quality!.measures!, sharpness: NaN } },
    }
    const { score: _score, ...without } = first!
    const { measures: _measures, ...quality } = MANIFEST.quality!
    const pad = { ...MANIFEST.pad, layers: [{ ...without, evidence: { frames: 3 } }] }
    expect(decodeManifest(encodeManifest(odd))).toEqual({ ...MANIFEST, pad, quality })
  })

  it('has the name of a camera cut, and not refused', () => {
    const long = encodeManifest({ ...LEAN, camera: { label: 'k'.repeat(2000) } })
    expect(decodeManifest(long).camera.label).toBe('k'.repeat(300))
    expect(decodeManifest(encodeManifest({ ...LEAN, camera: { label: '' } })).camera).toEqual({ label: '' })
  })

  it('is taken in another order and with white space: its hash is of its bytes', () => {
    const turned = Object.fromEntries(Object.entries(MANIFEST).reverse())
    expect(decodeManifest(bytesOf(JSON.stringify(turned, undefined, 2)))).toEqual(MANIFEST)
  })
})

describe('a manifest is refused', () => {
  it('without any field but the optional ones', () => {
    for (const path of PATHS.filter((one) => !isItem(one) && !isFact(one))) {
      expect(read(edited(path, undefined)), path).toBe(OPTIONAL.includes(path) ? 'accepted' : 'evidence-malformed')
    }
  })

  it('with any field that is not of it, at every depth', () => {
    const objects = ['', ...PATHS.filter((path) => Object.prototype.toString.call(at(path)) === '[object Object]')]
    expect(objects.length).toBeGreaterThan(15)
    for (const path of objects.filter((one) => !one.endsWith('evidence'))) {
      expect(read(edited(path === '' ? 'extra' : `${path}.extra`, 1)), path).toBe('evidence-malformed')
    }
    expect(read(JSON.stringify(MANIFEST).replace('{', '{"__proto__":1,'))).toBe('evidence-malformed')
  })

  it('with anything of another kind', () => {
    for (const path of PATHS.filter((one) => !isFact(one))) {
      for (const wrong of [null, {}, [], [[]], 'x', '', 1e300, -1e300, 0.123, true]) {
        if (isOfKind(path, wrong)) continue
        expect(read(edited(path, wrong)), `${path}: ${JSON.stringify(wrong)}`).toBe('evidence-malformed')
      }
    }
  })

  it('with facts that are no facts, too many, too long or oddly named', () => {
    const facts = 'pad.layers.0.evidence'
    expect(read(edited(facts, {}))).toBe('accepted')
    expect(read(edited(facts, { text: 'x'.repeat(500) }))).toBe('accepted')
    const many = Object.fromEntries(Array.from({ length: 41 }, (_, nth) => [`fact${nth}`, nth]))
    for (const wrong of [{ a: null }, { a: [] }, { a: {} }, { text: 'x'.repeat(501) }, { '': 1 }, { 'a b': 1 }, { _a: 1 }, many]) {
      expect(read(edited(facts, wrong)), JSON.stringify(wrong).slice(0, 40)).toBe('evidence-malformed')
    }
    const proto = JSON.stringify(MANIFEST).replace('"evidence":{', '"evidence":{"__proto__":1,')
    expect(read(proto)).toBe('evidence-malformed')
  })

  it.each<[string, unknown]>([
    ['schema', 'lintas-evidence/2'],
    ['sid', 'short'],
    ['sid', `${MANIFEST.sid}\n`],
    ['series', []],
    ['series', Array.from({ length: 8 }, () => ({ bytes: 1, sha256: SHA }))],
    ['series.0.bytes', 0],
    ['series.0.bytes', EVIDENCE_LIMITS.seriesBytes + 1],
    ['series.0.sha256', SHA.replace(/.$/, 'B')],
    ['series.0.sha256', SHA.slice(1)],
    ['opened', Array.from({ length: 15 }, () => MANIFEST.opened[0])],
    ['opened.0.bytes', EVIDENCE_LIMITS.frameBytes + 1],
    ['opened.0.step', 0],
    ['opened.0.step', 8],
    ['opened.0.index', 12],
    ['camera.label', 'k'.repeat(301)],
    ['camera.width', 0.5],
    ['clock.startedAt', '2026-02-30T00:00:00.000Z'],
    ['clock.startedAt', '2026-02-03T00:00:00Z'],
    ['models.0.sha256', 'A0'.repeat(32)],
    ['models', Array.from({ length: 33 }, () => MANIFEST.models[0])],
    ['build.version', 'v'.repeat(101)],
    ['pad.reasons', ['made-up']],
    ['pad.hint', 'try-harder'],
    ['pad.layers.0.layer', 'luck'],
    ['pad.layers.0.weight', 1.1],
    ['pad.policy.required', ['injection']],
    ['pad.layers', Array.from({ length: 9 }, () => MANIFEST.pad.layers![0])],
    ['quality.reasons', ['ugly']],
    ['quality.score', 1.1],
  ])('with %s %j', (path, value) => {
    expect(read(edited(path, value))).toBe('evidence-malformed')
    expect(codeOf(() => encodeManifest(edited(path, value) as Manifest))).toBe(path === 'camera.label' ? 'accepted' : 'evidence-malformed')
  })

  it('that is no JSON, no UTF-8, no object, no bytes, or too long', () => {
    for (const text of ['', 'x', '[]', 'null', '1', '"a"', '{}', '\uFEFF{}', '['.repeat(60_000), '{"a":'.repeat(13_000)]) {
      expect(read(text), text.slice(0, 10)).toBe('evidence-malformed')
    }
    expect(codeOf(() => decodeManifest(Uint8Array.of(0xff, 0xfe, 0x7b)))).toBe('evidence-malformed')
    for (const value of [undefined, null, '{}', {}]) expect(codeOf(() => decodeManifest(value as never))).toBe('evidence-malformed')
    expect(read(`${JSON.stringify(MANIFEST)}${' '.repeat(EVIDENCE_LIMITS.manifestBytes)}`)).toBe('evidence-too-large')
  })

  it('and the fault says where, not what', () => {
    expect(() => decodeManifest(bytesOf(edited('pad.layers.0.weight', 7)))).toThrow(
      'in the manifest pad.layers[0].weight must be a number from 0 to 1',
    )
    expect(() => decodeManifest(bytesOf('{"secret-value'))).toThrow(/^(?!.*secret)/)
  })
})

function at(path: string): unknown {
  return path.split('.').reduce<unknown>((holder, key) => (holder as Record<string, unknown>)[key], MANIFEST)
}

/** Whether a wrong value is right for this field after all. */
function isOfKind(path: string, wrong: unknown): boolean {
  const own = at(path)
  if (Array.isArray(own)) return Array.isArray(wrong) && wrong.length === 0 && path !== 'series'
  if (typeof wrong === 'boolean') return typeof own === 'boolean'
  if (typeof wrong === 'number') return typeof own === 'number' && isFree(path, wrong)
  if (typeof wrong === 'string') return path === 'camera.label' || (wrong !== '' && (path === 'build.version' || path === 'models.0.id'))
  return JSON.stringify(wrong) === '{}' && (path === 'camera' || path.endsWith('.evidence'))
}

/** A measure may be any number. */
function isFree(path: string, value: number): boolean {
  if (path.startsWith('quality.measures') || /layers\.\d\.(score|threshold)/.test(path)) return true
  return value === 0.123 && /(frameRate|weight|quality\.score)$/.test(path)
}
