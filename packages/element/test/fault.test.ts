import { LintasError } from '@lintas/core/errors'
import { describe, expect, it } from 'vitest'
import { faultOf } from '../src/fault.js'

/** What another copy of core throws: alike in everything but its class. */
function foreign(fields: object): Error {
  return Object.assign(new Error('from elsewhere'), { name: 'LintasError', ...fields })
}

describe('faultOf', () => {
  it('leaves a fault of this copy as it is', () => {
    const error = new LintasError('assets-hash', 'x')
    expect(faultOf(error)).toBe(error)
  })

  it('keeps code and details of another copy’s fault, which is its cause', () => {
    const cause = foreign({ code: 'assets-hash', details: { file: 'x' } })
    const error = faultOf(cause)
    expect(error).toBeInstanceOf(LintasError)
    expect(error).toMatchObject({ code: 'assets-hash', message: 'from elsewhere', details: { file: 'x' }, cause })
  })

  it('keeps a code that this copy does not know', () => expect(faultOf(foreign({ code: 'moon-phase' })).code).toBe('moon-phase'))

  it.each([[new TypeError('x')], [foreign({ code: 7 })], ['x'], [undefined]])('takes %s for unexpected', (cause) => {
    const { code, cause: kept } = faultOf(cause)
    expect([code, kept]).toEqual(['unexpected', cause])
  })
})
