import { describe, expect, it } from 'vitest'
import { decide, type Result, type Verdicts } from '../../src/verification/decide.js'
import { EVIDENCE_LAYERS } from '../../src/verification/types.js'

const RESULTS: readonly Result[] = ['match', 'non-match', 'no-reference', 'absent', 'template', 'too-few', 'disagree']
const OUTCOMES = ['bona-fide', 'attack', 'undetermined', 'a word of another version' as 'attack'] as const

/** Every combination of what the layers may say. */
function* all(): Generator<Verdicts> {
  for (let mask = 0; mask < 1 << EVIDENCE_LAYERS.length; mask += 1) {
    const evidence = Object.fromEntries(EVIDENCE_LAYERS.map((layer, at) => [layer, ((mask >> at) & 1) === 1])) as Verdicts['evidence']
    for (const pad of OUTCOMES) for (const result of RESULTS) yield { evidence, pad, result, quality: [] }
  }
}

describe('the decision', () => {
  it.each([
    ['check-in', 'match'],
    ['enrolment', 'template'],
  ] as const)('of a %s admits in one of all combinations: where every layer says so', (purpose, wanted) => {
    const admitted = [...all()].filter((verdicts) => decide(verdicts, purpose).outcome === 'admitted')
    expect(admitted).toHaveLength(1)
    const [only] = admitted
    expect(only?.pad).toBe('bona-fide')
    expect(only?.result).toBe(wanted)
    expect(Object.values(only?.evidence ?? {})).toEqual(EVIDENCE_LAYERS.map(() => true))
  })

  it('gives reasons exactly where it refuses, and names every layer that does', () => {
    for (const verdicts of all()) {
      const { outcome, reasons } = decide(verdicts, 'check-in')
      expect(reasons.length === 0).toBe(outcome === 'admitted')
      for (const layer of EVIDENCE_LAYERS) expect(reasons.includes(layer)).toBe(!verdicts.evidence[layer])
    }
  })

  it('refuses what nobody looked at', () => {
    const nothing = { evidence: {}, pad: undefined, result: undefined, quality: [] } as unknown as Verdicts
    expect(decide(nothing, 'check-in').outcome).toBe('refused')
    const good = { evidence: Object.fromEntries(EVIDENCE_LAYERS.map((layer) => [layer, true])), pad: 'bona-fide', result: 'match', quality: [] }
    expect(decide(good as unknown as Verdicts, 'visit' as 'check-in').outcome).toBe('refused')
  })

  it('tells what was not good enough', () => {
    const evidence = Object.fromEntries(EVIDENCE_LAYERS.map((layer) => [layer, true])) as Verdicts['evidence']
    const { reasons } = decide({ evidence, pad: 'bona-fide', result: 'absent', quality: ['too-dark', 'blurred'] }, 'check-in')
    expect(reasons).toEqual(['comparison:absent', 'quality:too-dark', 'quality:blurred'])
  })
})
