import { describe, expect, it, vi } from 'vitest'
import { createEnrolment, type EnrolmentOutcome } from '../../src/check-in/index.js'
import { AGREEMENT_LIMITS } from '../../src/reference/index.js'
import { film, type Scene } from './people.js'

const many = (scene: Scene, count: number): Scene[] => Array.from({ length: count }, () => scene)
const swinging = (person: number, count: number): Scene[] => Array.from({ length: count }, (_, index) => ({ person, yaw: index % 2 === 0 ? 0 : 6 }))

function enrol(scenes: readonly Scene[], timeoutMs = 1000): Promise<EnrolmentOutcome> {
  const { feed, analyser } = film(scenes)
  // The space of these people has no measured limit: it borrows FaceNet's.
  return createEnrolment({ analyser, timeoutMs, agreementLimits: { m: AGREEMENT_LIMITS['facenet-128'] ?? 1 } }).run(feed, { subjectId: 'e-1' })
}

describe('an enrolment', () => {
  it('makes a template of five samples when the head moves a little', async () => {
    const outcome = await enrol(swinging(0, 10))
    expect(outcome).toMatchObject({ outcome: 'enrolled', template: { subjectId: 'e-1', sampleCount: 5, embeddings: [{ space: 'm' }] } })
  })

  it('enrols a head that does not move, only more slowly', async () => {
    const [still, moving] = [film(many({ person: 0 }, 80)), film(swinging(0, 80))]
    for (const { feed, analyser } of [still, moving]) {
      const run = createEnrolment({ analyser, agreementLimits: { m: 0.5 } }).run(feed, { subjectId: 'e-1' })
      expect(await run).toMatchObject({ outcome: 'enrolled' })
    }
    expect(still.asked.length).toBeGreaterThan(moving.asked.length)
  })

  it('asks for the strict quality', async () => {
    const { feed, analyser, asked } = film(swinging(0, 10))
    await createEnrolment({ analyser, agreementLimits: { m: 0.5 } }).run(feed, { subjectId: 'e-1' })
    expect(asked.every(({ requirements }) => requirements === 'strict')).toBe(true)
  })

  it('refuses when two people took turns', async () => {
    const scenes = Array.from({ length: 8 }, (_, index): Scene => ({ person: index % 2 === 0 ? 0 : 90, yaw: index % 2 === 0 ? 0 : 6 }))
    expect(await enrol(scenes)).toEqual({ outcome: 'refused', reasons: ['samples-disagree'] })
  })

  it('refuses with the fault of the picture when too few samples came', async () => {
    expect(await enrol(many({ person: 0, reasons: ['too-dark'] }, 5))).toEqual({ outcome: 'refused', reasons: ['quality:too-dark', 'timeout'] })
    expect(await enrol([])).toEqual({ outcome: 'refused', reasons: ['timeout'] })
  })

  it('makes do with three samples when time is up', async () => {
    expect(await enrol(swinging(0, 3))).toMatchObject({ outcome: 'enrolled', template: { sampleCount: 3 } })
  })

  it('wants a subject', async () => {
    const { feed, analyser } = film([])
    const watched = vi.fn(feed)
    for (const subjectId of ['', 'a\nb', 'x'.repeat(201)]) {
      await expect(createEnrolment({ analyser, timeoutMs: 1000 }).run(watched, { subjectId })).rejects.toThrow(/subjectId/)
    }
    expect(watched).not.toHaveBeenCalled()
  })
})
