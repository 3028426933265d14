import { describe, expect, it, vi } from 'vitest'
import { LivenessAttempt } from '../../src/check-in/attempt.js'
import type { Prompt } from '../../src/check-in/types.js'
import type { Embedding } from '../../src/embedding/index.js'
import type { Action } from '../../src/liveness/index.js'
import type { Analysis } from '../../src/worker/index.js'
import { UPRIGHT, bump, type Pose } from '../liveness/motion/person.js'

const FPS = 10
const EMBEDDING: Embedding = { modelId: 'm', modelSha256: '0'.repeat(64), space: 'compact-512', vector: Float32Array.of(1, 0) }

/** A frame of a person in `pose`, as the line would tell it; what was asked to be embedded or looked at is there. */
function frameOf(
  seconds: number,
  pose: Partial<Pose>,
  attempt: LivenessAttempt,
  changes: { luminance?: number; faces?: number; side?: number } = {},
): Analysis {
  const { yaw, pitch, roll, distanceCm, mouth } = { ...UPRIGHT, ...pose }
  const { embed, liveness } = attempt.ask()
  const { luminance = 0.5, faces = 1, side = 120 } = changes
  const matrix = new Float32Array(16)
  matrix[14] = -distanceCm
  const face = {
    landmarks: new Float32Array(478 * 3),
    matrix,
    pose: { yaw, pitch, roll },
    box: { x: 320 - side / 2, y: 240 - side / 2, width: side, height: side },
  }
  const acceptable = faces === 1 && Math.abs(yaw) < 30
  const measures = { faceCount: faces, interEyeDistance: 60, mouthOpening: mouth, luminance }
  return {
    timestampMs: Math.round(1000 * seconds),
    width: 640,
    height: 480,
    faces: Array.from({ length: faces }, () => face),
    quality: { acceptable, reasons: acceptable ? [] : faces === 1 ? ['turned'] : ['no-face'], ...(faces > 0 && { measures }) },
    timingsMs: {},
    ...(embed === 'acceptable' && acceptable && { embeddings: [EMBEDDING] }),
    liveness: { frameHash: BigInt(Math.round(seconds * 1000)), ...(liveness === 'passive' && { padLogOdds: 3 }) },
  } as unknown as Analysis
}

const POSES: Partial<Record<Action, (strength: number) => Partial<Pose>>> = {
  'turn-left': (strength) => ({ yaw: 25 * strength }),
  'turn-right': (strength) => ({ yaw: -25 * strength }),
  'look-up': (strength) => ({ pitch: 20 * strength }),
  'open-mouth': (strength) => ({ mouth: 0.01 + 0.6 * strength }),
}

/** Who does what is asked, half a second after it is shown, or `does` instead. */
async function acted(
  attempt: LivenessAttempt,
  prompts: readonly Prompt[],
  options: { seconds?: number; does?: Action; luminance?: number; side?: number } = {},
): Promise<boolean> {
  const since = new Map<number, number>()
  for (let frame = 0; frame < (options.seconds ?? 40) * FPS; frame += 1) {
    const now = frame / FPS
    const prompt = prompts.at(-1)
    if (prompt !== undefined && !since.has(prompts.length)) since.set(prompts.length, now)
    const from = since.get(prompts.length) ?? Infinity
    const pose = prompt === undefined ? {} : (POSES[options.does ?? prompt.action]?.(bump(now, from + 0.5, from + 1.5)) ?? {})
    if (attempt.see(frameOf(now, pose, attempt, options))) return true
    await Promise.resolve()
  }
  return false
}

function attemptOf(actions: readonly Action[]): { attempt: LivenessAttempt; prompts: Prompt[]; draw: ReturnType<typeof vi.fn> } {
  const prompts: Prompt[] = []
  const left = [...actions]
  const draw = vi.fn(() => left.shift()!)
  const onPrompt = (prompt: Prompt | undefined): void => void (prompt && prompts.push(prompt))
  return { attempt: new LivenessAttempt({ route: 'standard', steps: 3, draw, space: 'compact-512', onPrompt }), prompts, draw }
}

describe('an attempt', () => {
  it('leads who does what is asked to the end, with a probe before each action and one after the last', async () => {
    const { attempt, prompts } = attemptOf(['turn-left', 'open-mouth', 'turn-right'])
    expect(await acted(attempt, prompts)).toBe(true)
    expect(attempt.challenge).toMatchObject({ phase: 'passed', needed: 3 })
    expect(prompts.map(({ action, step, of, again }) => [action, step, of, again])).toEqual([
      ['turn-left', 1, 3, false],
      ['open-mouth', 2, 3, false],
      ['turn-right', 3, 3, false],
    ])
    expect(attempt.probes).toHaveLength(4)
    const { samples } = attempt.record
    expect(samples.filter(({ embedding }) => embedding !== undefined)).toHaveLength(4)
    const looks = samples.filter(({ padLogOdds }) => padLogOdds !== undefined)
    expect(looks.length).toBeGreaterThanOrEqual(5)
    expect(looks.length).toBeLessThanOrEqual(samples.length / 2)
  })

  it('draws an action only when the one before is over, and tells what was done', async () => {
    const { attempt, prompts, draw } = attemptOf(['turn-left', 'turn-right', 'look-up'])
    await acted(attempt, prompts)
    expect(draw.mock.calls).toEqual([
      [{ route: 'standard', done: [] }],
      [{ route: 'standard', done: ['turn-left'] }],
      [{ route: 'standard', done: ['turn-left', 'turn-right'] }],
    ])
  })

  it('replaces one wrong action, says so, and ends with the second', async () => {
    const { attempt, prompts, draw } = attemptOf(['turn-left', 'look-up', 'open-mouth'])
    expect(await acted(attempt, prompts, { does: 'turn-right' })).toBe(true)
    expect(attempt.challenge).toMatchObject({ phase: 'failed', reason: 'wrong-action' })
    expect(prompts.map(({ again }) => again)).toEqual([false, true])
    expect(draw.mock.calls[1]).toEqual([{ route: 'standard', done: [], failed: 'turn-left' }])
  })

  it('asks one action more where it is too dark for the passive net', async () => {
    const { attempt, prompts } = attemptOf(['turn-left', 'open-mouth', 'turn-right', 'look-up'])
    await acted(attempt, prompts, { luminance: 0.05 })
    expect(attempt.challenge).toMatchObject({ phase: 'passed', needed: 4 })
  })

  it('asks for room around the face, and begins without when none is given', async () => {
    const { attempt, prompts } = attemptOf(['turn-left', 'open-mouth', 'turn-right'])
    await acted(attempt, prompts, { side: 300, seconds: 4 })
    expect(attempt.challenge.phase).toBe('idle')
    expect(attempt.hint({ acceptable: true, reasons: [] })).toBe('more-room')
    const patient = attemptOf(['turn-left', 'open-mouth', 'turn-right'])
    await acted(patient.attempt, patient.prompts, { side: 300 })
    expect(patient.attempt.challenge.phase).toBe('passed')
  })

  it('ends when the page was hidden, or the draw failed', async () => {
    const { attempt, prompts } = attemptOf(['turn-left'])
    await acted(attempt, prompts, { seconds: 1 })
    attempt.hidden()
    expect(attempt.challenge).toMatchObject({ phase: 'failed', reason: 'page-hidden' })
    const broken = new LivenessAttempt({ route: 'standard', steps: 3, draw: () => Promise.reject(new Error('offline')), space: 'compact-512' })
    await expect(acted(broken, [])).rejects.toThrow('offline')
  })
})
