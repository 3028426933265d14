import { describe, expect, it } from 'vitest'
import { filled, reviseFigures } from '../../scripts/figures.mjs'

describe('figures in the prose', () => {
  it('are those of docs/evaluation', () => {
    expect(reviseFigures(false)).toEqual([])
  })

  it('are noticed when they differ, or when nobody knows them', () => {
    const block = (name: string): string => `<!-- figures:${name} -->\n| made up |\n<!-- /figures -->`
    expect(filled(block('search'), 'x.md')).not.toContain('made up')
    expect(() => filled(block('nonsense'), 'x.md')).toThrow('x.md: there are no figures called nonsense')
  })
})
