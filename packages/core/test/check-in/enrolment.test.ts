import { describe, expect, it, vi } from 'vitest'
import { createEnrolment, type EnrolmentOutcome } from '../../src/check-in/index.js'
import { SHIPPED_CALIBRATION } from '../../src/comparison/index.js'
import { AGREEMENT_LIMITS } from '../../src/reference/index.js'
import { PROFILE, film, type Scene } from './people.js'

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
    expect(await enrol(scenes)).toMatchObject({ outcome: 'refused', reasons: ['samples-disagree'] })
  })

  it('refuses with the fault of the picture when too few samples came', async () => {
    expect(await enrol(many({ person: 0, reasons: ['too-dark'] }, 5))).toMatchObject({ outcome: 'refused', reasons: ['quality:too-dark', 'timeout'] })
    expect(await enrol([])).toEqual({
      outcome: 'refused',
      reasons: ['timeout'],
      assurance: 'client-asserted',
      pad: { outcome: 'undetermined', reasons: ['not-assessed'] },
    })
  })

  it('names the fault that most frames had, not the last frame’s', async () => {
    const scenes: Scene[] = [...many({ person: 0, reasons: ['too-dark'] }, 8), { person: 0 }]
    expect(await enrol(scenes)).toMatchObject({ outcome: 'refused', reasons: ['quality:too-dark', 'timeout'] })
  })

  it.each([3, 5])('lets one foreign frame pass, with %d samples wanted, and no second one', async (samples) => {
    const others = (count: number): Scene[] => swinging(0, 8).map((scene, index) => (index < count ? { ...scene, person: 90 } : scene))
    const run = (scenes: readonly Scene[]): Promise<EnrolmentOutcome> => {
      const { feed, analyser } = film(scenes)
      return createEnrolment({ analyser, samples, timeoutMs: 1000, agreementLimits: { m: 0.6 } }).run(feed, { subjectId: 'e-1' })
    }
    const outcome = await run(others(1))
    expect(outcome).toMatchObject({ outcome: 'enrolled', template: { sampleCount: samples } })
    // Of the person alone: nothing of the foreign frame is in the mean.
    expect(outcome.outcome === 'enrolled' && outcome.template.embeddings[0]?.vector[0]).toBeCloseTo(1, 6)
    expect(await run(others(2))).toMatchObject({ outcome: 'refused', reasons: ['samples-disagree'] })
  })

  it('says before anybody is looked at what a space lacks', async () => {
    const { feed, analyser } = film(swinging(0, 10))
    const watched = vi.fn(feed)
    await expect(createEnrolment({ analyser }).run(watched, { subjectId: 'e-1' })).rejects.toThrow(/a limit for m/)
    await expect(createEnrolment({ analyser, calibration: SHIPPED_CALIBRATION }).run(watched, { subjectId: 'e-1' })).rejects.toMatchObject({
      code: 'models-unlike',
    })
    expect(watched).not.toHaveBeenCalled()
    expect(() => createEnrolment({ analyser, agreementLimits: { m: 7 } })).toThrow(/agreementLimits\.m/)
    const calibration = { ...PROFILE, models: [{ space: 'm', weight: 1, agreement: 0.6 }] }
    expect(await createEnrolment({ analyser, calibration }).run(feed, { subjectId: 'e-1' })).toMatchObject({ outcome: 'enrolled' })
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
