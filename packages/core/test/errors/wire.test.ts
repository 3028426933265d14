import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ERROR_CODES, LintasError, asLintasError, fromWire, toWire } from '../../src/errors/index.js'

const details = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.double({ noNaN: true }), fc.boolean()))

describe('an error across a worker boundary', () => {
  it('keeps code, message and details through structured cloning', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ERROR_CODES), fc.string(), details, (code, message, facts) => {
        const back = fromWire(structuredClone(toWire(new LintasError(code, message, { details: facts }))))
        expect(back).toBeInstanceOf(LintasError)
        expect([back.code, back.message]).toEqual([code, message])
        expect({ ...back.details }).toEqual({ ...facts })
      }),
    )
  })

  it('keeps the name and message of its cause', () => {
    const back = fromWire(structuredClone(toWire(new LintasError('inference-run', 'x', { cause: new RangeError('deep') }))))
    expect(back.cause).toMatchObject({ name: 'RangeError', message: 'deep' })
  })

  it('does not invent a code that it does not know', () => {
    const wire = { ...toWire(new LintasError('inference-run', 'x')), code: 'from-the-future' as never }
    expect(fromWire(wire)).toMatchObject({ code: 'unexpected', details: { code: 'from-the-future' } })
  })

  it('lists no code twice', () => {
    expect(new Set(ERROR_CODES).size).toBe(ERROR_CODES.length)
  })
})

describe('asLintasError', () => {
  it('passes a coded error through and wraps any other with its cause', () => {
    const coded = new LintasError('camera-busy', 'x')
    expect(asLintasError(coded, 'unexpected')).toBe(coded)
    const plain = new Error('boom')
    expect(asLintasError(plain, 'inference-run')).toMatchObject({ code: 'inference-run', message: 'boom', cause: plain })
    expect(asLintasError('text')).toMatchObject({ code: 'unexpected', message: 'text' })
  })
})
