import { describe, expect, it } from 'vitest'
import { backwards, LINE } from './direction.js'
import { readSources, type Source } from './sources.js'

const file = (path: string, text: string): Source => ({ path: `packages/core/src/${path}`, text })

describe('imports run one way', () => {
  it('holds in @lintas/core', () => {
    const sources = readSources('packages/core/src')
    expect(sources.length).toBeGreaterThan(20)
    expect(backwards(sources)).toEqual([])
  })

  it('sees an import that runs backwards, in every form', () => {
    const forms = [
      "import { x } from '../check-in/index.js'",
      "export * from '../check-in/index.js'",
      "import type { X } from '../check-in/index.js'",
      "const load = () => import('../check-in/index.js')",
      "type X = import('../check-in/index.js').X",
      "const url = new URL('../check-in/script.js', import.meta.url)",
    ]
    for (const text of forms) {
      expect(backwards([file('numeric/vector.ts', text)])).toEqual([expect.stringContaining('-> packages/core/src/check-in/')])
    }
  })

  it('lets an import forward pass, and one inside a stage', () => {
    expect(backwards([file('quality/a.ts', "import { x } from '../numeric/index.js'; import { y } from './b.js'")])).toEqual([])
  })

  it('refuses a stage that has no place on the line', () => {
    expect(backwards([file('helpers/a.ts', '')])).toEqual([expect.stringContaining('no place on the line')])
  })

  it('keeps Node out of the index', () => {
    expect(backwards([file('node.ts', "import { x } from './index.js'")])).toHaveLength(1)
    expect(LINE.indexOf('node')).toBeLessThan(LINE.indexOf('index'))
  })
})
