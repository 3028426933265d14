import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkBoolean, checkChoice, checkKeys, checkNumber, checkText } from '../../src/options/index.js'

describe('option checks', () => {
  it('give the fallback for undefined and nothing else', () => {
    expect(checkNumber('n', undefined, 7)).toBe(7)
    expect(() => checkNumber('n', null, 7)).toThrow(TypeError)
    expect(checkChoice('c', undefined, 'a', ['a', 'b'])).toBe('a')
    expect(checkBoolean('b', undefined, true)).toBe(true)
  })

  it('say what takes options when it is given none', () => {
    for (const options of [undefined, null, 'fast'])
      expect(() => checkKeys('createThing', options as never, [])).toThrow(/createThing takes an object/)
  })

  it('accept exactly the numbers inside the bounds', () => {
    fc.assert(
      fc.property(fc.double(), fc.double({ noNaN: true }), fc.double({ noNaN: true }), (value, one, other) => {
        const [min, max] = [Math.min(one, other), Math.max(one, other)]
        const inside = Number.isFinite(value) && value >= min && value <= max
        if (inside) expect(checkNumber('n', value, 0, { min, max })).toBe(value)
        else expect(() => checkNumber('n', value, 0, { min, max })).toThrow(TypeError)
      }),
    )
  })

  it.each([
    [() => checkNumber('timeoutMs', 'soon', 1, { min: 0, max: 9 }), /timeoutMs must be a number from 0 to 9, not "soon"/],
    [() => checkNumber('faces', 1.5, 1, { min: 1, integer: true }), /faces must be an integer of 1 or more, not 1\.5/],
    [() => checkChoice('backend', 'cuda', 'wasm', ['wasm', 'webgpu']), /backend must be one of wasm, webgpu, not "cuda"/],
    [() => checkBoolean('chips', 1, true), /chips must be true or false, not 1/],
    [() => checkText('subjectId', ''), /subjectId must be a string that is not empty/],
    [
      () => {
        checkKeys('createCheckIn', { timeout: 1 }, ['timeoutMs'])
      },
      /createCheckIn has no option timeout; it has timeoutMs/,
    ],
  ])('name the option that is wrong', (check, message) => {
    expect(check).toThrow(message)
    expect(check).toThrow(TypeError)
  })
})
