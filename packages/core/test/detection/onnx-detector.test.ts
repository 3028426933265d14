import { describe, expect, it } from 'vitest'
import type { Frame } from '../../src/capture/index.js'
import { createOnnxDetector, LANDMARK, type Detector } from '../../src/detection/index.js'
import { CANONICAL_FACE } from '../../src/detection/geometry/canonical-face.js'
import { ANCHOR_COUNT } from '../../src/detection/onnx/anchors.js'
import { LintasError } from '../../src/errors/index.js'
import type { InferenceSession, Tensor } from '../../src/inference/index.js'
import type { Raster } from '../../src/numeric/index.js'

const BLACK: Raster = { width: 640, height: 480, data: new Uint8ClampedArray(640 * 480 * 4) }
const frame = (raster = BLACK): Frame => ({ picture: { width: raster.width, height: raster.height, raster: () => raster }, timestampMs: 0 })

/** A detector net that sees square faces, each as [x, y, size] in 128ths at the anchor (64.5, 64.5 of 128) and a logit. */
function detectorNet(faces: () => readonly (readonly [x: number, y: number, size: number, logit: number])[]): InferenceSession & { runs: number } {
  const net = {
    runs: 0,
    inputNames: ['input'],
    outputNames: ['boxes', 'logits'],
    run: (): Promise<Record<string, Tensor>> => {
      net.runs += 1
      const boxes = new Float32Array(ANCHOR_COUNT * 16)
      const logits = new Float32Array(ANCHOR_COUNT).fill(-20)
      faces().forEach(([x, y, size, logit], index) => {
        // Anchor 512 stands at (8, 8) of 128; the faces take the six anchors there.
        boxes.set([x - 8, y - 8, size, size, x - 8 - size / 4, y - 8, x - 8 + size / 4, y - 8], (512 + index) * 16)
        logits[512 + index] = logit
      })
      return Promise.resolve({ boxes: { dims: [1, 896, 16], data: boxes }, logits: { dims: [1, 896, 1], data: logits } })
    },
    release: () => Promise.resolve(),
  }
  return net
}

/** The canonical face in a 256 × 256 crop, eight pixels a centimetre; points that its pose does not need lie in its middle. */
function cropLandmarks(): Float32Array {
  const landmarks = new Float32Array(478 * 3).fill(128)
  for (let index = 2; index < landmarks.length; index += 3) landmarks[index] = 0
  for (const [index, , x, y, z] of CANONICAL_FACE) landmarks.set([128 + 8 * x, 128 - 8 * y, -8 * z], index * 3)
  return landmarks
}

/** A landmark net that sees the canonical face in the middle of whatever it is shown. */
function landmarkNet(presence: () => number): InferenceSession & { runs: number } {
  const landmarks = cropLandmarks()
  const net = {
    runs: 0,
    inputNames: ['input'],
    outputNames: ['landmarks', 'presence', 'tongueOut'],
    run: (): Promise<Record<string, Tensor>> => {
      net.runs += 1
      return Promise.resolve({
        landmarks: { dims: [1, 1, 1, 1434], data: landmarks },
        presence: { dims: [1, 1, 1, 1], data: Float32Array.of(presence()) },
      })
    },
    release: () => Promise.resolve(),
  }
  return net
}

function build(
  faces: Parameters<typeof detectorNet>[0],
  presence = (): number => 5,
  maxFaces = 2,
): { detector: Detector; finder: { runs: number }; placer: { runs: number } } {
  const finder = detectorNet(faces)
  const placer = landmarkNet(presence)
  return { detector: createOnnxDetector({ detector: finder, landmarks: placer, maxFaces }), finder, placer }
}

