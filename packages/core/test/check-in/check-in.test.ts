import { describe, expect, it, vi } from 'vitest'
import { createCheckIn, type CheckInOptions, type CheckInOutcome } from '../../src/check-in/index.js'
import { SHIPPED_CALIBRATION } from '../../src/comparison/index.js'
import { DEFAULT_SPACES } from '../../src/embedding/index.js'
import type { Template } from '../../src/reference/index.js'
import { PROFILE, embeddingOf, film, type Scene } from './people.js'

const LIMITS = { m: 0.6 }
const ANI = 0
const BUDI = 90
const REFERENCE: Template = {
  schema: 'lintas-template/1',
  subjectId: 'e-1',
  embeddings: [embeddingOf(ANI)],
  createdAt: '2026-11-24T00:00:00.000Z',
  sampleCount: 3,
  quality: 0.8,
}
const many = (scene: Scene, count = 8): Scene[] => Array.from({ length: count }, () => scene)

async function checkIn(scenes: readonly Scene[], options: Partial<CheckInOptions> = {}): Promise<CheckInOutcome> {
  const { feed, analyser } = film(scenes)
  const session = createCheckIn({
    analyser,
    calibration: PROFILE,
    policy: { pad: 'none' },
    timeoutMs: 1000,
    agreementLimits: LIMITS,
    ...options,
  })
  return session.run(feed, { reference: REFERENCE })
}

