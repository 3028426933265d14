import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Detector } from '../../packages/core/src/detection/index.js'
import { decodeImage } from '../../packages/core/src/node/decode-image.js'
import { assessQuality, measureQuality, type QualityAssessment } from '../../packages/core/src/quality/index.js'
import { openEngine } from './landmark-parity/node-engine.js'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const data = at('../../../shared/data')
const weights = at('../../models/weights')
const here = existsSync(data) && existsSync(join(weights, 'face-landmarks.onnx'))
const PIXEL = ['too-dark', 'too-bright', 'uneven-light', 'low-contrast', 'blurred']

/** At most `most` pictures of a folder, evenly spread by name. */
function files(folder: string, most: number): string[] {
  const names = readdirSync(join(data, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(jpe?g|png)$/i.test(name))
    .sort()
  return names.filter((_, index) => index % Math.ceil(names.length / most) === 0).map((name) => join(data, folder, name))
}

describe.skipIf(!here)(`the quality limits on real pictures${here ? '' : ' (skipped: ../shared/data or the weights are not here)'}`, () => {
  let detector: Detector
  beforeAll(async () => {
    detector = await openEngine(weights)
  }, 60_000)

  async function assess(file: string): Promise<QualityAssessment> {
    const raster = await decodeImage(readFileSync(file))
    const picture = { width: raster.width, height: raster.height, raster: () => raster }
    const faces = await detector.detect({ picture, timestampMs: 0 }, 'still')
    return assessQuality(faces[0] && measureQuality({ raster, faces, face: faces[0] }))
  }

  it.each([
    ['webcam frames', 'pad/nuaa/ClientRaw', 24],
    ['women in hijab', 'demographics/hijab', 24],
    ['pictures without a computed fault', 'bad/synthetic/clean', 11],
    ['faces lit from one side', 'bad/synthetic/sidelight', 11],
  ])('blame no pixels of %s', { timeout: 120_000 }, async (_, folder, most) => {
    const blamed: string[] = []
    for (const file of files(folder, most)) {
      const { reasons } = await assess(file)
      if (reasons.some((reason) => PIXEL.includes(reason) || reason === 'covered')) blamed.push(file)
    }
    expect(blamed).toEqual([])
  })

  it.each([
    ['dark', 'too-dark'],
    ['over', 'too-bright'],
    ['gauss', 'blurred'],
    ['eyes_covered', 'covered'],
    ['rot90', 'tilted'],
  ])('name what was computed: %s', { timeout: 120_000 }, async (fault, name) => {
    for (const file of files(`bad/synthetic/${fault}`, 20)) expect((await assess(file)).reasons, file).toContain(name)
  })
})
