import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LayerEvidence, PadLayer, PadOutcome } from '../../../packages/core/src/liveness/index.js'
import { jpegsIn } from '../pad/page/clip.js'
import { areaUnderRoc, outcomeShares } from '../pad/rates.js'
import { ablationOf, drawRatesOf, ratesOf, worstOf, type Found } from '../pad/result.js'
import { plotScores } from '../pad/score-plot.js'
import type { Label } from '../pad/types.js'
import { verdict } from '../pad/verdict.js'

const OPTIONS = { replicates: 200, seed: 1 }

const evidence = (layer: PadLayer, outcome: PadOutcome, score?: number): LayerEvidence => ({
  layer,
  outcome,
  weight: layer === 'injection' ? 0 : 1,
  reasons: [],
  evidence: {},
  ...(score !== undefined && { score }),
})

/** Layers in the order challenge, continuity, shape, passive. */
function layersOf(outcomes: readonly [PadOutcome, PadOutcome, PadOutcome, PadOutcome], hints = 0): readonly LayerEvidence[] {
  const [challenge, continuity, shape, passive] = outcomes
  return [
    evidence('challenge', challenge),
    evidence('shape', shape),
    evidence('continuity', continuity),
    evidence('passive', passive),
    evidence('injection', 'undetermined', hints),
  ]
}

const GOOD = layersOf(['bona-fide', 'bona-fide', 'bona-fide', 'bona-fide'])
const UNASKED = layersOf(['undetermined', 'bona-fide', 'bona-fide', 'bona-fide'])
const PAPER = layersOf(['bona-fide', 'bona-fide', 'attack', 'undetermined'])

function found(label: Label, species: string, subject: string, layers: readonly LayerEvidence[]): Found {
  const finding = { layers, frames: 1, framesWithFace: 1, durationMs: 0, draws: [], single: [] }
  return { presentation: { label, species, subject, kind: 'video', level: 'check-in', files: ['a'] }, finding }
}

describe('a verdict', () => {
  it('is that of fusion for a whole check-in, and leaves the challenge out of a clip that was asked nothing', () => {
    expect(verdict({ layers: GOOD }, 'check-in', 'standard')).toBe('bona-fide')
    expect(verdict({ layers: UNASKED }, 'check-in', 'standard')).toBe('undetermined')
    expect(verdict({ layers: UNASKED }, 'layers', 'high')).toBe('bona-fide')
    expect(verdict({ layers: PAPER }, 'check-in', 'low')).toBe('attack')
  })

  it('takes the passive net’s word for pictures', () => {
    expect(verdict({ layers: [evidence('passive', 'attack')] }, 'frames', 'standard')).toBe('attack')
    expect(verdict({ layers: [] }, 'frames', 'standard')).toBe('undetermined')
  })

  it('without a layer is what the others say, its attack too', () => {
    expect(verdict({ layers: PAPER }, 'check-in', 'standard', ['shape'])).toBe('undetermined')
    const printed = layersOf(['bona-fide', 'bona-fide', 'attack', 'bona-fide'])
    expect(verdict({ layers: printed }, 'check-in', 'standard', ['shape'])).toBe('bona-fide')
    expect(verdict({ layers: UNASKED }, 'check-in', 'standard', ['challenge'])).toBe('bona-fide')
  })

  it('is raised by injection hints, unless they are left out', () => {
    const hinted = layersOf(['bona-fide', 'bona-fide', 'bona-fide', 'undetermined'], 0.5)
    expect(verdict({ layers: hinted }, 'check-in', 'standard')).toBe('undetermined')
    expect(verdict({ layers: hinted }, 'check-in', 'standard', ['injection'])).toBe('bona-fide')
    expect(verdict({ layers: layersOf(['undetermined', 'bona-fide', 'bona-fide', 'undetermined'], 0.5) }, 'layers', 'low')).toBe('bona-fide')
  })
})

describe('shares', () => {
  it('count outcomes, and widen with subjects that differ', () => {
    const judged = ['a', 'b', 'c', 'd'].flatMap((subject) =>
      [0, 1].map(() => ({ subject, outcome: subject === 'a' ? ('bona-fide' as const) : ('attack' as const) })),
    )
    const shares = outcomeShares(judged, OPTIONS)
    expect(shares).toMatchObject({ presentations: 8, subjects: 4 })
    expect(shares.bonaFide).toMatchObject({ value: 0.25, count: 2 })
    expect(shares.undetermined).toMatchObject({ value: 0, count: 0 })
    // Exact upper end for 0 of 4, Clopper and Pearson (R: binom.test(0, 4)).
    expect(shares.undetermined.zeroErrorBound).toBeCloseTo(0.6024, 4)
    expect(shares.bonaFide.interval?.[0]).toBe(0)
    expect(shares.bonaFide.interval?.[1]).toBeGreaterThan(0.5)
  })

  it('always add up, and hold their value within the interval’s range of 0 to 1', () => {
    const one = fc.record({ subject: fc.constantFrom('a', 'b', 'c'), outcome: fc.constantFrom<PadOutcome>('bona-fide', 'attack', 'undetermined') })
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 40 }), (judged) => {
        const { bonaFide, attack, undetermined, refused } = outcomeShares(judged, { replicates: 20, seed: 3 })
        expect(bonaFide.value + attack.value + undetermined.value).toBeCloseTo(1, 12)
        expect(refused.count).toBe(attack.count + undetermined.count)
      }),
      { numRuns: 50 },
    )
  })

  it('of nothing are refused: no share is no zero', () => {
    expect(() => outcomeShares([], OPTIONS)).toThrow(RangeError)
  })
})

