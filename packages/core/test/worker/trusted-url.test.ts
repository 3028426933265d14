import { afterEach, describe, expect, it, vi } from 'vitest'
import { trustedScriptUrl } from '../../src/worker/index.js'

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('a worker script’s URL', () => {
  it.each([
    ['https://opd.example/absen', 'https://opd.example', 'https://opd.example/lintas/w.js'],
    ['https://opd.example/absen', 'https://opd.example', '/lintas/w.js'],
    // A wrapped app: its scheme has no origin of its own in the URL standard.
    ['capacitor://localhost/', 'capacitor://localhost', 'capacitor://localhost/lintas/w.js'],
  ])('passes on the page’s own origin: %s', (href, origin, url) => {
    vi.stubGlobal('location', { href, origin })
    expect(trustedScriptUrl(url)).toBe(url)
  })

  it.each([
    ['https://opd.example/absen', 'https://opd.example', 'https://cdn.example/w.js'],
    ['https://opd.example/absen', 'https://opd.example', 'data:text/javascript,0'],
    // Two opaque origins both read "null" and are still not the same.
    ['https://opd.example/absen', 'null', 'data:text/javascript,0'],
    ['capacitor://localhost/', 'capacitor://localhost', 'capacitor://elsewhere/w.js'],
  ])('is refused elsewhere: %s of %s, %s', (href, origin, url) => {
    vi.stubGlobal('location', { href, origin })
    expect(() => trustedScriptUrl(url)).toThrow(expect.objectContaining({ code: 'worker-origin' }))
  })

  it('goes through the policy where there are Trusted Types, made once', () => {
    const createPolicy = vi.fn((_name: string, rules: { createScriptURL: (url: string) => string }) => rules)
    vi.stubGlobal('trustedTypes', { createPolicy })
    vi.stubGlobal('location', { href: 'https://opd.example/', origin: 'https://opd.example' })
    expect([trustedScriptUrl('/w.js'), trustedScriptUrl('/w.js')]).toEqual(['/w.js', '/w.js'])
    expect(createPolicy).toHaveBeenCalledTimes(1)
    expect(() => trustedScriptUrl('https://cdn.example/w.js')).toThrow(expect.objectContaining({ code: 'worker-origin' }))
    Reflect.deleteProperty(globalThis, Symbol.for('lintas.trusted-types-policy'))
  })
})
