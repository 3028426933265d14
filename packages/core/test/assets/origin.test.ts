import { describe, expect, it } from 'vitest'
import { checkAssetsOrigin, createHttpAssets, resolveAssetsBase } from '../../src/assets/index.js'

describe('resolveAssetsBase', () => {
  it('resolves against the page and ends in a slash', () => {
    expect(resolveAssetsBase('/lintas', 'https://opd.example/a/b').href).toBe('https://opd.example/lintas/')
    expect(resolveAssetsBase('lintas/', 'https://opd.example/a/b').href).toBe('https://opd.example/a/lintas/')
  })

  it.each(['https://opd.example/x/?v=1', 'https://opd.example/x/#y', 'https://', '/relative'])('refuses %s', (base) => {
    expect(() => resolveAssetsBase(base, undefined)).toThrow(TypeError)
  })
})

describe('checkAssetsOrigin', () => {
  it.each([
    ['/lintas/', 'https://opd.example'],
    ['https://opd.example:443/lintas/', 'https://opd.example'],
    ['capacitor://localhost/lintas/', 'capacitor://localhost'],
  ])('takes %s on %s', (base, page) => {
    expect(() => checkAssetsOrigin(base, page)).not.toThrow()
  })

  it.each([
    ['https://cdn.example/lintas/', 'https://opd.example'],
    ['http://opd.example/lintas/', 'https://opd.example'],
    ['https://opd.example:8443/lintas/', 'https://opd.example'],
    ['//cdn.example/lintas/', 'https://opd.example'],
    ['data:text/plain,x/', 'https://opd.example'],
    ['data:text/plain,x/', 'null'],
  ])('refuses %s on %s', (base, page) => {
    expect(() => checkAssetsOrigin(base, page)).toThrow(expect.objectContaining({ code: 'assets-origin' }))
  })

  it('is asked before any download', () => {
    let requests = 0
    const fetch = (): Promise<Response> => {
      requests += 1
      return Promise.resolve(new Response())
    }
    expect(() => createHttpAssets({ base: 'https://cdn.example/', pageOrigin: 'https://opd.example', fetch })).toThrow(
      expect.objectContaining({ code: 'assets-origin' }),
    )
    expect(requests).toBe(0)
  })
})
