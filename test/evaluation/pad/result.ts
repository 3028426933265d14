import { PAD_PRESETS, PASSIVE_LIMITS, SHAPE_LIMITS, type PadLayer, type PadPreset } from '../../../packages/core/src/liveness/index.js'
import type { EngineInfo } from '../src/engine.js'
import { showsInOrder } from './challenge.js'
import { areaUnderRoc, outcomeShares, type OutcomeShares, type RateOptions } from './rates.js'
import type { Label, Level, PadFinding, PadPresentation } from './types.js'
import { verdict } from './verdict.js'

/** A presentation and what was found. */
export interface Found {
  readonly presentation: PadPresentation
  readonly finding: PadFinding
}

/** Rates of one species under each preset (`frames`: the passive net's own, whatever the preset). */
export interface SpeciesRates {
  readonly level: Level
  readonly label: Label
  readonly species: string
  readonly presets: Readonly<Record<PadPreset, OutcomeShares>>
}

/** What a set of layers admits and refuses, under `standard`. */
export interface AblationRow {
  readonly level: Level
  readonly layers: string
  readonly attacks?: OutcomeShares
  readonly worst?: { readonly species: string; readonly apcer: number }
  readonly bonaFide?: OutcomeShares
}

/** Random sequences asked of clips. */
export interface DrawRates {
  readonly label: Label
  readonly species: string
  readonly clips: number
  readonly attempts: number
  /** Attempts in which an action was asked at all: the others ended before. */
  readonly begun: number
  /** Attempts whose drawn actions the clip's list shows in that order, as far as they were asked. */
  readonly asListed: number
  /** Of the others: those whose challenge was passed. */
  readonly passed: number
  /** Of the others: those that `standard` takes for bona fide. */
  readonly accepted: number
}

/** How well a layer's score separates the labels, undetermined ones included where they have a score. */
export interface Separation {
  readonly level: Level | 'single frame'
  readonly layer: PadLayer
  readonly bonaFide: number
  readonly attacks: number
  readonly auc?: number
  /** What the layer asks of a bona fide presentation. Those without enough to judge have a score too, and are undetermined. */
  readonly threshold: number
  readonly apcer?: number
  readonly bpcer?: number
}

/** `result.json`. */
export interface PadResult {
  readonly schema: 'lintas-pad-evaluation/1'
  readonly name: string
  readonly date: string
  readonly command: string
  readonly commit?: { readonly id: string; readonly dirty: boolean }
  readonly line: EngineInfo & { readonly hash: string }
  readonly play: Readonly<Record<string, string | number>>
  readonly data: {
    readonly presentations: number
    readonly subjects: number
    readonly files: number
    readonly framesAnalysed: number
    /** Files that no finding could be made of, and why; they are in no rate. */
    readonly left: readonly { readonly file: string; readonly why: string }[]
  }
  readonly rates: readonly SpeciesRates[]
  /** Over all species of a level, and the worst one. */
  readonly worst: readonly { readonly level: Level; readonly preset: PadPreset; readonly species: string; readonly apcer: number }[]
  readonly ablation: readonly AblationRow[]
  readonly draws: readonly DrawRates[]
  readonly separation: readonly Separation[]
  readonly method: Readonly<Record<'outcomes' | 'levels' | 'intervals' | 'draws' | 'timing', string>>
}

/** Said in every report. */
export const METHOD: PadResult['method'] = {
  outcomes:
    'APCER is the share of attack presentations taken for bona fide, BPCER that of bona fide presentations taken for attacks. What is undetermined is ' +
    'refused too and told beside them. A file that could not be read is in no rate.',
  levels:
    'check-in: the whole of it, asked for the listed actions. layers: a clip with too few listed actions, judged by every layer but the challenge. ' +
    'frames: pictures of one session, judged by the passive net.',
  intervals:
    '95 %, from the 2.5th to the 97.5th percentile over subjects drawn with replacement, for presentations of one subject come out alike. With no case ' +
    'seen, the exact upper bound for the share of subjects; it says nothing about other kinds of attack.',
  draws:
    'Each clip is asked besides for sequences drawn as a check-in draws them, an action as soon as the check-in wants it. Sequences that the clip shows ' +
    'in that order are counted apart.',
  timing: 'Files have no camera: its name and settings are not judged, and the times are those of the file.',
}

const LEVELS: readonly Level[] = ['check-in', 'layers', 'frames']

export function ratesOf(found: readonly Found[], options: RateOptions): readonly SpeciesRates[] {
  return groups(found).map(([level, label, species, group]) => ({
    level,
    label,
    species,
    presets: Object.fromEntries(PAD_PRESETS.map((preset) => [preset, outcomeShares(judgedBy(group, preset), options)])) as SpeciesRates['presets'],
  }))
}

export function worstOf(rates: readonly SpeciesRates[]): PadResult['worst'] {
  return LEVELS.flatMap((level) =>
    PAD_PRESETS.flatMap((preset) => {
      const attacks = rates.filter((rate) => rate.level === level && rate.label === 'attack')
      const apcer = (rate: SpeciesRates): number => rate.presets[preset].bonaFide.value
      const [first, ...rest] = attacks
      if (first === undefined) return []
      const worst = rest.reduce((most, one) => (apcer(one) > apcer(most) ? one : most), first)
      return [{ level, preset, species: worst.species, apcer: apcer(worst) }]
    }),
  )
}

/** By level, label and species, in the order in which they come. */
function groups(found: readonly Found[]): readonly (readonly [Level, Label, string, readonly Found[]])[] {
  const keys = [...new Set(found.map(({ presentation: { level, label, species } }) => JSON.stringify([level, label, species])))].sort()
  return keys.map((key) => {
    const [level, label, species] = JSON.parse(key) as [Level, Label, string]
    const group = found.filter(({ presentation: one }) => one.level === level && one.label === label && one.species === species)
    return [level, label, species, group] as const
  })
}