describe('a check-in', () => {
  it('admits the person of the reference, and says what that is worth', async () => {
    const outcome = await checkIn(many({ person: ANI + 20 }))
    expect(outcome).toMatchObject({ decision: 'admitted', reasons: [], assurance: 'client-asserted', pad: { outcome: 'undetermined' } })
    expect(outcome.comparison).toMatchObject({ decision: 'match', calibration: { id: 'test', origin: 'deployment' } })
    expect(outcome.comparison?.score).toBeCloseTo(Math.cos((20 * Math.PI) / 180), 5)
  })

  it('refuses another person', async () => {
    expect(await checkIn(many({ person: BUDI }))).toMatchObject({ decision: 'refused', reasons: ['comparison:non-match'] })
  })

  it('does not begin by its default policy on an analyser without the passive net', async () => {
    const { feed, analyser } = film(many({ person: ANI }))
    const run = createCheckIn({ analyser, calibration: PROFILE, agreementLimits: LIMITS }).run(feed, { reference: REFERENCE })
    await expect(run).rejects.toMatchObject({ code: 'models-unlike', details: { space: 'pad' } })
  })

  it('admits nobody by its default policy who does not follow the challenge, and compares nothing', async () => {
    const { feed, analyser } = film(many({ person: ANI }))
    const ready = analyser.ready.then((info) => ({ ...info, pad: 'pad-128' }))
    const outcome = await createCheckIn({ analyser: { ...analyser, ready }, calibration: PROFILE, agreementLimits: LIMITS, timeoutMs: 1000 }).run(
      feed,
      {
        reference: REFERENCE,
      },
    )
    expect(outcome).toMatchObject({ decision: 'refused', reasons: ['timeout', 'pad:undetermined'], pad: { hint: 'stay-in-view' } })
    expect(outcome.comparison).toBeUndefined()
  })

  it.each(['several-faces', 'too-dark', 'too-far'] as const)('refuses with the reason when frames stay %s', async (reason) => {
    expect(await checkIn(many({ person: ANI, reasons: [reason] }))).toMatchObject({ decision: 'refused', reasons: [`quality:${reason}`, 'timeout'] })
  })

  it('says so when nobody came', async () => {
    const outcome = await checkIn(many({}))
    expect(outcome).toMatchObject({ decision: 'refused', reasons: ['quality:no-face', 'timeout'] })
    expect(outcome.comparison).toBeUndefined()
  })

  it('embeds only steady good frames: not the first ones, not those with faults', async () => {
    const { feed, analyser, asked } = film([...many({ person: ANI }, 1), { person: ANI, reasons: ['blurred'] }, ...many({ person: ANI })])
    await createCheckIn({ analyser, calibration: PROFILE, policy: { pad: 'none' }, agreementLimits: LIMITS }).run(feed, {
      reference: REFERENCE,
    })
    expect(asked.map(({ embed }) => embed)).toEqual(['never', 'never', 'never', 'never', 'acceptable', 'acceptable'])
    expect(asked.every(({ mode }) => mode === 'video')).toBe(true)
  })

  it('starts anew when another person takes the place, so that nobody is matched by a mean of two', async () => {
    // The mean of two people 90° apart has a cosine of 0.71 with each: it would match both.
    const outcome = await checkIn([...many({ person: ANI }, 3), ...many({ person: BUDI }, 4)])
    expect(outcome).toMatchObject({ decision: 'refused', reasons: ['comparison:non-match'] })
    expect(outcome.comparison?.score).toBeCloseTo(0, 5)
  })

  it('never decides while people alternate', async () => {
    const scenes = Array.from({ length: 12 }, (_, index): Scene => ({ person: index % 2 === 0 ? ANI : BUDI }))
    expect(await checkIn(scenes)).toMatchObject({ decision: 'refused', reasons: ['timeout'] })
  })

  it('wants an agreement limit for spaces that it does not know', () => {
    expect(() => createCheckIn({ analyser: film([]).analyser, calibration: PROFILE })).toThrow(/agreementLimits must have a limit for m/)
  })

  it('tells a fault of unlike models as a fault, not as an outcome', async () => {
    const { feed, analyser } = film(many({ person: ANI }))
    const other = { ...PROFILE, models: [{ space: 'other', weight: 1 }] }
    const watched = vi.fn(feed)
    const run = createCheckIn({ analyser, calibration: other, policy: { pad: 'none' }, agreementLimits: { other: 0.6 } }).run(watched, {
      reference: REFERENCE,
    })
    await expect(run).rejects.toMatchObject({ code: 'models-unlike' })
    expect(watched).not.toHaveBeenCalled()
  })

  it('does not look at anybody without a reference or a sound profile', async () => {
    const { feed, analyser } = film(many({ person: ANI }))
    const watched = vi.fn(feed)
    const run = createCheckIn({ analyser, calibration: PROFILE, agreementLimits: LIMITS }).run(watched, { reference: undefined as never })
    await expect(run).rejects.toMatchObject({ code: 'template-invalid' })
    expect(watched).not.toHaveBeenCalled()
    expect(() => createCheckIn({ analyser, calibration: { ...PROFILE, threshold: 0 } })).toThrow(
      expect.objectContaining({ code: 'calibration-invalid' }),
    )
  })

  it('tells the quality of the best frame: never of one with a fault where one had none', async () => {
    const scenes = [{ person: ANI }, { person: ANI, reasons: ['blurred' as const] }, { person: ANI }]
    expect((await checkIn(scenes)).quality).toMatchObject({ acceptable: true })
    const { feed, analyser } = film([{ person: ANI }, { person: ANI }])
    const sharper = { ...analyser, analyse: vi.fn(analyser.analyse) }
    sharper.analyse.mockImplementationOnce(analyser.analyse).mockImplementationOnce(async (picture, options) => {
      const seen = await analyser.analyse(picture, options)
      return { ...seen, quality: { acceptable: false, reasons: ['several-faces'], score: 1 } }
    })
    const outcome = await createCheckIn({
      analyser: sharper,
      calibration: PROFILE,
      agreementLimits: LIMITS,
      timeoutMs: 1000,
      policy: { pad: 'none' },
    }).run(feed, {
      reference: REFERENCE,
    })
    expect(outcome.quality).toMatchObject({ acceptable: true })
  })

  it('takes no sample of a frame with a fault, whatever its analyser embeds', async () => {
    const { feed, analyser } = film(many({ person: ANI, reasons: ['several-faces'] }))
    const eager = {
      ...analyser,
      analyse: (...[picture, options]: Parameters<typeof analyser.analyse>) => analyser.analyse(picture, { ...options, embed: 'always' }),
    }
    const session = createCheckIn({ analyser: eager, calibration: PROFILE, policy: { pad: 'none' }, timeoutMs: 1000, agreementLimits: LIMITS })
    expect(await session.run(feed, { reference: REFERENCE })).toMatchObject({ decision: 'refused', reasons: ['quality:several-faces', 'timeout'] })
  })

  it('tells before anybody is looked at that the analyser lacks a space, and in every outcome which profile decides', async () => {
    const { feed, analyser } = film(many({ person: ANI }))
    const watched = vi.fn(feed)
    const other = { ...analyser, ready: analyser.ready.then((info) => ({ ...info, spaces: ['another'] })) }
    const run = createCheckIn({ analyser: other, calibration: PROFILE, agreementLimits: LIMITS }).run(watched, { reference: REFERENCE })
    await expect(run).rejects.toMatchObject({ code: 'models-unlike' })
    expect(watched).not.toHaveBeenCalled()
    expect((await checkIn(many({}))).calibration).toEqual({ id: 'test', origin: 'deployment' })
  })

  it('refuses by what most frames said, not by the last one', async () => {
    const scenes: Scene[] = [...many({}, 2), ...many({ person: ANI, reasons: ['too-far'] }, 5), { person: ANI, reasons: ['blurred'] }, {}]
    expect(await checkIn(scenes)).toMatchObject({ decision: 'refused', reasons: ['quality:too-far', 'timeout'] })
  })

  it('runs once at a time, and again afterwards', async () => {
    const { feed, analyser } = film(many({ person: ANI }))
    const session = createCheckIn({ analyser, calibration: PROFILE, policy: { pad: 'none' }, agreementLimits: LIMITS })
    const first = session.run(feed, { reference: REFERENCE })
    await expect(session.run(feed, { reference: REFERENCE })).rejects.toMatchObject({ code: 'check-in-busy' })
    expect(await first).toMatchObject({ decision: 'admitted' })
    expect(await session.run(feed, { reference: REFERENCE })).toMatchObject({ decision: 'admitted' })
  })

  it('tells its progress and its phases', async () => {
    const { feed, analyser } = film(many({ person: ANI }))
    const onProgress = vi.fn()
    const phases: string[] = []
    await createCheckIn({ analyser, calibration: PROFILE, agreementLimits: LIMITS, policy: { pad: 'none' } }).run(feed, {
      reference: REFERENCE,
      onProgress,
      onPhase: (phase) => phases.push(phase),
    })
    expect(onProgress.mock.calls).toEqual([[0.5], [1]])
    expect(phases).toEqual(['loading', 'searching', 'holding', 'comparing', 'done'])
  })

  it.each([
    [{ timeoutMs: 5 }, /timeoutMs/],
    [{ probeSamples: 0 }, /probeSamples/],
    [{ policy: { pad: 'no' } }, /policy must be/],
    [{ policy: { requirePad: false } }, /policy has no option requirePad/],
    [{ treshold: 1 }, /no option treshold/],
  ])('names the option that is wrong: %j', (options, message) => {
    expect(() => createCheckIn({ analyser: film([]).analyser, ...(options as object) })).toThrow(message)
  })
})

describe('the shipped profile', () => {
  it('weighs exactly the spaces that an analyser embeds by default', () => {
    expect(SHIPPED_CALIBRATION.models.map(({ space }) => space)).toEqual(DEFAULT_SPACES)
    expect(SHIPPED_CALIBRATION.models.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9)
    expect(SHIPPED_CALIBRATION.origin).toBe('shipped')
  })
})
