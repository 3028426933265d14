import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Shot } from './computed-person.js'
import { ADMITTED, ANI, BUDI, essenceOf, neverBegun, play, undetermined, type Essence, type Moment, type Scene } from './staged.js'

const essence = async (scene: Scene): Promise<Essence> => essenceOf((await play(scene)).outcome)

/** Whether the second action was asked for `from` to `to` seconds ago. */
const during = ({ asked, since = -1 }: Moment, from: number, to: number): boolean => asked === 2 && since >= from && since < to

/** The person leaves while the second action is asked for, and after `seconds` somebody is there. */
function leaving(seconds: number, returns: number): NonNullable<Scene['disturb']> {
  let left: number | undefined
  return ({ asked, since = 0, seconds: now }) => {
    if (asked === 2 && since >= 0.2) left ??= now
    if (left === undefined) return {}
    return { person: now < left + seconds ? undefined : returns }
  }
}

describe('a person who does what is asked', () => {
  it.each([3, 5, 10, 30])('is admitted at %i frames a second, with actions held 1.2 s', async (fps) => {
    const { outcome, prompts, progress } = await play({ fps })
    expect(essenceOf(outcome)).toEqual(ADMITTED)
    expect(prompts.map(({ again }) => again)).toEqual([false, false, false])
    expect(progress).toEqual([1 / 3, 2 / 3, 1])
  })

  it('is refused who does other things than are asked, and nothing is compared; progress tells what was done', async () => {
    const { outcome, progress } = await play({
      actions: ['turn-left', 'open-mouth', 'turn-right'],
      does: (asked) => (asked === 'turn-left' ? asked : 'look-up'),
    })
    expect(essenceOf(outcome)).toEqual(undetermined(['challenge-wrong-action'], 'follow-actions'))
    expect(progress).toEqual([1 / 3])
  })
})

describe('whom the passive net cannot judge', () => {
  const unsure = { disturb: () => ({ padLogOdds: -2 }) }

  it('is judged by shape where the head turned', async () => {
    const { outcome } = await play({ ...unsure, actions: ['open-mouth', 'turn-left', 'open-mouth'] })
    expect(essenceOf(outcome)).toEqual(ADMITTED)
  })

  it('is not told to turn the head where nothing of the kind was asked', async () => {
    const { outcome } = await play({ ...unsure, actions: ['open-mouth', 'move-closer', 'open-mouth'] })
    expect(essenceOf(outcome)).toEqual(undetermined(['shape-still', 'passive-unsure'], 'more-light', 'match'))
  })
})

describe('who is there', () => {
  it('nobody, ever', async () => {
    const { outcome, hints } = await play({ seconds: 10, disturb: () => ({ person: undefined }) })
    expect(essenceOf(outcome)).toEqual(neverBegun('quality:no-face'))
    expect(hints).toEqual(['no-face'])
  })

  it('several people throughout', async () => {
    const { outcome, hints, prompts } = await play({ seconds: 10, disturb: () => ({ faces: 2 }) })
    expect(essenceOf(outcome)).toEqual(neverBegun('quality:several-faces'))
    expect(hints).toEqual(['several-faces'])
    expect(prompts).toEqual([])
  })

  it('somebody joins in mid-challenge and stays', async () => {
    const { outcome, hints } = await play({ disturb: ({ asked }) => (asked >= 2 ? { faces: 2 } : {}) })
    expect(essenceOf(outcome)).toEqual(undetermined(['challenge-several-faces', 'continuity-several-faces'], 'alone'))
    expect(hints.at(-1)).toBe('several-faces')
  })

  it('somebody looks over the shoulder for a second', async () => {
    const found = await essence({ disturb: (moment) => (during(moment, 0.2, 1.2) ? { faces: 2 } : {}) })
    expect(found).toEqual(undetermined(['continuity-several-faces'], 'alone', 'match'))
  })

  it('a second face that a detector sees in one frame does no harm', async () => {
    expect(await essence({ disturb: (moment) => (during(moment, 0.2, 0.3) ? { faces: 2 } : {}) })).toEqual(ADMITTED)
  })
})