function judgedBy(found: readonly Found[], preset: PadPreset, without: readonly PadLayer[] = []): Parameters<typeof outcomeShares>[0] {
  return found.map(({ presentation: { subject, level }, finding }) => ({ subject, outcome: verdict(finding, level, preset, without) }))
}

const ALL: readonly PadLayer[] = ['challenge', 'continuity', 'shape', 'passive', 'injection']
const WITHOUT: readonly (readonly [string, readonly PadLayer[]])[] = [
  ['all layers', []],
  ...ALL.map((layer) => [`without ${layer}`, [layer]] as const),
  ...ALL.slice(0, -1).map((layer) => [`${layer} alone`, ALL.filter((other) => other !== layer)] as const),
]

/** What `standard` comes to without each layer, and with each alone. */
export function ablationOf(found: readonly Found[], options: RateOptions): readonly AblationRow[] {
  return (['check-in', 'layers'] as const).flatMap((level) => {
    const here = found.filter(({ presentation }) => presentation.level === level)
    const rows = level === 'layers' ? WITHOUT.filter(([name]) => !name.includes('challenge')) : WITHOUT
    return here.length === 0 ? [] : rows.map(([layers, without]) => ({ level, layers, ...ablationRow(here, without, options) }))
  })
}

function ablationRow(found: readonly Found[], without: readonly PadLayer[], options: RateOptions): Omit<AblationRow, 'level' | 'layers'> {
  const by = (label: Label): readonly Found[] => found.filter(({ presentation }) => presentation.label === label)
  const shares = (some: readonly Found[]): OutcomeShares => outcomeShares(judgedBy(some, 'standard', without), options)
  const species = [...new Set(by('attack').map(({ presentation }) => presentation.species))]
  const [worst] = species
    .map((name) => ({ species: name, apcer: shares(by('attack').filter(({ presentation }) => presentation.species === name)).bonaFide.value }))
    .sort((one, other) => other.apcer - one.apcer)
  return {
    ...(by('attack').length > 0 && { attacks: shares(by('attack')) }),
    ...(worst && { worst }),
    ...(by('bona-fide').length > 0 && { bonaFide: shares(by('bona-fide')) }),
  }
}

export function drawRatesOf(found: readonly Found[]): readonly DrawRates[] {
  const drawn = found.filter(({ finding }) => finding.draws.length > 0)
  const keys = [...new Set(drawn.map(({ presentation: { label, species } }) => JSON.stringify([label, species])))].sort()
  return keys.map((key) => {
    const [label, species] = JSON.parse(key) as [Label, string]
    const clips = drawn.filter(({ presentation: one }) => one.label === label && one.species === species)
    const drawnAll = clips.flatMap(({ presentation: { challenge = [], shows = challenge }, finding }) =>
      finding.draws.map((attempt) => ({ ...attempt, listed: showsInOrder(shows, attempt.asked) })),
    )
    const attempts = drawnAll.filter(({ asked }) => asked.length > 0)
    const others = attempts.filter(({ listed }) => !listed)
    const passed = others.filter(({ layers }) => layers.some(({ layer, outcome }) => layer === 'challenge' && outcome === 'bona-fide'))
    const accepted = others.filter((attempt) => verdict(attempt, 'check-in', 'standard') === 'bona-fide')
    const counts = {
      attempts: drawnAll.length,
      begun: attempts.length,
      asListed: attempts.length - others.length,
      passed: passed.length,
      accepted: accepted.length,
    }
    return { label, species, clips: clips.length, ...counts }
  })
}

export function separationOf(found: readonly Found[]): readonly Separation[] {
  const layers: readonly PadLayer[] = ['shape', 'passive']
  const byLevel = LEVELS.flatMap((level) =>
    layers.flatMap((layer) => {
      const scored = found
        .filter(({ presentation }) => presentation.level === level)
        .flatMap(({ presentation, finding }) => {
          const evidence = finding.layers.find((one) => one.layer === layer)
          return evidence?.score === undefined ? [] : [{ label: presentation.label, score: evidence.score }]
        })
      return scored.length === 0 ? [] : [separation(level, layer, scored)]
    }),
  )
  const single = found.flatMap(({ presentation: { label, level }, finding }) =>
    level === 'frames' ? finding.single.map((score) => ({ label, score })) : [],
  )
  return single.length === 0 ? byLevel : [...byLevel, separation('single frame', 'passive', single)]
}

interface Scored {
  readonly label: Label
  readonly score: number
}

function separation(level: Separation['level'], layer: PadLayer, scored: readonly Scored[]): Separation {
  const of = (label: Label): readonly number[] => scored.filter((one) => one.label === label).map(({ score }) => score)
  const [bonaFide, attacks, auc] = [of('bona-fide'), of('attack'), areaUnderRoc(of('bona-fide'), of('attack'))]
  const threshold = layer === 'shape' ? SHAPE_LIMITS.head : PASSIVE_LIMITS.bonaFide
  const counts = { level, layer, bonaFide: bonaFide.length, attacks: attacks.length, ...(auc !== undefined && { auc }) }
  const share = (scores: readonly number[], wrong: (score: number) => boolean): number => scores.filter(wrong).length / scores.length
  return {
    ...counts,
    threshold,
    ...(attacks.length > 0 && { apcer: share(attacks, (score) => score >= threshold) }),
    ...(bonaFide.length > 0 && { bpcer: share(bonaFide, (score) => score < threshold) }),
  }
}
