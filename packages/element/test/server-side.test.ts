import { expect, it } from 'vitest'

it('can be imported where there is no document', async () => {
  expect(globalThis).not.toHaveProperty('document')
  const { LintasCheckin, LintasEnrolment } = await import('../src/index.js')
  expect([LintasCheckin.name, LintasEnrolment.name]).toEqual(['LintasCheckin', 'LintasEnrolment'])
})
