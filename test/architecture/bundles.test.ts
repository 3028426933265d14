import { describe, expect, it } from 'vitest'
import { built, closure, codeFromText } from './bundles.js'
import { importsOf, type Source } from './sources.js'

/** What belongs into the worker or into Node, and would cost a page hundreds of kilobytes. */
const HEAVY = /^(?:onnxruntime|@mediapipe|sharp|node:)/
const MAIN_THREAD = [
  'index',
  'capture/index',
  'quality/index',
  'worker/index',
  'reference/index',
  'comparison/index',
  'receipt/index',
  'check-in/index',
]
/** In ORT's and MediaPipe's glue: a branch for Node that no browser takes, and URLs for which the bytes are handed over instead. */
const HARMLESS = /^node:|^\.$|\.wasm$/
const WORKERS = ['lintas-worker', 'lintas-worker-webgpu'].map((name) => `packages/core/dist/runtime/${name}.js`)

describe('what the page loads', () => {
  it.each(MAIN_THREAD)('@lintas/core %s pulls in no inference runtime', (entry) => {
    expect(closure(`packages/core/dist/${entry}.js`).foreign.filter((name) => HEAVY.test(name))).toEqual([])
  })

  it('would be seen through a file between', () => {
    const files: Record<string, string> = { 'a.js': "import './b.js'", 'b.js': "export const f = () => import('onnxruntime-web/wasm')" }
    const read = (path: string): Source => ({ path, text: files[path] ?? '' })
    expect(closure('a.js', read)).toEqual({ files: ['a.js', 'b.js'], foreign: ['onnxruntime-web/wasm'] })
  })

  it('is, for a page without a bundler, one script', () => {
    const script = built('packages/element/dist/lintas-checkin.js')
    expect(importsOf(script)).toEqual([])
    // Lit, element and core without a runtime: measured 8.3 KB gzip for Lit alone; ten times that raw is a runtime that slipped in.
    expect(script.text.length).toBeLessThan(250_000)
  })
})

describe('the worker scripts', () => {
  it.each(WORKERS)('%s imports nothing', (path) => {
    expect(importsOf(built(path)).filter((specifier) => !HARMLESS.test(specifier))).toEqual([])
  })

  it('make no code from text', () => {
    expect(codeFromText(built(WORKERS[0] ?? ''))).toEqual([])
  })

  it('would be seen to', () => {
    for (const text of ['eval("1")', 'new Function("return 1")', 'Function("return this")()']) {
      expect(codeFromText({ path: 'a.js', text }), text).toHaveLength(1)
    }
    expect(codeFromText({ path: 'a.js', text: 'x.eval("1"); class Function2 {}' })).toEqual([])
  })
})
