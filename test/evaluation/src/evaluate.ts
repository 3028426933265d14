import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename, join } from 'node:path'
import { acquisitionOf, stageTimes } from './acquisition.js'
import { agreementWith } from './agreement.js'
import { identifyLine, type LineIdentity } from './assets.js'
import { BOOTSTRAP_METHOD } from './bootstrap.js'
import { loadDataSet, loadList, type DataSet } from './data-set.js'
import { embedPictures, samplesOf, type EmbedRun } from './embed.js'
import type { RunEngine } from './engine.js'
import { computeFigures } from './figures.js'
import { createGallery, type Gallery } from './gallery.js'
import type { EvaluateOptions, Variant } from './options.js'
import { createProgress, type Progress } from './progress.js'
import { Refusal } from './refusal.js'
import type { EvaluationResult } from './result.js'
import { IDENTITY_METHODS } from './identities.js'
import { keepRunRecord, type KeptRecord, type RunRecord } from './run-record.js'
import type { Centring, WeightedSpace } from './scorer.js'
import { readStored, SampleStore } from './store.js'
import { sweepWeights } from './sweep.js'

/** What the options do not say: where this repository is, and how pictures become embeddings. */
export interface Surroundings {
  readonly name: string
  readonly out: string
  readonly assets: string
  /** The built core package. */
  readonly core: string
  readonly engine: RunEngine
  readonly defaultModels: readonly WeightedSpace[]
  readonly commit?: { readonly id: string; readonly dirty: boolean }
  readonly command: string
  /** `--root` as it may be told to others. */
  readonly shownRoot: string
  readonly log: (line: string) => void
}

/** The whole evaluation: pictures, embeddings, figures. */
export async function evaluate(options: EvaluateOptions, around: Surroundings): Promise<EvaluationResult> {
  const data = loadDataSet(options, around.log)
  tellMissing(data, around.log)
  const variants = options.variants ?? [{ models: around.defaultModels, thresholds: [] }]
  const spaces = [...new Set(variants.flatMap(({ models }) => models.map(({ space }) => space)))]
  const line = identifyLine(around.assets, around.core, options.engine, options.detector, spaces)
  const list = options.meanFrom === undefined ? undefined : loadList(options.meanFrom, options, data.identities)
  if (list !== undefined && list.missing.length > 0)
    around.log(`${list.missing.length} files of --mean-from are missing, e.g. ${list.missing.slice(0, 1).join()}`)
  const store = new SampleStore(join(around.out, 'samples.jsonl'))
  if (store.damaged > 0) around.log(`${store.damaged} damaged lines of the store are passed over`)
  const engineOptions = { assets: around.assets, spaces, detector: options.detector, face: options.face, lanes: options.lanes }
  const all = [...data.pictures, ...(list?.pictures ?? [])]
  const run = await embedPictures(all, store, line, around.engine, engineOptions).finally(() => {
    store.close()
  })
  const gallery = createGallery(samplesOf(data.pictures, run.stored.slice(0, data.pictures.length)))
  if (gallery.acquired.every((acquired) => acquired === 0)) throw new Refusal('no picture gave an embedding: there is nothing to compare')
  const listGallery = list && createGallery(samplesOf(list.pictures, run.stored.slice(data.pictures.length)))
  const centring = centringOf(options, listGallery)
  const record = keepRunRecord(join(around.out, 'runs.json'), line.hash, `${pairsHash(options)} ${options.protocol ?? ''}`, recordOf(run))
  return resultOf({
    options,
    around,
    data,
    line,
    run,
    record,
    gallery,
    variants,
    centring,
    ...(list && listGallery && { listGallery, meanMissing: list.missing.length }),
  })
}

interface Made {
  readonly options: EvaluateOptions
  readonly around: Surroundings
  readonly data: DataSet
  readonly line: LineIdentity
  readonly run: EmbedRun
  readonly record: KeptRecord | undefined
  readonly gallery: Gallery
  readonly variants: readonly Variant[]
  readonly centring: Centring
  readonly listGallery?: Gallery
  readonly meanMissing?: number
}

function resultOf(made: Made): EvaluationResult {
  const { options, around, data, run, record, gallery, variants, centring } = made
  const stored = run.stored.slice(0, data.pictures.length)
  const results = variants.map(({ models, thresholds }) => {
    around.log(`computing ${models.map(({ space, weight }) => `${space} ${weight}`).join(' + ')} …`)
    return computeFigures(gallery, data.pairs, models, {
      ...options,
      ...(options.matrix && { onSubject: matrixProgress() }),
      centring,
      thresholds: [...options.thresholds, ...thresholds],
    })
  })
  const spaces = (variants[0]?.models ?? []).map(({ space }) => space)
  const sweep = options.sweepStep === undefined ? undefined : sweepWeights(gallery, data.pairs, spaces, options.sweepStep, centring)
  const agreement =
    options.against === undefined ? undefined : agreementWith(data.pictures, stored, readStored(join(options.against, 'samples.jsonl')))
  return {
    schema: 'lintas-evaluation/1',
    name: around.name,
    date: new Date().toISOString(),
    ...(around.commit && { commit: around.commit }),
    command: around.command,
    line: lineOf(made),
    data: dataOf(made),
    acquisition: acquisitionOf(stored),
    timesMs: stageTimes(stored),
    ...(record?.throughput && { throughput: record.throughput }),
    method: methodOf(made),
    results,
    ...(sweep && { sweep }),
    ...(agreement && { agreement }),
  }
}

