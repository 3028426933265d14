import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { boundToHost, foreignInPages, foreignStrings } from './origins.js'
import { readSources, ROOT, shipped, type Source } from './sources.js'

const file = (text: string): Source => ({ path: 'packages/core/src/a.ts', text })
const isPage = (path: string): boolean => /\.(?:html|css)$/.test(path)

describe('nothing outside the own origin', () => {
  it('is named by a string of shipped code', () => {
    expect(foreignStrings(shipped())).toEqual([])
  })

  it('is loaded by a page', () => {
    expect(foreignInPages(readSources('packages/demo', isPage))).toEqual([])
  })

  it('would be seen', () => {
    expect(foreignStrings([file("fetch('https://cdn.example.com/x.wasm')")])).toHaveLength(1)
    expect(foreignStrings([file('fetch(`https://cdn.example.com/${x}`)')])).toHaveLength(1)
    expect(foreignStrings([file("const u = '//cdn.example.com/x.js'")])).toHaveLength(1)
    expect(foreignStrings([file("// see https://example.com/paper\nconst svg = 'http://www.w3.org/2000/svg'")])).toEqual([])
    expect(foreignInPages([{ path: 'a.html', text: '<script src="https://cdn.example.com/a.js"></script>' }])).toHaveLength(1)
    expect(foreignInPages([{ path: 'a.html', text: '<a href="https://example.com/">read</a>' }])).toEqual([])
  })
})

describe('the lockfile', () => {
  it('names no registry host', () => {
    const lockfile = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Parameters<typeof boundToHost>[0]
    expect(Object.keys(lockfile.packages).length).toBeGreaterThan(100)
    expect(boundToHost(lockfile)).toEqual([])
  })

  it('would be seen to', () => {
    const bound = { resolved: 'https://registry.example.com/lit/-/lit-3.3.3.tgz' }
    expect(boundToHost({ packages: { 'node_modules/lit': bound, 'node_modules/@lintas/core': { resolved: 'packages/core' } } })).toEqual([
      'node_modules/lit',
    ])
  })
})
