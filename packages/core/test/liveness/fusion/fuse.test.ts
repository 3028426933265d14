import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assessPad, PAD_POLICIES, PAD_PRESETS, type PadPolicy } from '../../../src/liveness/fusion/index.js'
import { PAD_LAYERS, type LayerEvidence, type PadLayer } from '../../../src/liveness/layers.js'

type Outcome = LayerEvidence['outcome']

function evidence(layer: PadLayer, outcome: Outcome = 'bona-fide', extra: Partial<LayerEvidence> = {}): LayerEvidence {
  if (layer === 'injection') return { layer, outcome: 'undetermined', score: 0, threshold: 0.5, weight: 0, reasons: [], evidence: {}, ...extra }
  const reasons = outcome === 'bona-fide' ? [] : [REASON[layer]]
  return { layer, outcome, score: 1, threshold: 1, weight: 1, reasons, evidence: {}, ...extra }
}

const REASON = {
  challenge: 'wrong-action',
  shape: 'shape-flat',
  continuity: 'continuity-jump',
  passive: 'passive-attack',
} as const

const ALL = PAD_LAYERS.map((layer) => evidence(layer))
const without = (layer: PadLayer): readonly LayerEvidence[] => ALL.filter((one) => one.layer !== layer)
const withOne = (one: LayerEvidence): readonly LayerEvidence[] => ALL.map((other) => (other.layer === one.layer ? one : other))

describe('the assessment of all layers', () => {
  it.each(PAD_PRESETS)('is bona fide in %s when every layer says so and nothing hints at an injection', (preset) => {
    expect(assessPad(ALL, preset)).toMatchObject({ outcome: 'bona-fide', reasons: [], raised: false, policy: PAD_POLICIES[preset], layers: ALL })
  })

  it.each(['challenge', 'shape', 'continuity', 'passive'] as const)('is attack in every preset when %s says so', (layer) => {
    for (const preset of PAD_PRESETS) {
      expect(assessPad(withOne(evidence(layer, 'attack')), preset)).toMatchObject({ outcome: 'attack', reasons: [REASON[layer]] })
      expect(assessPad([evidence(layer, 'attack')], preset).outcome).toBe('attack')
    }
  })

  it.each([
    ['challenge', [false, false, false]],
    ['continuity', [false, false, false]],
    ['shape', [true, true, false]],
    ['passive', [true, true, false]],
  ] as const)('with %s undetermined admits in low, standard, high: %j', (layer, admits) => {
    const layers = withOne(evidence(layer, 'undetermined'))
    PAD_PRESETS.forEach((preset, at) => {
      const { outcome, reasons } = assessPad(layers, preset)
      expect(outcome, preset).toBe(admits[at] === true ? 'bona-fide' : 'undetermined')
      if (admits[at] === false) expect(reasons).toEqual(['layer-undetermined', REASON[layer]])
    })
  })

  it('asks in standard for shape or the passive net', () => {
    const layers = ALL.map((one) => (one.layer === 'shape' || one.layer === 'passive' ? evidence(one.layer, 'undetermined') : one))
    expect(assessPad(layers, 'low').outcome).toBe('bona-fide')
    expect(assessPad(layers).reasons).toEqual(['layer-undetermined', 'shape-flat', 'passive-attack'])
  })

  it.each(PAD_LAYERS)('is undetermined in every preset when %s was not heard', (layer) => {
    for (const preset of PAD_PRESETS) {
      expect(assessPad(without(layer), preset)).toMatchObject({ outcome: 'undetermined', reasons: ['layer-missing'] })
    }
  })

  it('is undetermined on no evidence', () => {
    expect(assessPad([])).toMatchObject({ outcome: 'undetermined', reasons: ['layer-missing'], raised: true })
  })

  it('believes a layer that was heard twice only when it says the same', () => {
    expect(assessPad([...ALL, evidence('passive')], 'high').outcome).toBe('bona-fide')
    expect(assessPad([...ALL, evidence('passive', 'undetermined')], 'high').outcome).toBe('undetermined')
  })
})

describe('injection hints', () => {
  const hinted = withOne(evidence('injection', 'undetermined', { score: 0.5, reasons: ['injection-virtual-camera'] }))

  it('raise what is required, and decide nothing', () => {
    expect(assessPad(hinted, 'low')).toMatchObject({ outcome: 'bona-fide', raised: true, policy: PAD_POLICIES.standard })
    expect(assessPad(hinted, 'standard')).toMatchObject({ outcome: 'bona-fide', raised: true, policy: PAD_POLICIES.high })
    expect(assessPad(hinted, 'high')).toMatchObject({ outcome: 'bona-fide', raised: true, policy: PAD_POLICIES.high })
    const unsure = hinted.map((one) => (one.layer === 'passive' ? evidence('passive', 'undetermined') : one))
    expect(assessPad(unsure, 'standard').outcome).toBe('undetermined')
  })

  it('raise a policy of one’s own to everything', () => {
    expect(assessPad(hinted, { required: ['challenge'], oneOf: [] }).policy).toEqual(PAD_POLICIES.high)
  })

  it.each(['attack', 'bona-fide'] as const)('that call themselves %s do not decide either', (outcome) => {
    expect(assessPad(withOne(evidence('injection', 'undetermined', { outcome, score: 1 })), 'standard').outcome).toBe('bona-fide')
  })

  it.each([NaN, undefined, Infinity])('with a score of %s count as present', (score) => {
    const { score: _none, ...bare } = evidence('injection')
    expect(assessPad(withOne(score === undefined ? bare : { ...bare, score })).raised).toBe(true)
  })
})

