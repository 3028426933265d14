import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide, type Findings, type Policy } from '../../src/check-in/index.js'
import type { Comparison } from '../../src/comparison/index.js'
import type { PadOutcome } from '../../src/liveness/index.js'

const CALIBRATION = { id: 'x', origin: 'shipped' } as const
const AT = new Date('2026-11-24T00:00:00Z')

function comparisonOf(decision: Comparison['decision']): Comparison {
  return { decision, score: 0.5, threshold: 0.5, fmr: 0.0001, calibration: { id: 'x', origin: 'shipped' }, perSpace: {} }
}

const findings = fc.record({
  pad: fc.constantFrom<PadOutcome>('bona-fide', 'attack', 'undetermined').map((outcome) => ({ outcome, reasons: [] })),
  comparison: fc.constantFrom(comparisonOf('match'), comparisonOf('non-match'), undefined),
  quality: fc.constantFrom({ acceptable: false, reasons: ['too-dark'] } as const, undefined),
  timedOut: fc.constantFrom<boolean>(true, false, undefined as never, null as never),
  calibration: fc.constant(CALIBRATION),
})
const POLICIES: readonly Policy[] = [{}, { pad: 'standard' }, { pad: 'none' }]
const policy = fc.constantFrom(...POLICIES)

describe('the application decision', () => {
  it('admits exactly who matched in time with the PAD that the policy asks for', () => {
    fc.assert(
      fc.property(findings, policy, (found, rules) => {
        const { pad, comparison, timedOut } = found
        const padPasses = pad.outcome === 'bona-fide' || (pad.outcome === 'undetermined' && rules.pad === 'none')
        const outcome = decide(found, rules, AT)
        expect(outcome.decision).toBe(comparison?.decision === 'match' && Object.is(timedOut, false) && padPasses ? 'admitted' : 'refused')
        expect(outcome.reasons.length === 0).toBe(outcome.decision === 'admitted')
        expect(outcome.pad).toBe(pad)
        expect(outcome.calibration).toEqual(CALIBRATION)
        expect(outcome.assurance).toBe('client-asserted')
      }),
    )
  })

  it('never admits an attack, even where PAD is not required', () => {
    const found: Findings = { pad: { outcome: 'attack', reasons: [] }, comparison: comparisonOf('match'), timedOut: false, calibration: CALIBRATION }
    expect(decide(found, { pad: 'none' }, AT)).toMatchObject({ decision: 'refused', reasons: ['pad:attack'] })
  })

  it('takes an outcome of PAD that it does not know for undetermined, whatever the policy', () => {
    const pad = { outcome: 'unsure' as PadOutcome, reasons: [] }
    for (const rules of POLICIES) {
      expect(decide({ pad, comparison: comparisonOf('match'), timedOut: false, calibration: CALIBRATION }, rules, AT)).toMatchObject({
        decision: 'refused',
        reasons: ['pad:undetermined'],
      })
    }
  })

  it('tells what was wrong with the picture when nothing could be compared', () => {
    const found: Findings = {
      pad: { outcome: 'undetermined', reasons: ['not-assessed'] },
      quality: { acceptable: false, reasons: ['several-faces', 'too-dark'] },
      timedOut: true,
      calibration: CALIBRATION,
    }
    expect(decide(found, {}, AT).reasons).toEqual(['quality:several-faces', 'quality:too-dark', 'timeout', 'pad:undetermined'])
  })
})
