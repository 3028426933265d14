import { parseArgs } from 'node:util'
import { Refusal } from './refusal.js'
import type { WeightedSpace } from './scorer.js'

export const USAGE = `npm run evaluate -- --root DIR --pairs CSV [options]

Embeds the pictures of a list of pairs with the shipped line and tells its error rates.

  --root DIR               folder that the files of the list lie in
  --pairs CSV              columns fileA, fileB, mated and, where there, protocol, sessionA, sessionB (or session: same, cross)
  --protocol NAME          the rows of one protocol; without it each one is evaluated by itself (bare fold-0 … fold-9 are one: folds)
  --model A:W,B:W[@T]      embedding spaces and their weights (left out: the shipped profile's where they are its spaces, else equal
                           ones), and a threshold of their own to tell FMR and FNMR at; may be given several times.
                           Default: the shipped calibration profile's
  --mean-from LIST         subtract the mean of these pictures (one file a line, relative to --root): over people, of each one's mean
  --mean leave-two-out     for each pair subtract the mean of all other people of the list
  --matrix                 compare every two pictures of different people, too
  --split                  accuracy with the people split in two: threshold chosen on one part, tested on the other, both ways
  --threshold T            also tell FMR and FNMR at this threshold for every --model; may be given several times
  --sweep STEP             find weights for the spaces of the first --model on one half of the people, test them on the other
  --subject-pattern REGEX  first group (or whole match) in the file's path is its person; default: the name of its folder, and where
                           the list says otherwise whoever its mated pairs connect
  --session-pattern REGEX  first group in the file's path is its session
  --session-column NAME    columns NAMEA and NAMEB, or NAME with same or cross; default: session
  --engine browser|node    default browser: the shipped bundle in Chromium
  --detector auto|mediapipe|onnx   default auto; the node engine has onnx alone
  --face central|largest   of several faces in a picture the one nearest to the middle, which the labels of such sets mean (default),
                           or the largest, as a check-in takes it (and refuses while there are several)
  --assets DIR             an assets folder made by lintas-assets; default: this repository's, built first
  --lanes N                pictures in work at once, 1 to 16; default 2
  --replicates N           of the bootstrap; default 1000
  --seed N                 of the bootstrap; default 1
  --against DIR            compare the embeddings with those of another run's --out folder
  --name NAME              what the report calls the data; default: the protocol or the list's name
  --out DIR                results and resumable embeddings (biometric data: never share them); default .lintas/evaluation/NAME
  --no-build               do not build first`

/** Which of several faces in a picture is compared. */
export type FaceChoice = 'largest' | 'central'
export type Engine = 'browser' | 'node'
export type DetectorChoice = 'auto' | 'mediapipe' | 'onnx'

/** One model or weighted set, and thresholds to tell its rates at. */
export interface Variant {
  readonly models: readonly WeightedSpace[]
  readonly thresholds: readonly number[]
}

export interface EvaluateOptions {
  readonly root: string
  readonly pairs: string
  readonly protocol?: string
  /** Absent: the shipped profile's models. */
  readonly variants?: readonly Variant[]
  readonly meanFrom?: string
  readonly leaveTwoOut: boolean
  readonly matrix: boolean
  readonly split: boolean
  readonly thresholds: readonly number[]
  readonly sweepStep?: number
  readonly subjectPattern?: RegExp
  readonly sessionPattern?: RegExp
  readonly sessionColumn?: string
  readonly engine: Engine
  readonly detector: DetectorChoice
  readonly face: FaceChoice
  readonly assets?: string
  readonly lanes: number
  readonly replicates: number
  readonly seed: number
  readonly against?: string
  readonly name?: string
  readonly out?: string
}

const ARGUMENTS = {
  root: { type: 'string' },
  pairs: { type: 'string' },
  protocol: { type: 'string' },
  model: { type: 'string', multiple: true },
  'mean-from': { type: 'string' },
  mean: { type: 'string' },
  matrix: { type: 'boolean', default: false },
  split: { type: 'boolean', default: false },
  threshold: { type: 'string', multiple: true, default: [] as string[] },
  sweep: { type: 'string' },
  'subject-pattern': { type: 'string' },
  'session-pattern': { type: 'string' },
  'session-column': { type: 'string' },
  engine: { type: 'string', default: 'browser' },
  detector: { type: 'string', default: 'auto' },
  face: { type: 'string', default: 'central' },
  assets: { type: 'string' },
  lanes: { type: 'string', default: '2' },
  replicates: { type: 'string', default: '1000' },
  seed: { type: 'string', default: '1' },
  against: { type: 'string' },
  name: { type: 'string' },
  out: { type: 'string' },
  'no-build': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** @throws Refusal that names the argument at fault; undefined where help was asked for */
export function readOptions(args: readonly string[], shipped: readonly WeightedSpace[] = []): EvaluateOptions | undefined {
  const values = parse(args)
  if (values.help) return undefined
  if (values.mean !== undefined && values.mean !== 'leave-two-out') throw new Refusal(`--mean is leave-two-out, not ${JSON.stringify(values.mean)}`)
  if (values.mean !== undefined && values['mean-from'] !== undefined) throw new Refusal('--mean and --mean-from exclude each other')
  const engine = choice('engine', values.engine, ['browser', 'node'])
  const detector = choice('detector', values.detector, ['auto', 'mediapipe', 'onnx'])
  if (engine === 'node' && detector === 'mediapipe') throw new Refusal('--detector mediapipe needs a browser: leave it out with --engine node')
  return {
    root: required('root', values.root),
    pairs: required('pairs', values.pairs),
    leaveTwoOut: values.mean !== undefined,
    matrix: values.matrix,
    split: values.split,
    thresholds: values.threshold.map((text) => number('threshold', text, -1, 1)),
    engine,
    detector: engine === 'node' ? 'onnx' : detector,
    face: choice('face', values.face, ['central', 'largest']),
    lanes: number('lanes', values.lanes, 1, 16, true),
    replicates: number('replicates', values.replicates, 0, 1e6, true),
    seed: number('seed', values.seed, 0, 2 ** 32 - 1, true),
    ...optional(values, shipped),
  }
}

type Values = ReturnType<typeof parse>

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: ARGUMENTS, strict: true }).values
  } catch (cause) {
    throw new Refusal(`${(cause as Error).message}\n\n${USAGE}`)
  }
}