describe('the ONNX landmark engine', () => {
  it('brings the net’s points back to the picture through letterbox and region', async () => {
    // 32/128 of 640 pixels wide at (64, 64)/128 of the letterboxed 640 × 640: 160 pixels around (320, 240).
    const { detector } = build(() => [[64, 64, 32, 5]])
    const [face] = await detector.detect(frame(), 'still')
    expect(face?.landmarks).toHaveLength(478 * 3)
    // The region is 240 pixels for 256 of the crop.
    const eye = cropLandmarks().subarray(LANDMARK.rightEyeOuter * 3, LANDMARK.rightEyeOuter * 3 + 3)
    const [x = NaN, y = NaN, z = NaN] = eye
    const found = [...(face?.landmarks.subarray(LANDMARK.rightEyeOuter * 3, LANDMARK.rightEyeOuter * 3 + 3) ?? [])]
    expect(found[0]).toBeCloseTo(320 + ((x - 128) * 240) / 256, 3)
    expect(found[1]).toBeCloseTo(240 + ((y - 128) * 240) / 256, 3)
    expect(found[2]).toBeCloseTo((z * 240) / 256, 3)
    expect(face?.presence).toBeCloseTo(1 / (1 + Math.exp(-5)), 6)
    const { yaw, pitch, roll } = face?.pose ?? { yaw: NaN, pitch: NaN, roll: NaN }
    for (const angle of [yaw, pitch, roll]) expect(Math.abs(angle)).toBeLessThan(3)
  })

  it('tells several faces, largest first, and at most maxFaces of the best scored', async () => {
    const three = (): [number, number, number, number][] => [
      [30, 64, 20, 9],
      [90, 64, 40, 5],
      [60, 30, 10, 2],
    ]
    const faces = await build(three).detector.detect(frame(), 'still')
    expect(faces).toHaveLength(2)
    expect(faces[0]?.box.width).toBeGreaterThan(faces[1]?.box.width ?? NaN)
    expect(await build(three, undefined, 1).detector.detect(frame(), 'still')).toHaveLength(1)
  })

  it('finds nothing where the detector or the landmark net does not believe', async () => {
    expect(await build(() => []).detector.detect(frame(), 'still')).toEqual([])
    expect(await build(() => [[64, 64, 32, -0.1]]).detector.detect(frame(), 'still')).toEqual([])
    expect(
      await build(
        () => [[64, 64, 32, 5]],
        () => -0.1,
      ).detector.detect(frame(), 'still'),
    ).toEqual([])
    expect(
      await build(
        () => [[64, 64, 32, 5]],
        () => NaN,
      ).detector.detect(frame(), 'still'),
    ).toEqual([])
  })

  it('runs the detector no more in video once maxFaces are tracked, and again when one is lost', async () => {
    let presence = 5
    const { detector, finder, placer } = build(
      () => [[64, 64, 32, 5]],
      () => presence,
      1,
    )
    for (let index = 0; index < 3; index += 1) expect(await detector.detect(frame(), 'video')).toHaveLength(1)
    expect([finder.runs, placer.runs]).toEqual([1, 3])
    presence = -5
    expect(await detector.detect(frame(), 'video')).toEqual([])
    presence = 5
    expect(await detector.detect(frame(), 'video')).toHaveLength(1)
    expect(finder.runs).toBe(2)
  })

  it('looks for a second face on every frame while there is room, without looking twice at the first', async () => {
    const { detector, finder, placer } = build(() => [[64, 64, 32, 5]])
    for (let index = 0; index < 3; index += 1) expect(await detector.detect(frame(), 'video')).toHaveLength(1)
    expect([finder.runs, placer.runs]).toEqual([3, 3])
  })

  it('keeps a tracked face that the detector no longer sees, until reset', async () => {
    let seen: [number, number, number, number][] = [[64, 64, 32, 5]]
    const { detector } = build(() => seen)
    await detector.detect(frame(), 'video')
    seen = []
    expect(await detector.detect(frame(), 'video')).toHaveLength(1)
    detector.reset()
    expect(await detector.detect(frame(), 'video')).toEqual([])
  })

  it('does not bring a face back that was forgotten while its frame was under way', async () => {
    let seen: [number, number, number, number][] = [[64, 64, 32, 5]]
    const { detector } = build(() => seen)
    const pending = detector.detect(frame(), 'video')
    detector.reset()
    expect(await pending).toHaveLength(1)
    seen = []
    expect(await detector.detect(frame(), 'video')).toEqual([])
  })

  it('lets a still neither use nor disturb what is tracked', async () => {
    let seen: [number, number, number, number][] = [[64, 64, 32, 5]]
    const { detector } = build(() => seen)
    await detector.detect(frame(), 'video')
    seen = []
    expect(await detector.detect(frame(), 'still')).toEqual([])
    expect(await detector.detect(frame(), 'video')).toHaveLength(1)
  })

  it('reports a failed run with a code and lives on', async () => {
    const finder = detectorNet(() => [[64, 64, 32, 5]])
    const working = finder.run.bind(finder)
    finder.run = () => Promise.reject(new LintasError('inference-run', 'out of memory'))
    const detector = createOnnxDetector({ detector: finder, landmarks: landmarkNet(() => 5) })
    await expect(detector.detect(frame(), 'still')).rejects.toMatchObject({ code: 'detector-run', cause: { code: 'inference-run' } })
    finder.run = working
    expect(await detector.detect(frame(), 'still')).toHaveLength(1)
  })

  it('names the outputs when the net is another one', async () => {
    const finder = { ...detectorNet(() => []), outputNames: ['embedding'], run: () => Promise.resolve({}) }
    const detector = createOnnxDetector({ detector: finder, landmarks: landmarkNet(() => 5) })
    await expect(detector.detect(frame(), 'still')).rejects.toMatchObject({
      code: 'detector-load',
      message: expect.stringContaining('embedding') as string,
    })
  })

  it.each([0, 9, 1.5, NaN])('refuses maxFaces %d by name', (maxFaces) => {
    expect(() => build(() => [], undefined, maxFaces)).toThrow(/maxFaces/)
  })
})