/** A matrix under leave-two-out takes minutes. */
function matrixProgress(): (done: number, of: number) => void {
  let progress: Progress | undefined
  return (done, of) => {
    progress ??= createProgress('matrix', of)
    progress.step()
    if (done === of) progress.end()
  }
}

/** From the first sample to the last: loading models is not counted, nor is the first picture. */
function recordOf({ info, analysed, seconds, load }: EmbedRun): RunRecord | undefined {
  if (info === undefined || analysed < 2) return undefined
  return { info, throughput: { pictures: analysed, seconds, perSecond: (analysed - 1) / seconds, load } }
}

function lineOf({ options, line, record }: Made): EvaluationResult['line'] {
  return {
    engine: options.engine,
    hash: line.hash,
    codeSha256: line.codeSha256,
    models: line.embedders,
    ...(record && { info: record.info }),
    node: process.version,
    cores: availableParallelism(),
    lanes: options.lanes,
  }
}

function pairsHash({ pairs }: EvaluateOptions): string {
  return createHash('sha256').update(readFileSync(pairs)).digest('hex')
}

function dataOf({ options, around, data, gallery, meanMissing }: Made): EvaluationResult['data'] {
  const mated = data.pairs.filter((pair) => pair.mated)
  const nonMated = data.pairs.filter((pair) => !pair.mated)
  const failed = ({ first, second }: { first: number; second: number }): boolean => gallery.acquired[first] === 0 || gallery.acquired[second] === 0
  const related = (relation: string): number => mated.filter((pair) => pair.relation === relation).length
  return {
    root: around.shownRoot,
    pairsFile: basename(options.pairs),
    pairsSha256: pairsHash(options),
    ...(options.protocol !== undefined && { protocol: options.protocol }),
    pairs: data.pairs.length,
    mated: mated.length,
    nonMated: nonMated.length,
    sessions: { same: related('same'), cross: related('cross'), unknown: related('unknown') },
    pictures: data.pictures.length,
    subjects: gallery.subjectNames.length,
    missingFiles: data.missing.length,
    ...(meanMissing !== undefined && { meanMissing }),
    pairsMissing: data.pairsMissing,
    matedNotAcquired: mated.filter(failed).length,
    nonMatedNotAcquired: nonMated.filter(failed).length,
  }
}

function methodOf({ options, data, centring, gallery, listGallery }: Made): EvaluationResult['method'] {
  const shared = listGallery?.subjectNames.filter((name) => gallery.subjectNames.includes(name)).length ?? 0
  const centrings = {
    none: 'No mean is subtracted.',
    list: `The mean over ${listGallery?.subjectNames.length ?? 0} people of each one's mean embedding over ${listGallery?.samples.length ?? 0} listed pictures is subtracted; ${shared} of them are people of the pairs, whose scores against others it pushes down.`,
    'leave-two-out':
      "For each pair the mean over all other people of each one's mean embedding is subtracted: it excludes the two people of the pair. The intervals do not hold what another draw of people would do to these means.",
  }
  return {
    intervals: BOOTSTRAP_METHOD,
    replicates: options.replicates,
    seed: options.seed,
    people: IDENTITY_METHODS[data.identities.by],
    centring: centrings[centring.kind],
    accuracy:
      "The threshold that decides most pairs of the other parts rightly is tested on each part; halves are by the hash of the person's name, and pairs across them are left out.",
    faces:
      options.face === 'central'
        ? 'Of several faces the one nearest to the middle is compared, which the labels mean; those less than a third as wide as the largest stand behind it and are passed over.'
        : 'Of several faces the largest is compared.',
    failures:
      'FMR and FNMR are over pairs of which both pictures were acquired; "with failures" counts a failure to acquire as a non-match. Accuracy counts it as a non-match, too.',
  }
}

function centringOf(options: EvaluateOptions, listGallery: Gallery | undefined): Centring {
  if (options.leaveTwoOut) return { kind: 'leave-two-out' }
  return listGallery === undefined ? { kind: 'none' } : { kind: 'list', from: listGallery }
}

function tellMissing({ missing, pairsMissing }: DataSet, log: (line: string) => void): void {
  if (missing.length === 0) return
  log(`${missing.length} files of the list are missing; ${pairsMissing} pairs are left out:`)
  for (const file of missing.slice(0, 20)) log(`  ${file}`)
  if (missing.length > 20) log(`  … and ${missing.length - 20} more`)
}
