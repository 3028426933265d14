import { describe, expect, it } from 'vitest'
import { chooseThreads, hasWasmSimd, isWebKit } from '../../src/inference/index.js'

const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0'
const WEBKIT = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/130.0 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
]

describe('the choice of threads', () => {
  it('is one without isolation, whatever is wanted', () => {
    expect(chooseThreads(8, { crossOriginIsolated: false, hardwareConcurrency: 8, userAgent: CHROME })).toBe(1)
  })

  it.each(WEBKIT)('is one on WebKit: %s', (userAgent) => {
    expect(isWebKit({ userAgent })).toBe(true)
    expect(chooseThreads(4, { crossOriginIsolated: true, hardwareConcurrency: 8, userAgent })).toBe(1)
  })

  it.each([CHROME, FIREFOX])('follows the wish, else half the cores up to four: %s', (userAgent) => {
    expect(isWebKit({ userAgent })).toBe(false)
    const facts = { crossOriginIsolated: true, userAgent }
    expect(chooseThreads(3, { ...facts, hardwareConcurrency: 2 })).toBe(3)
    expect([1, 2, 4, 8, 64].map((cores) => chooseThreads(undefined, { ...facts, hardwareConcurrency: cores }))).toEqual([1, 1, 2, 4, 4])
  })
})

describe('hasWasmSimd', () => {
  it('is true in this Node, which has SIMD', () => {
    expect(hasWasmSimd()).toBe(true)
  })

  it('is false where the page forbids WebAssembly', () => {
    const { Module } = WebAssembly
    Reflect.set(WebAssembly, 'Module', function blocked() {
      throw new WebAssembly.CompileError('refused by CSP')
    })
    try {
      expect(hasWasmSimd()).toBe(false)
    } finally {
      Reflect.set(WebAssembly, 'Module', Module)
    }
  })
})
