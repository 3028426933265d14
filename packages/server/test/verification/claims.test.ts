import { existsSync } from 'node:fs'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FrameMark, Manifest } from '@lintas/core/evidence'
import { PAD_POLICIES, type PadAssessment } from '@lintas/core/liveness'
import type { NodeAnalyser } from '@lintas/core/node'
import { createLooker } from '../../src/verification/look.js'
import type { Recorded } from '../../src/verification/recorded.js'
import type { Findings, Looker, Worth } from '../../src/verification/types.js'
import { verifyEvidence, verifyRecorded } from '../../src/verification/verify-evidence.js'
import { createNodeAnalyser, MODELS, recordFilm, remembered, sessionFor, templateOf, verifying, type Film } from './made.js'

const here = existsSync(`${MODELS}/weights/face-landmarks.onnx`)
const HOUR = 3_600_000

describe.skipIf(!here)('what a browser claims', () => {
  let analyser: NodeAnalyser
  let look: Looker
  let verified: ReturnType<typeof verifying>
  let obama: Film
  let first: Findings
  beforeAll(async () => {
    analyser = createNodeAnalyser({ models: MODELS, threads: 2 })
    look = remembered(createLooker(analyser))
    verified = verifying(analyser, look)
    obama = await recordFilm(analyser, 'obama', ['turn-left', 'open-mouth', 'look-down'])
    first = await verified(obama)
  }, 120_000)
  afterAll(() => {
    analyser.close()
  })

  it.each([-13 * HOUR, 9 * HOUR, -40 * 365 * 24 * HOUR])('of its clock, which is wrong by %s ms, changes nothing', async (wrongMs) => {
    const at = (ms: number): string => new Date(1_800_000_000_000 + wrongMs + ms).toISOString()
    const { input } = await sessionFor(obama, {
      reference: await templateOf(analyser, 'obama'),
      claims: { clock: { startedAt: at(0), finishedAt: at(20_000) } },
    })
    const found = await verifyEvidence(input, look)
    expect(found.outcome).toBe('admitted')
    expect({ ...found, timingsMs: {} }).toEqual({ ...first, timingsMs: {} })
  })

  it('is kept beside what was found, and told where it differs', async () => {
    const layers = first.pad.layers ?? []
    const bonaFide: PadAssessment = { outcome: 'bona-fide', reasons: [], layers }
    const claims = (wishes: Partial<Manifest>): Promise<Findings> => verified(obama, { claims: wishes })
    const honest = await claims({ pad: bonaFide })
    expect(honest.disagreement).toEqual([])
    expect(honest.claimed).toMatchObject({
      pad: { outcome: 'bona-fide' },
      camera: { width: 640, height: 480 },
      detector: 'onnx',
      build: { version: '0.1.0' },
    })

    const called = await claims({ pad: { outcome: 'attack', reasons: ['passive-attack'], layers: layers.filter(({ layer }) => layer !== 'shape') } })
    expect([called.outcome, called.disagreement]).toEqual(['admitted', ['pad: attack there, bona-fide here']])
    const turned = layers.map((layer) => (layer.layer === 'shape' ? { ...layer, outcome: 'attack' as const } : layer))
    expect((await claims({ pad: { ...bonaFide, layers: turned } })).disagreement).toEqual(['shape: attack there, bona-fide here'])
    const models = [{ id: 'compact-512', sha256: 'ab'.repeat(32) }]
    expect((await claims({ pad: bonaFide, models })).disagreement).toEqual(['model compact-512: another file'])
  })

  it('of a frame’s passive score, or of when an action was done, is told where it differs', async () => {
    const scored = await verified(obama, {}, (recorded) => {
      const steps = recorded.steps.map((step) => ({
        ...step,
        series: { ...step.series, samples: step.series.samples.map((sample) => ({ ...sample, padLogOdds: 20 })) },
      }))
      return { ...recorded, steps, samples: steps.flatMap(({ series }) => series.samples) }
    })
    expect(scored.disagreement.filter((what) => what.startsWith('passive:'))).toHaveLength(5)
    const early = await verified(obama, {}, (recorded) => {
      const steps = recorded.steps.map((step) => ({ ...step, series: { ...step.series, doneMs: step.series.revealedMs + 1 } }))
      return { ...recorded, steps }
    })
    expect(early.disagreement).toContain('action 1: done at another time')
  })

  it.each([
    ['encoded anew', { quality: 55 }],
    ['cropped', { crop: 0.08 }],
    ['brightened', { gain: 1.15 }],
    ['darkened, cropped and encoded anew', { gain: 0.9, crop: 0.06, quality: 60 }],
  ] as const)('to be new is a replay all the same: yesterday’s session %s', async (_, how) => {
    const again = await verified(await altered(obama, how), { earlier: [first.replay] })
    expect(again.reasons).toContain('replayed')
  })

  it('of a small picture does not make room for a large one: it is refused before it is decoded', async () => {
    const bomb = new Uint8Array(
      await sharp({ create: { width: 3000, height: 3000, channels: 3, background: '#777' } })
        .jpeg({ quality: 30 })
        .toBuffer(),
    )
    expect(bomb.length).toBeLessThan(65_536)
    let analysed = 0
    const watched = createLooker({
      analyse: () => Promise.reject(new Error(`analysed ${(analysed += 1)}`)),
      embed: () => Promise.reject(new Error('embedded')),
      scorePassive: () => Promise.reject(new Error('scored')),
      reset: () => undefined,
    })
    for (const side of [448, 3000]) {
      await expect(watched(bomb, { width: side, height: side }, () => ({ reference: true, passive: true }))).rejects.toMatchObject({
        code: 'evidence-malformed',
      })
    }
    expect(analysed).toBe(0)
  })

  it('asks for more of a browser that leaves out what every browser tells, and says what', async () => {
    const unhashed = (recorded: Recorded): Recorded => ({
      ...recorded,
      samples: recorded.samples.map(({ frameHash: _left, ...sample }) => sample),
    })
    const unsized = (recorded: Recorded): Recorded => ({ ...recorded, manifest: { ...recorded.manifest, camera: {} } })
    for (const [change, missing] of [
      [unhashed, 'hashes of the pictures'],
      [unsized, 'size of the camera’s picture'],
    ] as const) {
      const found = await verified(obama, {}, change)
      expect(found.pad).toMatchObject({ raised: true, policy: PAD_POLICIES.high })
      expect(found.pad.layers?.find(({ layer }) => layer === 'injection')?.evidence).toMatchObject({ untold: missing })
      expect(found.disagreement).toContain(`untold: ${missing}`)
    }
    expect((await verified(obama)).pad).toMatchObject({ raised: false })
  })

  it('tells of a step that took the server far longer than the browser says, and refuses one with too little to choose from', async () => {
    const slow = await verified(obama, {}, ({ steps, ...recorded }) => ({
      ...recorded,
      steps: steps.map((step) => (step.n === 2 ? { ...step, takenAt: new Date(step.takenAt.getTime() + 15_000) } : step)),
    }))
    expect(slow.outcome).toBe('admitted')
    expect(slow.disagreement).toContainEqual(expect.stringMatching(/^step 2: \d+ s passed here, \d s there$/u))
    const same = await verified(obama, {}, ({ steps, ...recorded }) => ({
      ...recorded,
      steps: steps.map((step) => ({
        ...step,
        claims: { ...step.claims, frames: step.claims.frames.map((_, at) => (at === 0 ? `${step.n} first` : `${step.n} other`)) },
      })),
    }))
    expect(same.reasons).toContain('evidence-time')
    expect(same.layers['evidence-time'][0]).toMatch(/2 pictures where/u)
  })

  it('runs the dear nets only on what is good enough to be compared or scored, and decides the same', async () => {
    const { input, recorded } = await sessionFor(obama, { reference: await templateOf(analyser, 'obama') })
    const [told, ran]: [Worth[], Worth[]] = [[], []]
    const plain = createLooker(analyser)
    const spying: Looker = async (jpeg, declared, worthOf) => {
      const seen = await plain(jpeg, declared, (one) => told[told.push(worthOf(one)) - 1]!)
      ran.push({ reference: seen.embeddings?.length === 2, passive: seen.padLogOdds !== undefined })
      return seen
    }
    const [sparing, whole] = [await verifyRecorded(input, recorded, spying, []), await verifyRecorded(input, recorded, look, [])]
    expect(ran).toEqual(told)
    expect(new Set(told.map(({ reference }) => reference)).size).toBe(2)
    // No head of this film is turned too far for the passive net.
    const { step, index, jpeg } = recorded.opened[0]!
    const spared = await plain(jpeg, recorded.steps[step]!.series.frames[index]!, () => ({ reference: false, passive: false }))
    expect([spared.padLogOdds, spared.embeddings?.map(({ space }) => space)]).toEqual([undefined, ['compact-512']])
    const bare = ({ timingsMs: _times, template: _template, frames, pad, ...rest }: Findings): unknown => ({
      ...rest,
      frames: frames.map(({ padLogOdds: _scored, ...facts }) => facts),
      // What the net would have said of frames that do not count is not told.
      pad: {
        ...pad,
        layers: (pad.layers ?? []).map((layer) => (layer.layer === 'passive' ? { ...layer, evidence: layer.evidence['framesCounted'] } : layer)),
      },
    })
    expect(bare(sparing)).toEqual(bare(whole))
  })
})

