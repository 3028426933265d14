import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SteadyValue } from '../src/steady-value.js'

describe('SteadyValue', () => {
  const shown: string[] = []
  let steady: SteadyValue<string>

  beforeEach(() => {
    vi.useFakeTimers()
    shown.length = 0
    steady = new SteadyValue((value) => shown.push(value))
  })
  afterEach(() => vi.useRealTimers())

  it('shows the first value at once', () => {
    steady.offer('a')
    expect(shown).toEqual(['a'])
  })

  it('holds a later value until the shown one could be read', () => {
    steady.offer('a')
    steady.offer('b')
    vi.advanceTimersByTime(1199)
    expect(shown).toEqual(['a'])
    vi.advanceTimersByTime(1)
    expect(shown).toEqual(['a', 'b'])
  })

  it('drops a value that did not last', () => {
    steady.offer('a')
    vi.advanceTimersByTime(5000)
    steady.offer('b')
    vi.advanceTimersByTime(249)
    steady.offer('a')
    vi.advanceTimersByTime(5000)
    expect(shown).toEqual(['a'])
  })

  it('is not kept from showing by a value that is offered again and again', () => {
    steady.offer('a')
    vi.advanceTimersByTime(5000)
    for (let i = 0; i < 10; i++) {
      steady.offer('b')
      vi.advanceTimersByTime(50)
    }
    expect(shown).toEqual(['a', 'b'])
  })

  it('shows nothing after reset, and the next value at once', () => {
    steady.offer('a')
    steady.offer('b')
    steady.reset()
    vi.advanceTimersByTime(5000)
    expect(shown).toEqual(['a'])
    steady.offer('c')
    expect(shown).toEqual(['a', 'c'])
  })
})
