import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { poseFromMatrix, transformationMatrix, type Detector } from '../../packages/core/src/detection/index.js'
import { compareFaces, type ReferenceFace } from './landmark-parity/compare.js'
import { facesOf, openEngine } from './landmark-parity/node-engine.js'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const weights = at('../../models/weights')
// What MediaPipe 0.10.35 said of the portraits in Chromium; made by landmark-parity/run.mjs.
const answers = JSON.parse(readFileSync(at('landmark-parity/portraits.json'), 'utf8')) as Record<string, ReferenceFace[]>

describe.skipIf(!existsSync(`${weights}/face-landmarks.onnx`))('the ONNX landmark engine on the portraits', () => {
  let detector: Detector
  beforeAll(async () => {
    detector = await openEngine(weights)
  }, 60_000)

  it.each(Object.entries(answers))('sees in %s what MediaPipe sees', async (name, reference) => {
    const faces = await facesOf(detector, at(`../fixtures/portraits/${name}`))
    const { faces: distances, missed, extra } = compareFaces(reference, faces, poseFromMatrix)
    expect({ missed, extra }).toEqual({ missed: 0, extra: 0 })
    for (const { landmarks, pose } of distances) {
      expect(landmarks).toBeLessThan(0.01)
      expect(pose).toBeLessThan(1)
    }
  })
})

describe('the face geometry', () => {
  it.each(Object.entries(answers))('makes of MediaPipe’s landmarks in %s MediaPipe’s matrix', async (name, reference) => {
    const { default: sharp } = await import('sharp')
    const { width, height } = await sharp(at(`../fixtures/portraits/${name}`)).metadata()
    for (const { landmarks, matrix } of reference) {
      const own = transformationMatrix(Float32Array.from(landmarks), width, height) ?? []
      // The stored landmarks are rounded to a hundredth of a pixel.
      own.forEach((value, index) => {
        expect(Math.abs(value - (matrix[index] ?? NaN))).toBeLessThan(index < 12 ? 0.001 : 0.05)
      })
    }
  })
})
