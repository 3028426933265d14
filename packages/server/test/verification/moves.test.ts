import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { NEW_MOTION, watchMotion, type Action, type MotionSample, type MotionState } from '@lintas/core/liveness'
import { createLooker } from '../../src/verification/look.js'
import { actionSeenFaults } from '../../src/verification/action-seen.js'
import { agreementFaults } from '../../src/verification/agreement.js'
import type { RecordedStep } from '../../src/verification/recorded.js'
import type { SeenFrame } from '../../src/verification/types.js'
import { verifyRecorded } from '../../src/verification/verify-evidence.js'
import { createNodeAnalyser, MODELS, recordFilm, sessionFor, templateOf } from './made.js'

/** Points that do not coincide, or they cannot be aligned. */
const LANDMARKS = new Float32Array(478 * 3).map((_, at) => 200 + ((at * 7919) % 101))

/** A frontal face so far away, its eyes so many pixels apart. */
const face = (timestampMs: number, distanceCm: number, interEyeDistance: number): MotionSample => ({
  ...{ timestampMs, width: 640, height: 480, faceCount: 1, landmarks: LANDMARKS, mouthOpening: 0 },
  ...{ pose: { yaw: 0, pitch: 0, roll: 0 }, box: { x: 200, y: 150, width: 100, height: 120 }, distanceCm, interEyeDistance },
})

/** A step whose series claims a move, and what the server sees of the frame that shows it and of the closing one. */
function moveOf(action: Action, claimed: readonly [MotionSample, MotionSample], seen: readonly [MotionSample, MotionSample], restEyes: number) {
  const restCm = claimed[1].distanceCm ?? NaN
  const rest = [0, 100, 200, 300, 400, 500].map((ms) => face(ms, restCm, restEyes))
  const samples = [...rest, claimed[0], claimed[1]]
  const before = new Map<MotionSample, MotionState>()
  let motion = NEW_MOTION
  for (const sample of samples) {
    before.set(sample, motion)
    motion = watchMotion(motion, sample).state
  }
  const series = { action, revealedMs: 500, doneMs: 700, samples, frames: [{}, {}] }
  const steps = [{ n: 1, action, claims: { shows: 0 }, series }] as unknown as readonly RecordedStep[]
  const frames = seen.map((sample, index) => ({ step: 0, index, committed: claimed[index], sample })) as unknown as readonly SeenFrame[]
  return { faults: actionSeenFaults({ steps } as Parameters<typeof actionSeenFaults>[0], frames, { before } as never), frames }
}

describe('a move', () => {
  it('is one where eyes come apart as the distance falls, and the other way round', () => {
    const [near, rest, far] = [face(700, 40, 78), face(900, 55, 57), face(700, 72, 43)]
    expect(moveOf('move-closer', [near, rest], [near, rest], 57).faults).toEqual([])
    expect(moveOf('move-back', [far, rest], [far, rest], 57).faults).toEqual([])
  })

  it('is none where only the claimed distance falls: the face keeps its size', () => {
    const still = (ms: number): MotionSample => face(ms, 40, 60)
    const found = moveOf('move-closer', [face(700, 40, 60), face(900, 55, 60)], [still(700), still(900)], 60)
    expect(found.faults).toEqual(['step 1: move-closer is not to be seen'])
    expect(agreementFaults(found.frames)).toHaveLength(1)
  })

  it('is none where the points before it were forged as well, but a closing frame shows the same size', () => {
    const still = (ms: number): MotionSample => face(ms, 40, 60)
    expect(moveOf('move-closer', [still(700), still(900)], [still(700), still(900)], 45).faults).toEqual(['step 1: move-closer is not to be seen'])
  })

  it('is none in the other direction', () => {
    const [near, rest] = [face(700, 72, 78), face(900, 55, 57)]
    expect(moveOf('move-back', [near, rest], [near, rest], 57).faults).toHaveLength(1)
  })

  it.skipIf(!existsSync(`${MODELS}/weights/face-landmarks.onnx`))(
    'is seen in a film of somebody who moves',
    async () => {
      const analyser = createNodeAnalyser({ models: MODELS, threads: 2 })
      const film = await recordFilm(analyser, 'obama', ['move-closer', 'turn-left', 'move-back'])
      const { input, recorded } = await sessionFor(film, { reference: await templateOf(analyser, 'obama') })
      expect((await verifyRecorded(input, recorded, createLooker(analyser), [])).reasons).toEqual([])
      analyser.close()
    },
    60_000,
  )
})
