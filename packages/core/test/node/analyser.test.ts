import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createNodeAnalyser, decodeImage } from '../../src/node.js'

const models = fileURLToPath(new URL('../../../../models', import.meta.url))
const portrait = (name: string): Promise<Awaited<ReturnType<typeof decodeImage>>> =>
  decodeImage(readFileSync(new URL(`../../../../test/fixtures/portraits/${name}.jpg`, import.meta.url)))
const BLANK = { width: 64, height: 64, data: new Uint8ClampedArray(64 * 64 * 4) }

describe('the line in Node', () => {
  it('finds, judges and embeds a portrait, and nobody in a blank picture', async () => {
    const analyser = createNodeAnalyser({ models, spaces: ['compact-512'] })
    expect(await analyser.ready).toMatchObject({ backend: 'node', detector: 'onnx', spaces: ['compact-512'], fallbacks: [] })
    const { faces, quality, embeddings } = await analyser.analyse(await portrait('obama'))
    expect([faces.length, quality.acceptable, embeddings?.[0]?.vector.length]).toEqual([1, true, 512])
    expect(await analyser.analyse(BLANK)).toMatchObject({ faces: [], quality: { reasons: ['no-face'] } })
    analyser.close()
  })

  it('embeds a face later, in the spaces that are asked for, as it would have at once', async () => {
    const analyser = createNodeAnalyser({ models })
    const picture = await portrait('obama')
    const { faces, embeddings = [] } = await analyser.analyse(picture, { embed: 'always' })
    const face = faces[0]!
    expect(await analyser.embed(picture, face)).toEqual(embeddings)
    expect(await analyser.embed(picture, face, ['compact-512'])).toEqual(embeddings.filter(({ space }) => space === 'compact-512'))
    await expect(analyser.embed(picture, face, ['arcface'])).rejects.toThrow(/arcface/)
    await expect(analyser.embed(picture, { ...face, landmarks: face.landmarks.map(() => NaN) })).rejects.toThrow(RangeError)
    analyser.close()
    await expect(analyser.embed(picture, face)).rejects.toMatchObject({ code: 'worker-closed' })
  })

  it('scores a face later as it would have at once, and tells when the passive net was not loaded', async () => {
    const analyser = createNodeAnalyser({ models, spaces: ['compact-512'] })
    const picture = await portrait('obama')
    const { faces, liveness } = await analyser.analyse(picture, { embed: 'never', liveness: 'passive' })
    const face = faces[0]!
    expect(liveness?.padLogOdds).toBeTypeOf('number')
    expect(await analyser.scorePassive(picture, face)).toBe(liveness?.padLogOdds)
    expect(await analyser.scorePassive(BLANK, { ...face, box: { x: 900, y: 900, width: 9, height: 9 } })).toBeUndefined()
    analyser.close()
    const blind = createNodeAnalyser({ models, spaces: ['compact-512'], liveness: false })
    await expect(blind.scorePassive(picture, face)).rejects.toMatchObject({ code: 'assets-entry-unknown' })
    blind.close()
  })

  it('finishes the picture under way when it is closed, and tells the others', async () => {
    const analyser = createNodeAnalyser({ models, spaces: ['compact-512'] })
    await analyser.ready
    const picture = await portrait('biden')
    const [running, waiting] = [analyser.analyse(picture), analyser.analyse(picture)]
    const told = expect(waiting).rejects.toMatchObject({ code: 'worker-closed' })
    // Let the first one begin.
    await new Promise((resolve) => setImmediate(resolve))
    analyser.close()
    expect((await running).faces).toHaveLength(1)
    await told
    await expect(analyser.analyse(picture)).rejects.toMatchObject({ code: 'worker-closed' })
  })

  it('gives up waiting when told to, and tells a wrong folder by its code', async () => {
    const gone = createNodeAnalyser({ models: '/nowhere' })
    await expect(gone.ready).rejects.toMatchObject({ code: 'assets-not-found' })
    const analyser = createNodeAnalyser({ models, spaces: ['compact-512'] })
    await expect(analyser.analyse(BLANK, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
    await expect(analyser.analyse(BLANK, { timestampMs: 1e16 })).rejects.toThrow(/timestampMs/)
    expect(() => createNodeAnalyser({ models, maxFaces: 1 })).toThrow(/maxFaces/)
    analyser.close()
  })
})
