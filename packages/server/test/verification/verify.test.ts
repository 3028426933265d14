import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NodeAnalyser } from '@lintas/core/node'
import { encodeSeries } from '@lintas/core/evidence'
import type { MotionSample } from '@lintas/core/liveness'
import { createVerifier } from '../../src/verification/index.js'
import { createLooker } from '../../src/verification/look.js'
import type { Recorded, RecordedStep } from '../../src/verification/recorded.js'
import type { Looker } from '../../src/verification/types.js'
import { verifyEvidence, verifyRecorded } from '../../src/verification/verify-evidence.js'
import { createNodeAnalyser, MODELS, recordFilm, remembered, sessionFor, templateOf, verifying, type Film } from './made.js'

const here = existsSync(`${MODELS}/weights/face-landmarks.onnx`)

describe.skipIf(!here)('evidence of made films', () => {
  let analyser: NodeAnalyser
  let look: Looker
  let verified: ReturnType<typeof verifying>
  let obama: Film
  let biden: Film
  beforeAll(async () => {
    analyser = createNodeAnalyser({ models: MODELS, threads: 2 })
    look = remembered(createLooker(analyser))
    verified = verifying(analyser, look)
    obama = await recordFilm(analyser, 'obama', ['turn-left', 'open-mouth', 'look-down'])
    biden = await recordFilm(analyser, 'biden', ['turn-left', 'open-mouth', 'look-down'], 2)
  }, 120_000)
  afterAll(() => {
    analyser.close()
  })

  it('admits the person who did as asked', async () => {
    const found = await verified(obama)
    expect(found.layers).toEqual(Object.fromEntries(Object.keys(found.layers).map((layer) => [layer, []])))
    expect(found.pad).toMatchObject({ outcome: 'bona-fide', reasons: [] })
    expect(found).toMatchObject({ outcome: 'admitted', reasons: [], comparison: { decision: 'match' } })
    expect(found.hint).toBeUndefined()
    expect(found.frames).toHaveLength(5)
  })

  it('admits the same of the parts as they are sent, and refuses one that was exchanged after commitment', async () => {
    const { input } = await sessionFor(obama, { reference: await templateOf(analyser, 'obama') })
    expect((await verifyEvidence(input, look)).reasons).toEqual([])
    const [first, second, ...others] = input.bundle.frames
    if (first === undefined || second === undefined) throw new TypeError('five frames')
    const altered = first.slice()
    altered[altered.length - 20] = (altered.at(-20) ?? 0) ^ 1
    const exchanged = { ...input, bundle: { ...input.bundle, frames: [altered, second, ...others] } }
    expect((await verifyEvidence(exchanged, look)).layers['evidence-commitment']).toHaveLength(1)
    const [told] = obama.records
    if (told === undefined) throw new TypeError('three steps')
    const forged = encodeSeries({ ...told.series, samples: told.series.samples.map(turned) })
    const [, ...rest] = input.bundle.series
    const found = await verifyEvidence({ ...input, bundle: { ...input.bundle, series: [forged, ...rest] } }, look)
    expect(found.reasons).toEqual(expect.arrayContaining(['evidence-commitment', 'evidence-landmarks']))
    const fewer = { ...input, bundle: { ...input.bundle, frames: [second, ...others] } }
    await expect(verifyEvidence(fewer, look)).rejects.toMatchObject({ code: 'evidence-malformed' })
  })

  it('comes to the same in a thread of the pool', async () => {
    const entry = await bundledEntry()
    const verifier = createVerifier({ models: MODELS, workers: 1, entry })
    const { input } = await sessionFor(obama, { reference: await templateOf(analyser, 'obama') })
    const [there, here] = [await verifier.verify(input), await verifyEvidence(input, look)]
    expect({ ...there, timingsMs: {} }).toEqual({ ...here, timingsMs: {} })
    await verifier.close()
    rmSync(entry)
  })

  it('refuses another person as a non-match, and as nothing else', async () => {
    const found = await verified(biden)
    expect(found).toMatchObject({ outcome: 'refused', reasons: ['comparison:non-match'] })
    expect(found.hint).toBeUndefined()
  })

  it('refuses without a reference', async () => {
    const { input, recorded } = await sessionFor(obama)
    expect((await verifyRecorded(input, recorded, look, [])).reasons).toEqual(['comparison:no-reference'])
  })

  it('refuses what is not as committed, whatever else is good', async () => {
    const { input, recorded } = await sessionFor(obama, { reference: await templateOf(analyser, 'obama') })
    expect((await verifyRecorded(input, recorded, look, ['series 1 is not the one committed to'])).reasons).toEqual(['evidence-commitment'])
  })

  it('refuses a film of other actions than those drawn', async () => {
    const { reasons, pad } = await verified(obama, { actions: ['turn-right', 'open-mouth', 'look-down'] })
    expect(reasons).toEqual(expect.arrayContaining(['evidence-action', 'action-unseen', 'pad:undetermined']))
    expect(pad.hint).toBe('follow-actions')
  })

  it('finds a series that was forged: another pose than the frames show', async () => {
    const { reasons } = await verified(obama, {}, (recorded) => mapped(recorded, turned))
    expect(reasons).toContain('evidence-landmarks')
  })

  it.each([
    ['nose', [4, 1, 5, 195], 0.1],
    ['lids', [159, 145, 386, 374], 0.1],
    ['lips', [13, 14], 0.15],
  ] as const)('finds a series whose %s was moved alone: depth, eyes and mouth rest on few points', async (part, points, share) => {
    const { layers } = await verified(obama, {}, (recorded) => mapped(recorded, movedPoints(points, share)))
    expect(layers['evidence-landmarks']).toHaveLength(5)
    for (const fault of layers['evidence-landmarks']) expect(fault).toContain(part)
  })

  it('finds a frame of another moment in place of the one that shows the action', async () => {
    const { reasons } = await verified(obama, {}, (recorded, { steps }) => {
      const still = recorded.opened.find(({ step, index }) => step === 1 && index !== steps[1]?.claims.shows)
      return swapped(
        recorded,
        (step, index) => step === 0 && index === steps[0]?.claims.shows,
        () => still?.jpeg ?? new Uint8Array(),
      )
    })
    expect(reasons).toEqual(expect.arrayContaining(['evidence-landmarks', 'action-unseen']))
  })

  it('finds a frame of another person', async () => {
    const other = await sessionFor(biden)
    const { reasons } = await verified(obama, {}, (recorded) => {
      const at = recorded.opened.findIndex(({ step }) => step === 1)
      const mark = other.recorded.opened[at]
      const theirs = biden.records[mark?.step ?? 0]?.series.frames[mark?.index ?? 0]
      const steps = recorded.steps.map((step, nth) => (nth === 1 ? withMark(step, recorded.opened[at]?.index ?? 0, theirs) : step))
      return swapped(
        { ...recorded, steps },
        (step, index) => step === 1 && index === recorded.opened[at]?.index,
        () => mark?.jpeg ?? new Uint8Array(),
      )
    })
    expect(reasons).toContain('person-changed')
  })

  it('finds a moment that came twice, and time that runs back', async () => {
    const twice = await verified(obama, {}, (recorded) => {
      const [first, second, ...rest] = recorded.steps
      if (first === undefined || second === undefined) throw new TypeError('three steps')
      const again = first.series.samples.find(({ landmarks }) => landmarks !== undefined)
      const samples = second.series.samples.map((sample, at) => (at === 2 ? { ...again, timestampMs: sample.timestampMs } : sample)) as MotionSample[]
      return joined(recorded, [first, { ...second, series: { ...second.series, samples } }, ...rest])
    })
    expect(twice.layers['evidence-time']).toEqual(['a moment that came in two steps'])
    const back = await verified(obama, {}, (recorded) => joined(recorded, recorded.steps.map(backwards)))
    expect(back.reasons).toContain('evidence-time')
  })

  it('finds times that the server did not wait', async () => {
    const { layers } = await verified(obama, {}, (recorded) =>
      joined(
        recorded,
        recorded.steps.map((step) => ({ ...step, takenAt: new Date(step.takenAt.getTime() - 1500) })),
      ),
    )
    expect(layers['evidence-time'].length).toBeGreaterThan(0)
  })

  it('finds an earlier session that was shown again', async () => {
    const first = await verified(obama)
    const again = await verified(obama, { earlier: [new Uint8Array([9]), first.replay] })
    expect(again.reasons).toEqual(['replayed'])
    expect(again.disagreement).toContain('replay: 1 kept sessions cannot be read')
    expect((await verified(obama, { earlier: [(await verified(biden)).replay] })).reasons).toEqual([])
  })

  it('makes a reference of an enrolment', async () => {
    const found = await verified(obama, { purpose: 'enrolment' })
    expect(found.frames).toHaveLength(6)
    expect(found).toMatchObject({ outcome: 'admitted', template: { subjectId: 'subject-1', schema: 'lintas-template/1' } })
    expect(found.template?.sampleCount).toBeGreaterThanOrEqual(3)
  })

  it('refuses pictures without a face, and tells no more than quality', async () => {
    const blank = await import('sharp').then(
      ({ default: sharp }) =>
        (width: number, height: number) =>
          sharp({ create: { width, height, channels: 3, background: '#777' } })
            .jpeg()
            .toBuffer(),
    )
    const { input, recorded } = await sessionFor(obama, { reference: await templateOf(analyser, 'obama') })
    const opened = await Promise.all(
      recorded.opened.map(async (frame) => {
        const mark = recorded.steps[frame.step]?.series.frames[frame.index]
        return { ...frame, jpeg: new Uint8Array(await blank(mark?.width ?? 1, mark?.height ?? 1)) }
      }),
    )
    const found = await verifyRecorded(input, { ...recorded, opened }, look, [])
    expect(found).toMatchObject({ outcome: 'refused' })
    expect(found.reasons).toEqual(
      expect.arrayContaining(['evidence-landmarks', 'action-unseen', 'person-changed', 'comparison:absent', 'quality:no-face']),
    )
  })

  it('has nothing to judge where a frame is no picture of the declared size', async () => {
    const { input, recorded } = await sessionFor(obama)
    const cut = { ...recorded, opened: recorded.opened.map((frame, at) => (at === 2 ? { ...frame, jpeg: frame.jpeg.subarray(0, 300) } : frame)) }
    await expect(verifyRecorded(input, cut, look, [])).rejects.toMatchObject({ code: 'evidence-malformed' })
    const steps = recorded.steps.map((step) => ({
      ...step,
      series: { ...step.series, frames: step.series.frames.map((mark) => ({ ...mark, width: mark.width - 1 })) },
    }))
    await expect(verifyRecorded(input, { ...recorded, steps }, look, [])).rejects.toMatchObject({ code: 'evidence-malformed' })
  })
})