function optional(values: Values, shipped: readonly WeightedSpace[]): Partial<EvaluateOptions> {
  const { protocol, model, sweep, assets, against, name, out } = values
  const [meanFrom, subject, session, sessionColumn] = [
    values['mean-from'],
    values['subject-pattern'],
    values['session-pattern'],
    values['session-column'],
  ]
  return {
    ...(protocol !== undefined && { protocol }),
    ...(model && { variants: model.map((text) => parseVariant(text, shipped)) }),
    ...(sweep !== undefined && { sweepStep: number('sweep', sweep, 0.01, 1) }),
    ...(meanFrom !== undefined && { meanFrom }),
    ...(subject !== undefined && { subjectPattern: pattern('subject-pattern', subject) }),
    ...(session !== undefined && { sessionPattern: pattern('session-pattern', session) }),
    ...(sessionColumn !== undefined && { sessionColumn }),
    ...(assets !== undefined && { assets }),
    ...(against !== undefined && { against }),
    ...(name !== undefined && { name }),
    ...(out !== undefined && { out }),
  }
}

/** `compact-512@0.4`: a model, and a threshold that was set for it elsewhere. */
export function parseVariant(text: string, shipped: readonly WeightedSpace[] = []): Variant {
  const [models = '', ...thresholds] = text.split('@')
  return { models: parseModels(models, shipped), thresholds: thresholds.map((threshold) => number('model', threshold, -1, 1)) }
}

/** `facenet-128:0.33,compact-512:0.67`; weights are scaled to add up to 1. Without any those of `shipped`, where it has the same spaces. */
export function parseModels(text: string, shipped: readonly WeightedSpace[] = []): readonly WeightedSpace[] {
  const parts = text.split(',').map((part) => /^([^:]+?)(?::(.+))?$/.exec(part.trim()))
  const models = parts.map((part) => {
    if (part?.[1] === undefined) throw new Refusal(`--model ${JSON.stringify(text)}: an empty name`)
    const weight = part[2] === undefined ? undefined : Number(part[2])
    if (weight !== undefined && !(weight > 0 && weight < Infinity))
      throw new Refusal(`--model ${JSON.stringify(text)}: the weight of ${part[1]} is not above 0`)
    return { space: part[1], weight }
  })
  const weighted = models.filter(({ weight }) => weight !== undefined).length
  if (weighted !== 0 && weighted !== models.length) throw new Refusal(`--model ${JSON.stringify(text)}: weights for all or for none`)
  if (new Set(models.map(({ space }) => space)).size < models.length) throw new Refusal(`--model ${JSON.stringify(text)}: one space twice`)
  const own = (space: string): number | undefined => shipped.find((model) => model.space === space)?.weight
  const asShipped = weighted === 0 && models.length === shipped.length && models.every(({ space }) => own(space) !== undefined)
  if (asShipped) return models.map(({ space }) => ({ space, weight: own(space) ?? 1 }))
  const sum = models.reduce((all, { weight = 1 }) => all + weight, 0)
  return models.map(({ space, weight = 1 }) => ({ space, weight: Number((weight / sum).toPrecision(12)) }))
}

function required(name: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new Refusal(`--${name} is missing\n\n${USAGE}`)
  return value
}

function choice<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value)
  if (found === undefined) throw new Refusal(`--${name} is ${allowed.join(' or ')}, not ${JSON.stringify(value)}`)
  return found
}

function number(name: string, text: string, min: number, max: number, integer = false): number {
  const value = text.trim() === '' ? NaN : Number(text)
  if (value >= min && value <= max && (!integer || Number.isInteger(value))) return value
  throw new Refusal(`--${name} is ${integer ? 'a whole number' : 'a number'} from ${min} to ${max}, not ${JSON.stringify(text)}`)
}

function pattern(name: string, text: string): RegExp {
  try {
    return new RegExp(text)
  } catch (cause) {
    throw new Refusal(`--${name}: ${(cause as Error).message}`)
  }
}
