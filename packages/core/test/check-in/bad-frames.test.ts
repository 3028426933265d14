import { describe, expect, it } from 'vitest'
import type { Face } from '../../src/detection/index.js'
import type { QualityReason } from '../../src/quality/index.js'
import { ADMITTED, essenceOf, neverBegun, play, undetermined, type Essence, type Moment, type Scene } from './staged.js'

const essence = async (scene: Scene): Promise<Essence> => essenceOf((await play(scene)).outcome)

/** Whether the second action was asked for `from` to `to` seconds ago. */
const during = ({ asked, since = -1 }: Moment, from: number, to: number): boolean => asked === 2 && since >= from && since < to

type Clock = NonNullable<Scene['clock']>

/** A clock that is `ms` off from the second action on. */
const offBy =
  (ms: number): Clock =>
  ({ asked }, trueMs) =>
    trueMs + (asked >= 2 ? ms : 0)

/** A clock that stands still while `stands` says so, and then tells the truth. */
function standing(stands: (moment: Moment) => boolean): Clock {
  let told = 0
  return (moment, trueMs) => (told = stands(moment) ? told : trueMs)
}

describe('a clock', () => {
  it.each<[string, Clock, Essence['why']]>([
    ['jumps five seconds ahead', offBy(5000), ['challenge-clock-jumped', 'continuity-gap']],
    ['jumps back', offBy(-500), ['challenge-clock-jumped', 'continuity-clock']],
    ['is no number', (moment, trueMs) => (moment.asked === 2 ? NaN : trueMs), ['challenge-clock-jumped', 'continuity-clock']],
    ['is no number once', (moment, trueMs) => (during(moment, 0.2, 0.3) ? NaN : trueMs), ['challenge-clock-jumped', 'continuity-clock']],
    ['is infinite', (moment, trueMs) => (moment.asked === 2 ? Infinity : trueMs), ['challenge-clock-jumped', 'continuity-clock']],
    ['is minus infinity', (moment, trueMs) => (moment.asked === 2 ? -Infinity : trueMs), ['challenge-clock-jumped', 'continuity-clock']],
    ['stands still', standing(({ asked }) => asked >= 2), ['challenge-clock-jumped']],
  ])('that %s in mid-challenge leaves it undetermined', async (_what, clock, why) => {
    const { outcome, progress } = await play({ clock })
    expect(essenceOf(outcome)).toEqual(undetermined(why, 'stay-on-page'))
    expect(progress).toEqual([1 / 3])
  })

  it.each<[string, Clock]>([
    ['jumps five seconds ahead', ({ seconds }, trueMs) => trueMs + (seconds > 0.2 ? 5000 : 0)],
    ['jumps back by an hour', ({ seconds }, trueMs) => trueMs - (seconds > 0.2 ? 3_600_000 : 0)],
    ['is no number', ({ frame }, trueMs) => (frame < 3 ? NaN : trueMs)],
    ['is infinite', ({ frame }, trueMs) => (frame < 3 ? Infinity : trueMs)],
    ['stands still', standing(({ seconds }) => seconds < 3)],
  ])('that %s before the challenge began does no harm', async (_what, clock) => {
    expect(await essence({ clock })).toEqual(ADMITTED)
  })

  it.each([1000, NaN, Infinity, -Infinity])('that says %d throughout gives no occasion to begin', async (said) => {
    expect(await essence({ seconds: 10, clock: () => said })).toEqual(neverBegun())
  })

  it.each([10, 30])('that gives steps of 100 ms only is good enough, at %i frames a second', async (fps) => {
    expect(await essence({ fps, clock: (_moment, trueMs) => 100 * Math.floor(trueMs / 100) })).toEqual(ADMITTED)
  })

  it.each<[string, Clock]>([
    ['infinite', ({ frame }, trueMs) => (frame === 0 ? Infinity : trueMs)],
    ['an hour ahead', ({ frame }, trueMs) => (frame === 0 ? 3_600_000 : trueMs)],
  ])('that was %s at first does not make the person wait for room for ever', async (_what, clock) => {
    const close = { rest: { distanceCm: 24 }, disturb: () => ({ blind: true }) }
    const { outcome, hints } = await play({ ...close, clock })
    expect(hints).toContain('more-room')
    expect(essenceOf(outcome)).toEqual(ADMITTED)
  })
})

const filled = (array: Float32Array, value: number): Float32Array => new Float32Array(array.length).fill(value)

type Spoilt = readonly [what: string, spoil: (face: Face) => Face, quality: readonly QualityReason[]]

/** What an engine may say of a face, and what quality says of it. */
const SPOILT: readonly Spoilt[] = [
  ['landmarks that are no numbers', (face) => ({ ...face, landmarks: filled(face.landmarks, NaN) }), ['no-face']],
  ['landmarks that are infinite', (face) => ({ ...face, landmarks: filled(face.landmarks, Infinity) }), ['no-face']],
  ['one landmark that is no number', (face) => ({ ...face, landmarks: face.landmarks.map((at, index) => (index === 99 ? NaN : at)) }), ['no-face']],
  ['no landmarks', (face) => ({ ...face, landmarks: new Float32Array() }), ['no-face']],
  ['a pose that is no number', (face) => ({ ...face, pose: { yaw: NaN, pitch: NaN, roll: NaN } }), ['tilted', 'turned', 'looking-up-down']],
  ['a roll that is infinite', (face) => ({ ...face, pose: { ...face.pose, roll: Infinity } }), ['tilted']],
  ['a box of negative size', (face) => ({ ...face, box: { x: 10, y: 10, width: -50, height: -60 } }), []],
  ['a box that is no number', (face) => ({ ...face, box: { x: NaN, y: NaN, width: NaN, height: NaN } }), ['off-centre']],
  ['a matrix of zeros', (face) => ({ ...face, matrix: filled(face.matrix, 0) }), []],
  ['a matrix that is no number', (face) => ({ ...face, matrix: filled(face.matrix, NaN) }), []],
  ['no matrix', (face) => ({ ...face, matrix: new Float32Array() }), []],
]

describe.each([false, true])('a face whose analyser calls it good whatever it is: %s', (blind) => {
  it.each(SPOILT)('with %s in single frames does a person no harm', async (_what, spoil) => {
    expect(await essence({ disturb: ({ frame }) => (frame % 20 === 13 ? { spoil, blind } : { blind }) })).toEqual(ADMITTED)
  })

  it.each(SPOILT)('with %s for a second is as if nobody were there', async (_what, spoil) => {
    expect(await essence({ disturb: (moment) => (during(moment, 0.2, 1.2) ? { spoil, blind } : { blind }) })).toEqual(ADMITTED)
  })

  it.each(SPOILT)('with %s for three seconds is lost', async (_what, spoil) => {
    const found = await essence({ disturb: (moment) => (during(moment, 0.2, 3.2) ? { spoil, blind } : { blind }) })
    expect(found).toMatchObject({ decision: 'refused', reasons: ['pad:undetermined'], pad: 'undetermined', hint: 'stay-in-view' })
    expect(found.why[0]).toBe('challenge-face-lost')
  })

  it.each(SPOILT)('with %s in all frames begins nothing', async (_what, spoil, quality) => {
    const found = await essence({ seconds: 10, disturb: () => ({ spoil, blind }) })
    // Landmarks that are no numbers have no measures, and a blind analyser calls all else good.
    expect(found).toEqual(neverBegun(...(blind ? [] : quality.map((reason) => `quality:${reason}` as const))))
  })
})