describe('the area under the ROC curve', () => {
  it('is the chance of the right order, ties half', () => {
    expect(areaUnderRoc([2, 3], [0, 1])).toBe(1)
    expect(areaUnderRoc([1], [1])).toBe(0.5)
    expect(areaUnderRoc([1, 3], [2])).toBe(0.5)
    expect(areaUnderRoc([], [1])).toBeUndefined()
  })

  it('agrees with counting every pair', () => {
    const scores = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(scores, scores, (bonaFide, attacks) => {
        const pairs = bonaFide.flatMap((good) => attacks.map((bad) => (good > bad ? 1 : good === bad ? 0.5 : 0)))
        const counted = pairs.reduce<number>((sum, one) => sum + one, 0) / pairs.length
        expect(areaUnderRoc(bonaFide, attacks)).toBeCloseTo(counted, 12)
      }),
    )
  })
})

describe('a result', () => {
  const all = [
    found('attack', 'print', 'a', PAPER),
    found('attack', 'print', 'b', PAPER),
    found('attack', 'replay', 'a', GOOD),
    found('attack', 'replay', 'b', UNASKED),
    found('bona-fide', 'live', 'c', GOOD),
  ]

  it('tells each species and names the worst', () => {
    const rates = ratesOf(all, OPTIONS)
    expect(rates.map(({ label, species }) => `${label} ${species}`)).toEqual(['attack print', 'attack replay', 'bona-fide live'])
    expect(worstOf(rates).find(({ preset }) => preset === 'standard')).toMatchObject({ species: 'replay', apcer: 0.5 })
  })

  it('tells what each layer adds', () => {
    const rows = new Map(ablationOf(all, OPTIONS).map((row) => [row.layers, row]))
    expect(rows.get('all layers')?.attacks?.bonaFide.value).toBe(0.25)
    // The replay that does not what was asked is let through, the prints are not: shape calls them flat.
    expect(rows.get('without challenge')?.attacks?.bonaFide.value).toBe(0.5)
    expect(rows.get('continuity alone')?.attacks?.bonaFide.value).toBe(1)
    expect(rows.get('all layers')?.bonaFide?.refused.value).toBe(0)
  })

  it('counts random sequences that the clip shows apart', () => {
    const [first] = all
    const draws = [
      { asked: ['blink', 'turn-left', 'look-up'] as const, layers: GOOD },
      { asked: ['turn-left', 'blink'] as const, layers: UNASKED },
      { asked: [], layers: UNASKED },
    ]
    const clip: Found = {
      presentation: { ...first!.presentation, challenge: [{ action: 'blink' }, { action: 'turn-left' }, { action: 'look-up' }] },
      finding: { ...first!.finding, draws },
    }
    expect(drawRatesOf([clip])).toEqual([{ label: 'attack', species: 'print', clips: 1, attempts: 3, begun: 2, asListed: 1, passed: 0, accepted: 0 }])
  })
})

describe('a file of JPEGs end to end', () => {
  const jpeg = [0xff, 0xd8, 0xff, 0xe0, 1, 0xff, 0x00, 2, 0xff, 0xd9]

  it('is parted where pictures begin, whatever lies before and between', () => {
    const parts = jpegsIn(Uint8Array.from([9, 9, ...jpeg, ...jpeg, 0xff]))
    expect(parts.map(({ length }) => length)).toEqual([10, 11])
    expect(jpegsIn(new Uint8Array(5))).toEqual([])
  })
})

describe('a plot of scores', () => {
  it('names species with their counts, leaves out what is no number, and is nothing without scores', () => {
    const svg = plotScores('Shape', 'residual', [{ name: 'print <flat>', label: 'attack', scores: [0.1, NaN, 0.2] }], [0.15])
    expect(svg).toContain('print &lt;flat&gt; (2)')
    expect(svg).not.toContain('NaN')
    expect(plotScores('Shape', 'residual', [], [1])).toBeUndefined()
  })
})
