import type { LintasCheckin, LintasEnrolment } from '@lintas/element'
import type { Page } from 'playwright-core'
import { ACTIONS } from '../../attacks/index.js'
import type { Person } from '../page/person.js'
import { PERSON_FPS, servePerson, type PersonFilms } from './live-person.js'

declare global {
  /** What `personScript` puts into the page. */
  var lintasPerson: { readonly standBeforeCamera: (actions: readonly string[], fps: number) => Promise<Person> }
}

/** Puts somebody before the camera of a page of the agency's who does what its elements ask. */
export async function standBefore(page: Page, films: PersonFilms, script: string): Promise<void> {
  await servePerson(page, films)
  await page.evaluate(script)
  await page.evaluate(
    async ([actions, fps]) => {
      const person = await lintasPerson.standBeforeCamera(actions, fps)
      for (const element of document.querySelectorAll<LintasCheckin | LintasEnrolment>('lintas-checkin, lintas-enrolment')) {
        const { ports } = element
        element.ports = {
          ...ports,
          createServerCheckIn: (options) => {
            const { run } = ports.createServerCheckIn(options)
            return {
              run: (source, wishes) =>
                run(source, {
                  ...wishes,
                  onPrompt: (prompt) => {
                    wishes?.onPrompt?.(prompt)
                    if (prompt !== undefined) person.does(prompt.action)
                  },
                }),
            }
          },
        }
      }
    },
    [ACTIONS, PERSON_FPS] as const,
  )
}

/** Attempts of an element, to an end of one. A machine that is busy with other things is too slow for the server's clock: then the person tries again. */
export async function attemptOver(page: Page, tag: string, tries = 3): Promise<string> {
  const element = page.locator(tag)
  await element.getByRole('button', { name: /Mulai|Coba lagi/ }).click()
  const ends = ['pending', 'admitted', 'waiting', 'refused', 'error'].map((state) => `[state=${state}]`)
  await page.locator(`${tag}:is(${ends.join()})`).waitFor({ timeout: 150_000 })
  const words = await element.locator('.panel').innerText()
  return tries > 1 && words.includes('server-session') ? attemptOver(page, tag, tries - 1) : words
}
