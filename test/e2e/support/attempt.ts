import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import type { CheckinWishes, Ending } from '../page/api.js'
import type { Site } from './site.js'
import { visit } from './visit.js'
import { SENTENCES } from './words.js'

/** A template made in a page from stills, for the tests of a file. */
export async function enrolled(site: Site, ...pictures: readonly string[]): Promise<string> {
  let reference = ''
  await visit({ site }, async ({ page }) => {
    reference = await page.evaluate((names) => e2e.enrol('subject-1', names), pictures)
  })
  return reference
}

/** Puts the element on the page and goes through one attempt. */
export function attempt(page: Page, wishes: CheckinWishes): Promise<Ending> {
  return page.evaluate((given) => {
    e2e.show(given)
    return e2e.attempt()
  }, wishes)
}

/** An attempt that a fault ended: by this code, said in both languages, with a way to try again. */
export function expectFault(ending: Ending, code: string): void {
  expect({ state: ending.state, code: ending.code }).toEqual({ state: 'error', code })
  expect(ending).not.toHaveProperty('outcome')
  expect(ending.words.id).toMatch(SENTENCES[code]!.id)
  expect(ending.words.en).toMatch(SENTENCES[code]!.en)
  expect(ending.words.en).toContain(`Code: ${code}`)
  expect(ending.words.en).toContain('Try again')
}

/** A refusal, told by its most telling reason. */
export function expectRefusal(ending: Ending, reason: string): void {
  expect(ending.outcome?.reasons[0]).toBe(reason)
  const pad = { outcome: reason === 'pad:attack' ? 'attack' : 'undetermined' }
  expect(ending.outcome).toMatchObject({ decision: 'refused', assurance: 'client-asserted', pad })
  expect(ending.state).toBe('refused')
  expect(ending.words.id).toMatch(SENTENCES[reason]!.id)
  expect(ending.words.en).toMatch(SENTENCES[reason]!.en)
}

/** Somebody was let in by a match. */
export function expectAdmitted(ending: Ending): void {
  expect(ending.outcome).toMatchObject({ decision: 'admitted', reasons: [], pad: { outcome: 'undetermined' }, comparison: { decision: 'match' } })
  expect(ending.state).toBe('admitted')
}
