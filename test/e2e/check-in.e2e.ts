import { beforeAll, describe, expect, it } from 'vitest'
import type { Ending } from './page/api.js'
import { attempt, enrolled, expectAdmitted, expectRefusal } from './support/attempt.js'
import type { Scene } from './support/film.js'
import { SCENES } from './support/scenes.js'
import { visit } from './support/visit.js'
import { useWorld } from './support/world.js'

const world = useWorld()
let reference = ''

beforeAll(async () => {
  // Two other portraits than the one that the camera will show.
  reference = await enrolled(world.site, 'obama', 'obama2')
})

/** Whom nothing but time ends is not waited for as long as a person would be. */
const SHORT_MS = 6000

async function checkIn(scene: Scene, wishes: { readonly policy?: 'strict'; readonly sessionMs?: number } = {}): Promise<Ending> {
  let ending: Ending | undefined
  await visit({ site: world.site, film: await world.film(scene) }, async ({ page }) => {
    ending = await attempt(page, { reference, ...wishes })
  })
  return ending!
}

describe('somebody stands before the camera', () => {
  it('admits the enrolled person by another portrait, and says that liveness was not checked', async () => {
    const ending = await checkIn(SCENES.samePerson)
    expectAdmitted(ending)
    expect(ending.states.slice(0, 3)).toEqual(['loading', 'permission', 'searching'])
    expect(ending.states.at(-1)).toBe('admitted')
    expect(ending.download).toEqual([...ending.download].sort((a, b) => a - b))
    expect(ending.download.at(-1)).toBe(1)
    expect(ending.words.id).toMatch(/Wajah cocok[^]*Keaslian wajah tidak diperiksa/)
    expect(ending.words.en).toMatch(/Face matches[^]*Liveness not checked/)
  })

  it('refuses another person', async () => {
    const ending = await checkIn(SCENES.otherPerson)
    expectRefusal(ending, 'comparison:non-match')
    expect(ending.outcome?.comparison).toMatchObject({ decision: 'non-match' })
  })

  it('asks a held photo of the right person for actions under the default policy, and neither admits nor compares it', async () => {
    const ending = await checkIn(SCENES.samePerson, { policy: 'strict' })
    expectRefusal(ending, 'pad:attack')
    expect(ending.states).toContain('acting')
    expect(ending.outcome).not.toHaveProperty('comparison')
    // Of liveness the page learns what it came to, and no score.
    expect(ending.outcome?.pad).toEqual({ outcome: 'attack' })
  })
})

describe('nobody who could be compared stands before the camera', () => {
  it.each([
    { scene: SCENES.noFace, reason: 'no-face' },
    { scene: SCENES.twoFaces, reason: 'several-faces' },
    { scene: SCENES.tooFar, reason: 'too-far' },
    { scene: SCENES.tooDark, reason: 'too-dark' },
  ])('$scene.name: says $reason while it lasts and refuses by it', async ({ scene, reason }) => {
    const ending = await checkIn(scene, { sessionMs: SHORT_MS })
    expectRefusal(ending, `quality:${reason}`)
    expect(ending.outcome?.reasons).toContain('timeout')
    expect(ending.outcome).not.toHaveProperty('comparison')
    expect(ending.hints).toContain(reason)
  })
})
