import { ROUTE_STEPS, ROUTES, type Route } from '@lintas/core/liveness'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { courseOf, drawNext, type TakenStep } from '../../src/sessions/course.js'

const routes = fc.constantFrom(...(Object.keys(ROUTES) as Route[]))
const saids = fc.array(fc.record({ done: fc.boolean(), dark: fc.boolean() }), { minLength: 8, maxLength: 8 })

/** Plays a session as the server does, until it asks for nothing more. */
function play(route: Route, said: readonly { done: boolean; dark: boolean }[]) {
  const taken: TakenStep[] = []
  for (;;) {
    const course = courseOf(route, taken)
    if (course.kind !== 'more') return { taken, end: course.kind }
    taken.push({ action: drawNext(route, taken, course.failed), ...said[taken.length]! })
  }
}

describe('the course of a session', () => {
  it('ends complete with the steps of its route, one more for darkness, or failed with the second step that was not done', () => {
    fc.assert(
      fc.property(routes, saids, (route, said) => {
        const { taken, end } = play(route, said)
        const done = taken.filter((step) => step.done).length
        const undone = taken.length - done
        expect(taken.length).toBeLessThanOrEqual(7)
        if (end === 'failed') expect([undone, taken.at(-1)!.done]).toEqual([2, false])
        else {
          expect(undone).toBeLessThanOrEqual(1)
          expect(done).toBe(ROUTE_STEPS[route] + (taken.some(({ dark }) => dark) ? 1 : 0))
        }
      }),
      { numRuns: 500 },
    )
  })

  it('asks for actions of the route only', () => {
    fc.assert(
      fc.property(routes, saids, (route, said) => {
        expect(play(route, said).taken.every(({ action }) => ROUTES[route].includes(action))).toBe(true)
      }),
    )
  })

  it('replaces a step that was not done by another action', () => {
    const failed = { action: 'blink', done: false, dark: false } as const
    expect(courseOf('standard', [failed])).toEqual({ kind: 'more', failed: 'blink' })
    for (let round = 0; round < 200; round += 1) expect(drawNext('standard', [failed], 'blink')).not.toBe('blink')
  })
})
