import { beforeAll, describe, expect, it } from 'vitest'
import { attempt, enrolled, expectAdmitted } from './support/attempt.js'
import { SCENES } from './support/scenes.js'
import { visit } from './support/visit.js'
import { useWorld } from './support/world.js'

const world = useWorld()
let reference = ''

beforeAll(async () => {
  reference = await enrolled(world.site, 'obama')
})

const isHeavy = (path: string): boolean => /\.(?:onnx|task|wasm|bin)$/.test(path)

describe('the second visit', () => {
  it('downloads no model, and starts even when only the page itself can be reached', async () => {
    await visit({ site: world.site, film: await world.film(SCENES.samePerson), expectedErrors: /Failed to load resource/ }, async ({ page, go }) => {
      const first = await attempt(page, { reference })
      expectAdmitted(first)
      expect(world.site.requested.filter(isHeavy).length).toBeGreaterThan(0)

      world.site.forget()
      await go('/')
      const second = await attempt(page, { reference })
      expectAdmitted(second)
      expect(world.site.requested.filter((path) => path.startsWith('/lintas/')).sort()).toEqual(['/lintas/assets.json', '/lintas/lintas-worker.js'])
      expect(second.download.at(-1)).toBe(1)

      // Pages and worker scripts are an app shell's to keep; everything that this package loads by itself is there.
      await go('/')
      world.site.forget()
      world.site.misbehave((path) => (path.endsWith('lintas-worker.js') ? undefined : 'unreachable'))
      try {
        expectAdmitted(await attempt(page, { reference }))
        expect(world.site.requested.filter(isHeavy)).toEqual([])
      } finally {
        world.site.misbehave(undefined)
      }
    })
  })
})
