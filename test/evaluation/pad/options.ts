import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { ROUTES, type Route } from '../../../packages/core/src/liveness/challenge/index.js'
import type { DetectorChoice } from '../src/options.js'
import { Refusal } from '../src/refusal.js'
import type { PlayOptions } from './types.js'

export const USAGE = `npm run evaluate:pad -- --list CSV [options]

Plays clips and pictures to the shipped line in Chromium and tells the error rates of presentation attack detection.

  --list CSV       columns file, label (bona-fide, attack), species, subject, kind (video, image) and, where there, challenge, shows, session.
                   challenge: the actions that a clip shows, in order: turn-left@1500 blink@4000 open-mouth@6500 (milliseconds from the first
                   frame at which the motion begins; without them each is asked for as soon as the check-in asks). A clip with as many as its
                   route asks for is a whole check-in; one with fewer is judged by all layers but the challenge; pictures of one subject and
                   session are judged by the passive net, a few together.
                   shows: what the clip shows, where it is not what is asked (a recording of another session)
  --root DIR       folder that the files lie in; default: the list's own
  --route NAME     standard, no-blink, no-turn, no-mouth, distance; default standard
  --draws N        besides, ask every clip for N sequences drawn at random: who passes one that the clip does not show was not refused; default 0
  --pictures N     pictures judged together; default 5
  --fps N          frames a second that are analysed, 1 to 60; default 10
  --mjpeg-fps N    frames a second of .mjpeg files, which have no times; default 30
  --lead MS        how long before its time an action is revealed; default 400
  --detector auto|mediapipe|onnx   default auto
  --lanes N        presentations in work at once, 1 to 16; default 2
  --replicates N   of the bootstrap; default 1000
  --seed N         of the bootstrap and of the draws; default 1
  --assets DIR     an assets folder made by lintas-assets; default: this repository's, built first
  --name NAME      what the report calls the data; default: the list's name
  --out DIR        results, and what was found of each file so that a run goes on where it was cut; default .lintas/pad/NAME
  --no-build       do not build first`

export interface PadOptions extends PlayOptions {
  readonly list: string
  readonly root: string
  readonly pictures: number
  readonly detector: DetectorChoice
  readonly lanes: number
  readonly replicates: number
  readonly seed: number
  readonly assets?: string
  readonly name?: string
  readonly out?: string
}

const ARGUMENTS = {
  list: { type: 'string' },
  root: { type: 'string' },
  route: { type: 'string', default: 'standard' },
  draws: { type: 'string', default: '0' },
  pictures: { type: 'string', default: '5' },
  fps: { type: 'string', default: '10' },
  'mjpeg-fps': { type: 'string', default: '30' },
  lead: { type: 'string', default: '400' },
  detector: { type: 'string', default: 'auto' },
  lanes: { type: 'string', default: '2' },
  replicates: { type: 'string', default: '1000' },
  seed: { type: 'string', default: '1' },
  assets: { type: 'string' },
  name: { type: 'string' },
  out: { type: 'string' },
  'no-build': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** @throws Refusal that names the argument at fault; undefined where help was asked for */
export function readOptions(args: readonly string[]): PadOptions | undefined {
  const values = parse(args)
  if (values.help) return undefined
  if (values.list === undefined) throw new Refusal('--list is missing: a CSV file with the columns file, label, species, subject, kind')
  const { assets, name, out } = values
  return {
    list: values.list,
    root: values.root ?? dirname(values.list),
    route: oneOf('route', values.route, Object.keys(ROUTES) as Route[]),
    draws: whole('draws', values.draws, 0, 10_000),
    pictures: whole('pictures', values.pictures, 1, 1000),
    fps: whole('fps', values.fps, 1, 60),
    mjpegFps: whole('mjpeg-fps', values['mjpeg-fps'], 1, 240),
    leadMs: whole('lead', values.lead, 0, 10_000),
    detector: oneOf('detector', values.detector, ['auto', 'mediapipe', 'onnx']),
    lanes: whole('lanes', values.lanes, 1, 16),
    replicates: whole('replicates', values.replicates, 10, 100_000),
    seed: whole('seed', values.seed, 0, 2 ** 32 - 1),
    ...(assets !== undefined && { assets }),
    ...(name !== undefined && { name }),
    ...(out !== undefined && { out }),
  }
}

function parse(args: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof ARGUMENTS }>>['values'] {
  try {
    return parseArgs({ args: [...args], options: ARGUMENTS }).values
  } catch (fault) {
    throw new Refusal(`${(fault as Error).message.split('. ')[0] ?? 'wrong arguments'}. --help tells them all`)
  }
}

function oneOf<Name extends string>(option: string, value: string, known: readonly Name[]): Name {
  const found = known.find((name) => name === value)
  if (found === undefined) throw new Refusal(`--${option} is one of ${known.join(', ')}, not ${JSON.stringify(value)}`)
  return found
}

function whole(option: string, text: string, min: number, max: number): number {
  const value = text.trim() === '' ? NaN : Number(text)
  if (!(Number.isInteger(value) && value >= min && value <= max))
    throw new Refusal(`--${option} is a whole number from ${min} to ${max}, not ${JSON.stringify(text)}`)
  return value
}
