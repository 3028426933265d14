import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HINT_STEADY_MS, NO_HINT, hintOf, nextHint, type Hint, type HintState } from '../../src/check-in/index.js'

const hint = fc.constantFrom<Hint | undefined>('too-dark', 'too-far', 'hold-still', undefined)

describe('the hint on screen', () => {
  it('shows at once when there was none', () => {
    expect(nextHint(NO_HINT, 'too-far', 0).shown).toBe('too-far')
  })

  it('changes only to what stood for long enough', () => {
    let state: HintState = nextHint(NO_HINT, 'too-far', 0)
    state = nextHint(state, 'too-dark', 100)
    state = nextHint(state, 'too-dark', 100 + HINT_STEADY_MS - 1)
    expect(state.shown).toBe('too-far')
    expect(nextHint(state, 'too-dark', 100 + HINT_STEADY_MS).shown).toBe('too-dark')
  })

  it('does not stay for as long as the clock went back', () => {
    let state: HintState = nextHint(NO_HINT, 'too-far', 3_600_000)
    state = nextHint(state, 'too-dark', 3_600_000)
    state = nextHint(state, 'too-dark', 0)
    expect(state.shown).toBe('too-far')
    expect(nextHint(state, 'too-dark', HINT_STEADY_MS).shown).toBe('too-dark')
  })

  it('does not count the time of a hint that went away in between', () => {
    let state: HintState = nextHint(NO_HINT, 'too-far', 0)
    state = nextHint(state, 'too-dark', 100)
    state = nextHint(state, 'too-far', 300)
    state = nextHint(state, 'too-dark', 400)
    expect(nextHint(state, 'too-dark', 700).shown).toBe('too-far')
  })

  it('never changes more than once in the steady time after the first, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(hint, fc.integer({ min: 1, max: 300 })), { maxLength: 60 }), (steps) => {
        let state = nextHint(NO_HINT, 'too-far', 0)
        let now = 0
        let changedAt = -Infinity
        for (const [wanted, gap] of steps) {
          now += gap
          const next = nextHint(state, wanted, now)
          if (next.shown !== state.shown && state.shown !== undefined) {
            expect(now - changedAt).toBeGreaterThanOrEqual(HINT_STEADY_MS)
            changedAt = now
          } else if (next.shown !== state.shown) changedAt = now
          state = next
        }
      }),
    )
  })

  it('is the most important reason, else what a good frame calls for', () => {
    expect(hintOf(['several-faces', 'too-dark'], 'hold-still')).toBe('several-faces')
    expect(hintOf([], 'hold-still')).toBe('hold-still')
  })
})
