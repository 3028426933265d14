import { ERROR_CODES, ROUTES } from '@lintas/core'
import { describe, expect, it } from 'vitest'
import { caseAt, galleryCases, keysOf } from '../src/shared/gallery-cases.js'

const CASES = galleryCases()

describe('the gallery', () => {
  it('has a case, once, for every code that it lists', () => {
    const listed = [
      ...keysOf('reason'),
      ...ERROR_CODES,
      ...(['hint', 'pad-hint', 'action', 'route'] as const).flatMap((kind) => keysOf(kind).map((key) => `${kind}:${key}`)),
    ]
    const names = CASES.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(listed))
    expect(new Set(names).size).toBe(names.length)
  })

  it('finds each by the address that its link has', () => {
    for (const one of CASES) expect(caseAt(`#${encodeURIComponent(one.name)}`, CASES)).toBe(one)
  })

  it('shows pictures that disagree where that can happen: at an enrolment', () => {
    expect(caseAt('#samples-disagree', CASES)).toMatchObject({ kind: 'enrolment', group: 'refused' })
  })

  it('shows every route before the start, where it is chosen', () => {
    const routes = CASES.filter(({ route }) => route !== undefined)
    expect(routes.map(({ route }) => route)).toEqual(Object.keys(ROUTES))
    for (const { name, route } of routes) expect(name).toBe(`route:${route ?? ''}`)
  })

  it.each(['', '#', '#%', '#%E0%A4%A', '#nothing-of-ours'])('takes %j for no case', (hash) => expect(caseAt(hash, CASES)).toBeUndefined())
})