/** The thread's script out of the sources: a thread reads no TypeScript. */
async function bundledEntry(): Promise<URL> {
  const root = fileURLToPath(new URL('../../../../', import.meta.url))
  const outfile = join(root, '.lintas', `verifier-${process.pid}.mjs`)
  const { bundleForNode } = (await import(join(root, 'scripts/lib/bundle.mjs'))) as { bundleForNode: (options: object) => Promise<void> }
  const { ownSources } = (await import(join(root, 'test/evaluation/server-verification/load.mjs'))) as { ownSources: object }
  await bundleForNode({ entryPoints: [join(root, 'packages/server/src/verification/worker-entry.ts')], outfile, plugins: [ownSources] })
  return pathToFileURL(outfile)
}

/** The samples in the order of falling times. */
function backwards(step: RecordedStep): RecordedStep {
  return { ...step, series: { ...step.series, samples: [...step.series.samples].reverse() } }
}

function joined(recorded: Recorded, steps: readonly RecordedStep[]): Recorded {
  return { ...recorded, steps, samples: steps.flatMap(({ series }) => series.samples) }
}

/** Every committed sample changed. */
function mapped(recorded: Recorded, change: (sample: MotionSample) => MotionSample): Recorded {
  return joined(
    recorded,
    recorded.steps.map((step) => ({ ...step, series: { ...step.series, samples: step.series.samples.map(change) } })),
  )
}