describe('what is not understood', () => {
  it.each([
    ['a layer', { layer: 'aura' as PadLayer }, 'layer-unknown'],
    ['an outcome', { outcome: 'fine' as Outcome }, 'layer-unknown'],
    ['a reason', { outcome: 'undetermined', reasons: ['shape-sour'] }, 'layer-unknown'],
    ['a reason of another layer', { outcome: 'undetermined', reasons: ['passive-attack'] }, 'layer-unknown'],
    ['a bona fide outcome with a reason against', { reasons: ['shape-flat'] }, 'layer-contradicts'],
    ['a bona fide outcome without weight', { weight: 0 }, 'layer-contradicts'],
    ['a weight that is no number', { weight: NaN }, 'layer-contradicts'],
    ['a score that is no number', { score: NaN }, 'layer-contradicts'],
  ] as const)('%s admits nobody, in no preset', (_what, fault, reason) => {
    for (const preset of PAD_PRESETS) {
      const assessed = assessPad([...ALL, { ...evidence('shape'), ...fault }], preset)
      expect(assessed.outcome).toBe('undetermined')
      expect(assessed.reasons).toContain(reason)
    }
  })

  it.each([
    ['lax', /policy/],
    [{ required: [], oneOf: [] }, /admits everybody/],
    [{ required: ['injection'], oneOf: [] }, /policy\.required.*injection/],
    [{ required: 'shape', oneOf: [] }, /policy\.required must be a list/],
    [{ required: ['shape'], oneOf: [], also: 1 }, /also/],
  ])('a policy %j is refused', (policy, message) => {
    expect(() => assessPad(ALL, policy as unknown as PadPolicy)).toThrow(message)
    expect(() => assessPad(ALL, policy as unknown as PadPolicy)).toThrow(TypeError)
  })
})

const outcomes = fc.constantFrom<Outcome>('bona-fide', 'attack', 'undetermined')
const layer = fc.constantFrom(...PAD_LAYERS)
const anyEvidence = fc.tuple(layer, outcomes, fc.double({ min: 0, max: 1, noNaN: true })).map(([name, outcome, score]) => {
  return name === 'injection' ? evidence(name, 'undetermined', { score }) : evidence(name, outcome)
})
/** Mostly whole sets, so that many are admitted at first. */
const evidences = fc.tuple(fc.array(anyEvidence, { maxLength: 3 }), fc.subarray([...ALL], { minLength: 3 })).map(([some, good]) => [...good, ...some])
const policies = fc.constantFrom(...PAD_PRESETS)

describe('whatever the evidence', () => {
  it('of attack that is added never admits', () => {
    fc.assert(
      fc.property(evidences, fc.constantFrom('challenge', 'shape', 'continuity', 'passive'), fc.nat(), policies, (layers, name, place, policy) => {
        const added = layers.toSpliced(place % (layers.length + 1), 0, evidence(name, 'attack'))
        expect(assessPad(added, policy).outcome).toBe('attack')
      }),
    )
  })

  it('absence never admits: what is taken away turns no refusal into an admission', () => {
    fc.assert(
      fc.property(evidences, fc.nat(), policies, (layers, place, policy) => {
        fc.pre(new Set(layers.map((one) => one.layer)).size === layers.length)
        const fewer = layers.filter((_, at) => at !== place % Math.max(layers.length, 1))
        expect(assessPad(fewer, policy).outcome === 'bona-fide').toBe(false)
      }),
    )
  })

  it('that is worse never admits where better did not', () => {
    fc.assert(
      fc.property(evidences, fc.nat(), fc.constantFrom<Outcome>('attack', 'undetermined'), policies, (layers, place, outcome, policy) => {
        const at = place % layers.length
        const worse = layers.map((one, index) =>
          index !== at ? one : one.layer === 'injection' ? { ...one, score: 1 } : evidence(one.layer, one.outcome === 'attack' ? 'attack' : outcome),
        )
        if (assessPad(layers, policy).outcome !== 'bona-fide') expect(assessPad(worse, policy).outcome).not.toBe('bona-fide')
      }),
    )
  })

  it('a stricter preset admits no more', () => {
    fc.assert(
      fc.property(evidences, (layers) => {
        const [low, standard, high] = PAD_PRESETS.map((preset) => assessPad(layers, preset).outcome === 'bona-fide')
        expect([!(standard === true) || low, !(high === true) || standard]).toEqual([true, true])
      }),
    )
  })

  it('its order does not matter, and reasons are absent exactly when it is bona fide', () => {
    fc.assert(
      fc.property(evidences, policies, (layers, policy) => {
        const one = assessPad(layers, policy)
        expect(assessPad(layers.toReversed(), policy).outcome).toBe(one.outcome)
        expect(one.reasons.length === 0).toBe(one.outcome === 'bona-fide')
      }),
    )
  })
})
