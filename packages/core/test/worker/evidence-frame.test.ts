import { describe, expect, it } from 'vitest'
import { pictureOf } from '../../src/capture/index.js'
import type { Detector, Face } from '../../src/detection/index.js'
import { createLine } from '../../src/worker/index.js'
import type { EncodeJpeg } from '../../src/worker/evidence-frame.js'
import { faceAt, rasterOf } from '../quality/scene.js'

const FRAME = { picture: pictureOf(rasterOf(640, 480, (x, y) => 90 + ((x * 7 + y * 13) % 80))), timestampMs: 7 }
/** Bytes at each quality, per hundred. */
type Sizes = Readonly<Record<number, number>>

function lineSeeing(faces: readonly Face[], sizes: Sizes = {}): { line: ReturnType<typeof createLine>; asked: number[] } {
  const asked: number[] = []
  const detector: Detector = { engine: 'onnx', detect: () => Promise.resolve(faces), reset: () => undefined, close: () => undefined }
  const encodeJpeg: EncodeJpeg = (_raster, _cut, quality) => {
    asked.push(quality)
    return Promise.resolve(new Uint8Array(sizes[quality * 100] ?? 1000))
  }
  return { line: createLine({ detector, embedders: [], encodeJpeg }), asked }
}

describe('evidence of an analysed frame', () => {
  it('is there when asked for, and tells what it shows', async () => {
    const { line } = lineSeeing([faceAt(320, 240, 60)])
    expect((await line.analyse(FRAME)).evidence).toBeUndefined()
    const { evidence, timingsMs } = await line.analyse(FRAME, { evidence: true })
    expect(evidence).toMatchObject({ timestampMs: 7, width: evidence?.region.width, height: evidence?.region.height })
    expect(evidence?.jpeg).toHaveLength(1000)
    expect(timingsMs.evidence).toBeGreaterThanOrEqual(0)
  })

  it('is absent with nobody or two people there, and with landmarks that are no numbers', async () => {
    const face = faceAt(320, 240, 60)
    for (const faces of [[], [face, faceAt(150, 240, 55)], [{ ...face, landmarks: face.landmarks.map(() => NaN) }]])
      expect((await lineSeeing(faces).line.analyse(FRAME, { evidence: true })).evidence).toBeUndefined()
  })

  it('is made smaller until it is within the limit, and absent where that is not possible', async () => {
    const { line, asked } = lineSeeing([faceAt(320, 240, 60)], { 85: 70_000, 70: 65_537, 50: 65_536 })
    expect((await line.analyse(FRAME, { evidence: true })).evidence?.jpeg).toHaveLength(65_536)
    expect(asked).toEqual([0.85, 0.7, 0.5])
    const never = lineSeeing([faceAt(320, 240, 60)], { 85: 70_000, 70: 70_000, 50: 70_000, 30: 70_000 })
    expect((await never.line.analyse(FRAME, { evidence: true })).evidence).toBeUndefined()
  })

  it('tells an encoder that fails by its code', async () => {
    const detector: Detector = {
      engine: 'onnx',
      detect: () => Promise.resolve([faceAt(320, 240, 60)]),
      reset: () => undefined,
      close: () => undefined,
    }
    const line = createLine({ detector, embedders: [], encodeJpeg: () => Promise.reject(new Error('no memory')) })
    await expect(line.analyse(FRAME, { evidence: true })).rejects.toMatchObject({ code: 'still-undecodable' })
  })
})