interface Alteration {
  readonly quality?: number
  /** Share of each side that is cut off. */
  readonly crop?: number
  readonly gain?: number
}

/** The film with its candidates altered as somebody would who wants them to be new ones. */
async function altered(film: Film, how: Alteration): Promise<Film> {
  const records = film.records.map(async (record) => {
    const made = await Promise.all(record.series.frames.map((mark, at) => alteredFrame(mark, record.jpegs[at] ?? new Uint8Array(), how)))
    return { ...record, series: { ...record.series, frames: made.map(({ mark }) => mark) }, jpegs: made.map(({ jpeg }) => jpeg) }
  })
  return { ...film, records: await Promise.all(records) }
}

async function alteredFrame(
  mark: FrameMark,
  jpeg: Uint8Array,
  { quality = 85, crop = 0, gain = 1 }: Alteration,
): Promise<{ readonly mark: FrameMark; readonly jpeg: Uint8Array<ArrayBuffer> }> {
  const [left, top] = [Math.round(mark.width * crop), Math.round(mark.height * crop)]
  const [width, height] = [mark.width - 2 * left, mark.height - 2 * top]
  const [across, down] = [mark.region.width / mark.width, mark.region.height / mark.height]
  const region = {
    x: Math.round(mark.region.x + left * across),
    y: Math.round(mark.region.y + top * down),
    width: Math.max(width, Math.round(width * across)),
    height: Math.max(height, Math.round(height * down)),
  }
  const bytes = await sharp(jpeg).extract({ left, top, width, height }).linear(gain).jpeg({ quality }).toBuffer()
  return { mark: { ...mark, region, width, height }, jpeg: new Uint8Array(bytes) }
}
