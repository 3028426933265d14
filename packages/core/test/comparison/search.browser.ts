import { expect } from '@esm-bundle/chai'
import { createGallery, search } from '../../src/comparison/index.js'
import { kernelBytes } from '../../src/comparison/simd-kernel.js'
import { shotOf, templateOf } from '../reference/fixtures.js'
import { profileWith } from './fixtures.js'

describe('a search in the browser', () => {
  it('runs in WebAssembly and gives bit by bit what plain script gives', () => {
    const templates = Array.from({ length: 100 }, (_, index) => templateOf(index + 1))
    const simd = createGallery(templates, profileWith())
    const script = createGallery(templates, profileWith(), { engine: 'script' })
    expect([simd.engine, script.engine]).to.deep.equal(['simd', 'script'])
    for (const person of [1, 50, 200]) expect(search(shotOf(person, 2), simd)).to.deep.equal(search(shotOf(person, 2), script))
    expect(search(shotOf(50, 2), simd).candidates[0]?.subjectId).to.equal('subject-50')
  })

  it('is refused by a CSP without wasm-unsafe-eval at once, which is what the way out to plain script rests on', async () => {
    const frame = document.createElement('iframe')
    const told = new Promise<unknown>((resolve) => addEventListener('message', ({ data }) => resolve(data), { once: true }))
    frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="script-src 'unsafe-inline'"><script>
      try { new WebAssembly.Module(Uint8Array.from([${String(kernelBytes())}])); parent.postMessage('compiled', '*') }
      catch (error) { parent.postMessage(error.name, '*') }
    </script>`
    document.body.append(frame)
    expect(await told).to.equal('CompileError')
    frame.remove()
  })
})