/** A head that looks 10° elsewhere, with its points moved as far. */
function turned(sample: MotionSample): MotionSample {
  const { pose, landmarks } = sample
  if (pose === undefined || landmarks === undefined) return sample
  return { ...sample, pose: { ...pose, yaw: pose.yaw + 10 }, landmarks: landmarks.map((value, at) => (at % 3 === 0 ? value + 14 : value)) }
}

/** `points` moved down by a share of the distance between the eyes. */
function movedPoints(points: readonly number[], share: number) {
  return (sample: MotionSample): MotionSample => {
    if (sample.landmarks === undefined) return sample
    const down = share * (sample.interEyeDistance ?? 0)
    return { ...sample, landmarks: sample.landmarks.map((value, at) => (at % 3 === 1 && points.includes((at - 1) / 3) ? value + down : value)) }
  }
}

function swapped(recorded: Recorded, isIt: (step: number, index: number) => boolean, jpeg: () => Uint8Array): Recorded {
  const opened = recorded.opened.map((frame) => (isIt(frame.step, frame.index) ? { ...frame, jpeg: jpeg() } : frame))
  return { ...withSizes(recorded, opened), opened }
}

/** The marks tell the size of the pictures that are shown: the attacker committed to them. */
function withSizes(recorded: Recorded, opened: Recorded['opened']): Recorded {
  const steps = recorded.steps.map((step, nth) => {
    const frames = step.series.frames.map((mark, index) => {
      const shown = opened.find((frame) => frame.step === nth && frame.index === index)
      return shown === undefined ? mark : { ...mark, ...sizeOf(shown.jpeg) }
    })
    return { ...step, series: { ...step.series, frames } }
  })
  return joined(recorded, steps)
}

function sizeOf(jpeg: Uint8Array): { width: number; height: number } {
  const at = jpeg.findIndex((byte, place) => byte === 0xff && jpeg[place + 1] === 0xc0)
  const of = (place: number): number => (jpeg[at + place] ?? 0) * 256 + (jpeg[at + place + 1] ?? 0)
  return { width: of(7), height: of(5) }
}

function withMark(step: RecordedStep, index: number, mark: { region: RecordedStep['series']['frames'][number]['region'] } | undefined): RecordedStep {
  const frames = step.series.frames.map((own, at) => (at === index && mark !== undefined ? { ...own, region: mark.region } : own))
  return { ...step, series: { ...step.series, frames } }
}
