import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ACTIONS, type Action, ROUTES, ROUTE_STEPS, type Route, drawAction, showsShape, turnsHead } from '../../../src/liveness/challenge/index.js'

const ROUTE_NAMES = Object.keys(ROUTES) as Route[]
const route = fc.constantFrom(...ROUTE_NAMES)
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

/** Every action that can be drawn now. */
function drawable(name: Route, done: readonly Action[], failed?: Action): Action[] {
  return [...new Set(Array.from({ length: 840 }, (_, index) => drawAction(name, done, () => index / 840, failed)))]
}

const sequences = (name: Route): Action[][] =>
  Array.from({ length: ROUTE_STEPS[name] }).reduce<Action[][]>(
    (all) => all.flatMap((done) => drawable(name, done).map((action) => [...done, action])),
    [[]],
  )

describe('drawing an action', () => {
  it('never smiles, and routes leave out what they promise to', () => {
    expect(ACTIONS.filter((action) => /smile/.test(action))).toEqual([])
    expect(ROUTES['no-blink']).not.toContain('blink')
    expect(ROUTES['no-mouth']).not.toContain('open-mouth')
    expect(ROUTES['no-turn'].filter((action) => /turn|look/.test(action))).toEqual([])
    expect(ROUTES.distance.filter((action) => /turn|blink|mouth/.test(action))).toEqual([])
  })

  it('gives the same action never twice in a row, nor the one that failed, and shape within the steps and in every one beyond them', () => {
    fc.assert(
      fc.property(route, fc.array(random, { minLength: 6, maxLength: 6 }), fc.nat(5), (name, numbers, faultAt) => {
        const done: Action[] = []
        numbers.forEach((number, nth) => {
          const action = drawAction(name, done, () => number)
          const failed = nth === faultAt ? action : undefined
          const kept = failed === undefined ? action : drawAction(name, done, () => number, failed)
          expect(ROUTES[name]).toContain(kept)
          if (nth < ROUTE_STEPS[name]) expect(kept).not.toBe(failed)
          expect(kept).not.toBe(done.at(-1))
          done.push(kept)
        })
        // Paper comes closer as a head does: only who cannot turn or nod is asked for moves instead.
        const tells = name === 'no-turn' ? showsShape : turnsHead
        expect(done.slice(0, ROUTE_STEPS[name]).some(tells)).toBe(true)
        expect(done.slice(ROUTE_STEPS[name]).every(tells)).toBe(true)
      }),
    )
  })

  it.each([
    ['standard', 356],
    ['no-blink', 240],
    ['no-mouth', 240],
    ['no-turn', 322],
    ['distance', 322],
  ] as const)('has as many sequences on route %s as its text says: %i', (name, count) => {
    expect(sequences(name)).toHaveLength(count)
  })

  it('draws evenly', () => {
    for (const name of ROUTE_NAMES) {
      const open = drawable(name, ['move-back'])
      const counts = new Map<Action, number>()
      for (let index = 0; index < 840; index += 1) {
        const action = drawAction(name, ['move-back'], () => (index + 0.5) / 840)
        counts.set(action, (counts.get(action) ?? 0) + 1)
      }
      for (const action of open) expect(counts.get(action)).toBe(840 / open.length)
    }
  })

  it.each([1, -0.1, NaN, Infinity])('refuses a source that gives %s', (number) => {
    expect(() => drawAction('standard', [], () => number)).toThrow(RangeError)
  })
})
