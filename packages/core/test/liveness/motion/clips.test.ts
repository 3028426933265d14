import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NEW_MOTION, watchMotion } from '../../../src/liveness/motion/index.js'
import { type MotionSample, motionSampleOf } from '../../../src/liveness/sample.js'
import { createNodeAnalyser } from '../../../src/node/analyser.js'
import type { Analyser } from '../../../src/worker/index.js'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const data = at('../../../../../../shared/data')
const models = at('../../../../../models')
const decodes = spawnSync('ffmpeg', ['-version']).status === 0
const here = existsSync(data) && existsSync(join(models, 'weights/face-landmarks.onnx')) && decodes
const WHY = here ? '' : ' (skipped: ../shared/data, the weights or ffmpeg are not here)'

interface Clip {
  readonly file: string
  readonly fps: number
  readonly size: readonly [number, number]
  readonly expected: readonly string[]
  readonly mirrored?: boolean
}

// Times of every clip and action stand in test/evaluation/motion-truth.mjs; all clips are measured by test/evaluation/motion-evaluate.mjs.
const CLIPS: readonly Clip[] = [
  { file: 'pad/video/krz_live.webm', fps: 16, size: [640, 360], expected: ['turn-left', 'turn-right'] },
  { file: 'pad/video/krz_live.webm', fps: 16, size: [640, 360], expected: ['turn-right', 'turn-left'], mirrored: true },
  { file: 'liveness/liveportrait/drv_d12.mp4', fps: 25, size: [512, 512], expected: ['turn-left', 'turn-right', 'open-mouth', 'blink'] },
  { file: 'liveness/eyeblink8/v1_blink042.mp4', fps: 30, size: [640, 480], expected: ['blink'] },
]

describe.skipIf(!here)(`actions on real clips${WHY}`, () => {
  let analyser: Analyser
  beforeAll(() => {
    analyser = createNodeAnalyser({ models, spaces: ['compact-512'], threads: 2 })
  })
  afterAll(() => {
    analyser.close()
  })

  async function film({ file, fps, size: [width, height], mirrored = false }: Clip): Promise<MotionSample[]> {
    const filter = `${mirrored ? 'hflip,' : ''}scale=${width}:${height}`
    const decoder = spawn('ffmpeg', [
      '-v',
      'error',
      '-i',
      join(data, file),
      '-fps_mode',
      'passthrough',
      '-vf',
      filter,
      '-pix_fmt',
      'rgba',
      '-f',
      'rawvideo',
      '-',
    ])
    const chunks: Buffer[] = []
    for await (const chunk of decoder.stdout as AsyncIterable<Buffer>) chunks.push(chunk)
    const pixels = Buffer.concat(chunks)
    const samples: MotionSample[] = []
    analyser.reset()
    for (let nth = 0; (nth + 1) * width * height * 4 <= pixels.length; nth += 1) {
      const picture = { width, height, data: new Uint8ClampedArray(pixels.subarray(nth * width * height * 4, (nth + 1) * width * height * 4)) }
      samples.push(motionSampleOf(await analyser.analyse(picture, { mode: 'video', embed: 'never', timestampMs: (1000 * nth) / fps })))
    }
    return samples
  }

  function told(samples: readonly MotionSample[]): string[] {
    let state = NEW_MOTION
    return samples.flatMap((sample) => {
      const watched = watchMotion(state, sample)
      state = watched.state
      return watched.sees.performed?.action ?? []
    })
  }

  it.each(CLIPS)('are told in order: $expected, mirrored: $mirrored', { timeout: 60_000 }, async (clip) => {
    const samples = await film(clip)
    expect(samples.length).toBeGreaterThan(10)
    const found = told(samples)
    // Others may lie between: the clips hold half actions, too.
    let next = 0
    for (const action of found) if (action === clip.expected[next]) next += 1
    expect(found.join(), `only ${next} of them`).toSatisfy(() => next === clip.expected.length)
  })
})
