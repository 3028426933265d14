import { beforeAll, describe, expect, it } from 'vitest'
import { ACTIONS } from '../attacks/index.js'
import type { Ending } from './page/api.js'
import { attempt, enrolled } from './support/attempt.js'
import { PERSON_FPS, personFilms, servePerson, type PersonFilms } from './support/live-person.js'
import type { PortraitName } from './support/portraits.js'
import { longestTaskMs } from './support/trace.js'
import { visit } from './support/visit.js'
import { useWorld } from './support/world.js'

const world = useWorld()
let reference = ''
const films = new Map<PortraitName, PersonFilms>()

beforeAll(async () => {
  // Another portrait than the one that moves before the camera.
  reference = await enrolled(world.site, 'obama', 'obama2')
  for (const portrait of ['obama3', 'biden'] as const) films.set(portrait, await personFilms(portrait, ACTIONS))
})

/** A whole check-in under the default policy: actions drawn at random, asked of somebody who moves. */
async function checkIn(portrait: PortraitName, manner: 'obeys' | 'does-others' | 'stands'): Promise<Ending & { readonly longestTaskMs: number }> {
  let ending: Ending | undefined
  let trace: Buffer | undefined
  await visit({ site: world.site }, async ({ browser, page }) => {
    await servePerson(page, films.get(portrait)!)
    await page.evaluate(([actions, fps, how]) => e2e.person(actions, fps, how), [ACTIONS, PERSON_FPS, manner] as const)
    await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] })
    ending = await attempt(page, { reference, policy: 'strict', sessionMs: 150_000 })
    trace = await browser.stopTracing()
  })
  return { ...ending!, longestTaskMs: longestTaskMs(trace!) }
}

describe('somebody moves before the camera', () => {
  it('admits the enrolled person who does what is asked, whatever was drawn', async () => {
    const ending = await checkIn('obama3', 'obeys')
    expect(ending.outcome).toMatchObject({ decision: 'admitted', reasons: [], pad: { outcome: 'bona-fide' }, comparison: { decision: 'match' } })
    expect(ending.asked.length).toBeGreaterThanOrEqual(3)
    expect(ending.states).toContain('acting')
    expect(ending.words.en).toMatch(/Face matches/)
    expect(ending.words.en).not.toMatch(/Liveness not checked/)
    // The person's own films are drawn in the same thread: what is measured is more than the check-in.
    expect(ending.longestTaskMs).toBeLessThan(50)
  })

  it('refuses somebody else who does what is asked, for who they are', async () => {
    const ending = await checkIn('biden', 'obeys')
    expect(ending.outcome).toMatchObject({ decision: 'refused', pad: { outcome: 'bona-fide' }, comparison: { decision: 'non-match' } })
  })

  it('refuses a film of other actions, and compares nothing', async () => {
    const ending = await checkIn('obama3', 'does-others')
    expect(ending.outcome).toMatchObject({ decision: 'refused', pad: { outcome: 'undetermined' } })
    expect(ending.outcome).not.toHaveProperty('comparison')
    // Once another action is asked instead, then it is over.
    expect(ending.asked).toHaveLength(2)
  })
})
