import { readFile } from 'node:fs/promises'
import { createNodeAnalyser, decodeImage } from '@lintas/core/node'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Seen, SeenFace } from './page/api.js'
import { assembleAssets } from './support/folders.js'
import { cosine, landmarkDistance, meanDifference, quantile } from './support/measure.js'
import { GROUPS, PORTRAITS, pictureFile } from './support/portraits.js'
import { visit } from './support/visit.js'
import { useWorld } from './support/world.js'

const world = useWorld()
const PICTURES = [...PORTRAITS, ...GROUPS]
/** Enough for every face of the group photographs. */
const maxFaces = 8

let onnx: Readonly<Record<string, Seen>> = {}
let mediapipe: Readonly<Record<string, Seen>> = {}

beforeAll(async () => {
  await visit({ site: world.site }, async ({ page }) => {
    // As text: long lists take seconds on their way out of a page.
    const look = async (detector: 'onnx' | 'mediapipe'): Promise<Readonly<Record<string, Seen>>> => {
      const wanted = [PICTURES, { detector, maxFaces }] as const
      const text = await page.evaluate(async ([pictures, wishes]) => JSON.stringify(await e2e.look(pictures, wishes)), wanted)
      return JSON.parse(text) as Readonly<Record<string, Seen>>
    }
    onnx = await look('onnx')
    mediapipe = await look('mediapipe')
  })
})

describe('the same line in browser and Node', () => {
  it('finds the same faces, cuts the same chips and computes the same embeddings', async () => {
    const analyser = createNodeAnalyser({ models: await assembleAssets(), maxFaces })
    const compared = { chips: 0, embeddings: 0 }
    for (const name of PICTURES) {
      const there = onnx[name]!
      const here = await analyser.analyse(await decodeImage(await readFile(pictureFile(name))), { mode: 'still', embed: 'always', chips: true })
      expect([name, there.width, there.height, there.faces.length]).toEqual([name, here.width, here.height, here.faces.length])
      expect(there.reasons).toEqual(here.quality.reasons)
      for (const [space, chip] of Object.entries(here.chips ?? {})) {
        expect(meanDifference(there.chips[space]!, chip.data), `${name}, chip for ${space}`).toBeLessThanOrEqual(1)
        compared.chips += 1
      }
      for (const { space, vector } of here.embeddings ?? []) {
        expect(cosine(there.embeddings[space]!, vector), `${name}, embedding of ${space}`).toBeGreaterThanOrEqual(0.999)
        compared.embeddings += 1
      }
    }
    analyser.close()
    // Every portrait has one face, and two models look at it.
    expect(compared.chips).toBeGreaterThanOrEqual(PORTRAITS.length * 2)
    expect(compared.embeddings).toBe(compared.chips)
  })
})

describe('the two landmark engines in the browser', () => {
  it('find the same faces at the same places', () => {
    const distances = PICTURES.flatMap((name) => {
      const [ours, theirs] = [onnx[name]!.faces, mediapipe[name]!.faces]
      expect([name, ours.length]).toEqual([name, theirs.length])
      return ours.map((face) => landmarkDistance(face, nearest(face, theirs)))
    })
    expect(distances.length).toBeGreaterThanOrEqual(PORTRAITS.length)
    // In parts of the distance between the eyes: the limits that the engine was built to.
    expect(quantile(distances, 0.5)).toBeLessThanOrEqual(0.01)
    expect(quantile(distances, 0.95)).toBeLessThanOrEqual(0.02)
  })

  it('follow the same face through a video, and forget it when told to', async () => {
    const tracks = await trackBoth()
    const [ours, theirs] = [tracks.onnx.tracked, tracks.mediapipe.tracked]
    expect(ours.map((faces) => faces.length)).toEqual(ours.map(() => 1))
    expect(theirs.map((faces) => faces.length)).toEqual(ours.map(() => 1))
    const distances = ours.map(([face], index) => landmarkDistance(seen(face!), seen(theirs[index]![0]!)))
    expect(quantile(distances, 0.5)).toBeLessThanOrEqual(0.01)
    expect(quantile(distances, 0.95)).toBeLessThanOrEqual(0.02)
    // The person before must not be found in the frame of the next.
    expect([tracks.onnx.afterReset, tracks.mediapipe.afterReset]).toEqual([0, 0])
  })

  it('lead to the same embeddings', () => {
    for (const name of PORTRAITS) {
      for (const [space, vector] of Object.entries(onnx[name]!.embeddings)) {
        expect(cosine(vector, mediapipe[name]!.embeddings[space]!), `${name}, ${space}`).toBeGreaterThanOrEqual(0.99)
      }
    }
  })
})

async function trackBoth(): Promise<Readonly<Record<'onnx' | 'mediapipe', Awaited<ReturnType<typeof e2e.track>>>>> {
  let text = ''
  await visit({ site: world.site }, async ({ page }) => {
    text = await page.evaluate(async () => {
      const portrait = { picture: 'obama3', eyes: [796, 392], interEye: 123 } as const
      const [onnx, mediapipe] = [await e2e.track(portrait, 20, { detector: 'onnx' }), await e2e.track(portrait, 20, { detector: 'mediapipe' })]
      return JSON.stringify({ onnx, mediapipe })
    })
  })
  return JSON.parse(text) as Awaited<ReturnType<typeof trackBoth>>
}

/** Landmarks alone, as `landmarkDistance` takes a face. */
const seen = (landmarks: readonly number[]): SeenFace => ({ landmarks, box: { x: 0, y: 0, width: 0, height: 0 } })

function nearest({ box }: SeenFace, faces: readonly SeenFace[]): SeenFace {
  const apart = (face: SeenFace): number => Math.hypot(face.box.x - box.x, face.box.y - box.y)
  return faces.reduce((best, face) => (apart(face) < apart(best) ? face : best))
}