describe('who leaves', () => {
  it.each([
    [0.5, 10],
    [1, 10],
    [1, 3],
    [1, 30],
  ])('for %d s and returns is admitted, at %i frames a second', async (seconds, fps) => {
    expect(await essence({ fps, disturb: leaving(seconds, ANI) })).toEqual(ADMITTED)
  })

  it.each([3, 10, 30])('for three seconds is refused, and told to stay in view, at %i frames a second', async (fps) => {
    expect(await essence({ fps, disturb: leaving(3, ANI) })).toEqual(undetermined(['challenge-face-lost', 'continuity-face-lost'], 'stay-in-view'))
  })

  it.each([0, 1])('is not replaced: somebody else after %d s is an attack, and the mean of two people is compared with nobody', async (seconds) => {
    const attack: Essence = {
      ...{ decision: 'refused', reasons: ['pad:attack'], pad: 'attack', hint: undefined },
      why: ['continuity-person-changed'],
      compared: undefined,
    }
    expect(await essence({ disturb: leaving(seconds, BUDI) })).toEqual(attack)
  })

  it('is not replaced after three seconds either', async () => {
    expect(await essence({ disturb: leaving(3, BUDI) })).toEqual(undetermined(['challenge-face-lost', 'continuity-face-lost'], 'stay-in-view'))
  })

  it('is not replaced for an action only, by somebody who never rests before the camera', async () => {
    // Two absences of a second, between them rest, turn, and away while still turned. They are short enough for the challenge: what tells is that nobody was embedded between them.
    const replaced = ({ asked, since = 0 }: Moment): Partial<Shot> => {
      if (asked !== 2 || since < 0.1 || since >= 5.05) return {}
      return { person: since >= 1.1 && since < 4.05 ? BUDI : undefined }
    }
    expect(await essence({ disturb: replaced, actions: ['turn-left', 'turn-right', 'turn-left'] })).toEqual(
      undetermined(['continuity-face-lost'], 'stay-in-view', 'match'),
    )
  })
})

describe('the page', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  /** A page that is hidden in the frames for which `hides` says so. */
  function hiding(hides: (moment: Moment) => boolean): Scene {
    const page = Object.assign(new EventTarget(), { visibilityState: 'visible' })
    vi.stubGlobal('document', page)
    return {
      before: (moment) => {
        const state = hides(moment) ? 'hidden' : 'visible'
        if (state === page.visibilityState) return
        page.visibilityState = state
        page.dispatchEvent(new Event('visibilitychange'))
      },
    }
  }

  it('hidden in mid-challenge ends it at once, however briefly', async () => {
    const { outcome, prompts, progress } = await play(hiding((moment) => during(moment, 0.2, 0.3)))
    expect(essenceOf(outcome)).toEqual(undetermined(['challenge-page-hidden'], 'stay-on-page'))
    expect(prompts).toHaveLength(2)
    expect(progress).toEqual([1 / 3])
  })

  it('hidden before the challenge began is no fault', async () => {
    expect(await essence({ ...hiding(({ seconds }) => seconds < 1), disturb: ({ seconds }) => (seconds < 1 ? { person: undefined } : {}) })).toEqual(
      ADMITTED,
    )
  })

  it('is watched no more when the check-in is over', async () => {
    const scene = hiding(() => false)
    const removed = vi.spyOn(document, 'removeEventListener')
    expect(await essence(scene)).toEqual(ADMITTED)
    expect(removed).toHaveBeenCalledOnce()
  })
})

describe('a phone that is turned', () => {
  it.each([-20, 20])('by %i° throughout: admitted', async (roll) => {
    expect(await essence({ rest: { roll }, actions: ['turn-left', 'look-up', 'turn-right'] })).toEqual(ADMITTED)
  })

  it('by 90°: the person is told that the picture is tilted, and why nothing began', async () => {
    const { outcome, hints } = await play({ rest: { roll: 90 }, seconds: 10 })
    expect(essenceOf(outcome)).toEqual(neverBegun('quality:tilted'))
    expect(hints).toEqual(['tilted'])
  })

  it.each([90, -90, 180])('by %i° before an analyser that takes such frames: actions count in the person’s own axes', async (roll) => {
    const actions = ['turn-left', 'look-up', 'turn-right'] as const
    expect(await essence({ rest: { roll }, actions, disturb: () => ({ blind: true }) })).toEqual(ADMITTED)
    const mirrored = await essence({
      rest: { roll },
      actions,
      disturb: () => ({ blind: true }),
      does: (asked) => (asked === 'turn-left' ? 'look-up' : asked),
    })
    expect(mirrored.decision).toBe('refused')
  })

  it.each([10, 30])('in mid-challenge: no attack, but nobody knows whether it is the same camera, at %i frames a second', async (fps) => {
    const found = await essence({ fps, disturb: ({ asked }) => (asked >= 2 ? { width: 480, height: 640 } : {}) })
    expect(found).toEqual(undetermined(['continuity-size'], undefined, 'match'))
  })

  it('before the challenge began is no fault', async () => {
    expect(await essence({ disturb: ({ seconds }) => (seconds >= 0.2 ? { width: 480, height: 640 } : {}) })).toEqual(ADMITTED)
  })
})

describe('a feed', () => {
  it('that ends early', async () => {
    const { outcome, progress } = await play({ seconds: 3 })
    expect(essenceOf(outcome)).toEqual({ ...undetermined(['challenge-unfinished'], 'follow-actions'), reasons: ['timeout', 'pad:undetermined'] })
    expect(progress).toEqual([1 / 3])
  })

  it('that gives no frame', async () => {
    const { outcome } = await play({ seconds: 0 })
    expect(essenceOf(outcome)).toEqual(neverBegun())
    expect(outcome.quality).toBeUndefined()
  })
})
