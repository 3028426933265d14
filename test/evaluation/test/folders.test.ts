import { describe, expect, it } from 'vitest'
import { foldersFor } from '../src/folders.js'

describe('the folders of protocols', () => {
  it('bear their names, and never one for two', () => {
    expect(foldersFor(['lfw-dev', 'nuaa dev', 'nuaa/dev', 'LFW-dev', '(none)'])).toEqual(['lfw-dev', 'nuaa-dev', 'nuaa-dev-2', 'LFW-dev-2', '-none-'])
  })

  it('lie where they belong, whatever a protocol is called', () => {
    expect(foldersFor(['..', '.', '../x', '/etc'])).toEqual(['-', '--2', '..-x', '-etc'])
  })
})
