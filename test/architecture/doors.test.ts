import { describe, expect, it } from 'vitest'
import { DOORS, doorFaults } from './doors.js'
import { shipped } from './sources.js'

const only = (library: string) => DOORS.filter((door) => door.library === library)

describe('one door per foreign library', () => {
  it('holds in every package', () => {
    expect(doorFaults(shipped())).toEqual([])
  })

  it('sees a second file, types included', () => {
    const sources = [
      { path: 'packages/core/src/a.ts', text: "import { get } from 'idb-keyval'" },
      { path: 'packages/core/src/b.ts', text: "import type { UseStore } from 'idb-keyval'" },
    ]
    expect(doorFaults(sources, only('idb-keyval'))).toEqual(['idb-keyval: imported in 2 files (packages/core/src/a.ts, packages/core/src/b.ts)'])
    expect(doorFaults([], only('idb-keyval'))).toEqual(['idb-keyval: imported in 0 files ()'])
  })

  it('counts the wasm script of a library as the library', () => {
    const sources = [
      { path: 'packages/core/src/a.ts', text: "import { FaceLandmarker } from '@mediapipe/tasks-vision'" },
      { path: 'packages/core/src/b.ts', text: "import factory from '@mediapipe/tasks-vision/vision_wasm_module_internal.js'" },
    ]
    expect(doorFaults(sources, only('@mediapipe/tasks-vision'))).toHaveLength(1)
  })

  it('sees a library in the wrong package, and one without a door', () => {
    const sources = [{ path: 'packages/core/src/a.ts', text: "import { html } from 'lit'; import { z } from 'zod'" }]
    expect(doorFaults(sources, only('lit'))).toEqual([
      "packages/core/src/a.ts: 'zod' has no door",
      "packages/core/src/a.ts: 'lit' belongs to element,demo",
    ])
  })
})
