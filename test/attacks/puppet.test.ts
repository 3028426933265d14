import { existsSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { framesOf, sessionOf, type Action, type Species } from './index.js'
import { openEyes, WEIGHTS, type Seen } from './landmark-eyes.js'

const PEOPLE = ['obama', 'obama3', 'biden'] as const
type Person = (typeof PEOPLE)[number]

describe.skipIf(!existsSync(`${WEIGHTS}/face-landmarks.onnx`))('what the landmark engine sees', () => {
  let see: Awaited<ReturnType<typeof openEyes>>
  beforeAll(async () => {
    see = await openEyes()
  }, 60_000)

  /** A frame before the action (1.0 s) and one in its middle (2.5 s). */
  async function beforeAndIn(species: Species, portrait: Person, action: Action): Promise<readonly [Seen, Seen]> {
    const seen: Seen[] = []
    let index = 0
    for await (const { raster } of framesOf(species, { portrait, fps: 2, seconds: 3, actions: sessionOf([action]) })) {
      if (index === 2 || index === 5) seen.push((await see(raster))!)
      index += 1
    }
    return [seen[0]!, seen[1]!]
  }

  describe.each(PEOPLE)('of the puppet of %s', (person) => {
    it.each([
      ['turn-left', 1],
      ['turn-right', -1],
    ] as const)('%s: the yaw changes by more than 15°', async (action, sign) => {
      const [before, within] = await beforeAndIn('puppet', person, action)
      expect(sign * (within.pose.yaw - before.pose.yaw)).toBeGreaterThan(15)
    })

    it.each([
      ['look-up', 1],
      ['look-down', -1],
    ] as const)('%s: the pitch changes by more than 12°', async (action, sign) => {
      const [before, within] = await beforeAndIn('puppet', person, action)
      expect(sign * (within.pose.pitch - before.pose.pitch)).toBeGreaterThan(12)
    })

    it('blink: both eyes are less than half as open', async () => {
      const [before, within] = await beforeAndIn('puppet', person, 'blink')
      expect(within.eyeOpening).toBeLessThan(before.eyeOpening / 2)
    })

    it('open-mouth: the lips part by a quarter of the distance between the eyes', async () => {
      const [before, within] = await beforeAndIn('puppet', person, 'open-mouth')
      expect(within.mouthOpening - before.mouthOpening).toBeGreaterThan(0.25)
    })

    it('move-closer and move-back: the distance changes by more than a fifth', async () => {
      const [before, closer] = await beforeAndIn('puppet', person, 'move-closer')
      const [, back] = await beforeAndIn('puppet', person, 'move-back')
      expect(closer.distanceCm).toBeLessThan(0.8 * before.distanceCm)
      expect(back.distanceCm).toBeGreaterThan(1.2 * before.distanceCm)
    })

    it('a neutral face: one, and ×2.7 it fits the frame', async () => {
      const [before] = await beforeAndIn('puppet', person, 'blink')
      expect(before.faces).toBe(1)
      expect(2.7 * before.boxHeight).toBeLessThan(480)
    })
  })

  it('of a turned print: a face, whose yaw hardly changes', async () => {
    const [before, within] = await beforeAndIn('photo-moved', 'obama', 'turn-left')
    expect(Math.abs(within.pose.yaw - before.pose.yaw)).toBeLessThan(10)
  })

  it('of eye holes: a face whose eyes close behind the paper', async () => {
    const [before, within] = await beforeAndIn('eye-holes', 'obama', 'blink')
    expect(within.eyeOpening).toBeLessThan(0.75 * before.eyeOpening)
  })

  it('of a replay: the recorded action, not the one that is asked for', async () => {
    const actions = sessionOf(['turn-left', 'turn-right'])
    const yaws: number[] = []
    for await (const { raster } of framesOf('replay', { portrait: 'obama', fps: 1, seconds: 6, actions })) yaws.push((await see(raster))!.pose.yaw)
    expect(yaws[2]! - yaws[0]!).toBeLessThan(-15)
    expect(yaws[5]! - yaws[0]!).toBeGreaterThan(15)
  })
})
