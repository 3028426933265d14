// The passive layer on NUAA and on the clips: `node test/evaluation/pad-passive.mjs`. Needs ../shared/data and ffmpeg; writes
// docs/evaluation/pad-passive.json, which packages/core/src/liveness/passive/limits.ts cites. Counts and figures only: no names, no frames.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { auc, halves, mean, presentations, quickRates, rates, round, TUNE } from './pad-passive-figures.mjs'
import { DATA, loadSources, openNets } from './shape-load.mjs'
import { cached, clipSeries, sampleOf } from './shape-series.mjs'

const OUT = new URL('../../docs/evaluation/pad-passive.json', import.meta.url)
const GOAL = { apcer: 0.03, bpcer: 0.08 }

if (!existsSync(DATA)) {
  process.stdout.write('skipped: ../shared/data is not here\n')
  process.exit(0)
}
const lib = await loadSources()
const nets = await openNets(lib)
const index = JSON.parse(readFileSync(new URL('index.json', DATA), 'utf8'))
const stills = index.filter(({ set }) => set === 'nuaa-raw')
const decode = (file) => lib.decodeImage(readFileSync(new URL(file, DATA)))

const frames = await cached('nuaa', async () => {
  const seen = []
  for (const { file, label } of stills) {
    const { sample } = await sampleOf(lib, nets, await decode(file), { timestampMs: 0, mode: 'still' })
    seen.push({ file: file.split('/').at(-1), live: label === 'live', sample })
  }
  return seen
})
const keyOf = ({ file, live }) => {
  const [person, , , session] = file.split('_')
  return `${live} ${person} ${session}`
}
const sessions = [...new Set(frames.map(keyOf))].map((key) => {
  const [live, person] = key.split(' ')
  return { key, live: live === 'true', person, samples: frames.filter((frame) => keyOf(frame) === key).map(({ sample }) => sample) }
})

/** The layer as shipped, its middle limit moved. */
const judge = (all) => all.map((one) => ({ ...one, evidence: lib.assessPassive(one.samples) })).map((one) => ({ ...one, score: one.evidence.score }))
const accepted = (all, limit) =>
  all.map((one) => ({ ...one, accepted: one.evidence.reasons.includes('passive-too-few') ? false : one.score >= limit }))
const usable = (all) => all.map((one) => ({ ...one, score: one.evidence.reasons.includes('passive-too-few') ? -Infinity : one.score }))
const share = (all, outcome) => round(mean(all.map(({ evidence }) => (evidence.outcome === outcome ? 1 : 0))))

/** A frame that counts for the layer: five of it alone are enough. */
const counts = (sample) =>
  lib.assessPassive(Array.from({ length: 5 }, (_, at) => ({ ...sample, timestampMs: at * 200 }))).evidence.framesCounted === 5
const counted = sessions.map((session) => ({ ...session, samples: session.samples.filter(counts) }))

function nuaa(count) {
  const all = judge(presentations(counted, count, 200, count))
  const people = [...new Set(all.map(({ person }) => person))].sort()
  const among = (some) => all.filter(({ person }) => some.includes(person))
  const shipped = lib.PASSIVE_LIMITS.bonaFide
  const alternate = [0, 1].map((odd) => people.filter((_, at) => at % 2 === odd))
  const byRule = (rule) => {
    const heldOut = [alternate, alternate.toReversed()].map(([tuning, judging]) => {
      const limit = TUNE[rule](usable(among(tuning)), GOAL)
      return { limit, ...rates(accepted(among(judging), limit)) }
    })
    const splits = halves(people).map((tuning) => {
      const limit = TUNE[rule](usable(among(tuning)), GOAL)
      return { limit, ...quickRates(usable(all.filter(({ person }) => !tuning.includes(person))), limit) }
    })
    const spread = (name) => {
      const sorted = splits.map((split) => split[name]).sort((a, b) => a - b)
      return [0, 0.25, 0.5, 0.75, 1].map((p) => round(sorted[Math.round(p * (splits.length - 1))]))
    }
    const average = (some, name) => round(mean(some.map((one) => one[name].rate ?? one[name])))
    return {
      limitOnAll: TUNE[rule](usable(all), GOAL),
      heldOut,
      pooled: { apcer: average(heldOut, 'apcer'), bpcer: average(heldOut, 'bpcer') },
      allHalves: {
        splits: splits.length,
        meanApcer: average(splits, 'apcer'),
        meanBpcer: average(splits, 'bpcer'),
        goalMet: splits.filter(({ apcer, bpcer }) => apcer <= GOAL.apcer && bpcer <= GOAL.bpcer).length,
        ...{ quantiles: [0, 0.25, 0.5, 0.75, 1], limit: spread('limit'), apcer: spread('apcer'), bpcer: spread('bpcer') },
      },
    }
  }
  return {
    frames: count,
    presentations: { live: all.filter(({ live }) => live).length, printed: all.filter(({ live }) => !live).length },
    sessions: Object.fromEntries(
      [true, false].map((live) => [live ? 'live' : 'printed', counted.filter((s) => s.live === live && s.samples.length >= count).length]),
    ),
    tunedOnHalf: { live: byRule('live'), balanced: byRule('balanced') },
    shipped: { limit: shipped, ...rates(accepted(all, shipped)) },
    outcomes: Object.fromEntries(
      [true, false].map((live) => {
        const some = all.filter((presentation) => presentation.live === live)
        return [
          live ? 'live' : 'printed',
          Object.fromEntries(['bona-fide', 'undetermined', 'attack'].map((outcome) => [outcome, share(some, outcome)])),
        ]
      }),
    ),
  }
}

function single() {
  const scored = frames.map((frame) => ({ person: frame.file.split('_')[0], live: frame.live, score: frame.sample.padLogOdds }))
  const live = scored
    .filter((one) => one.live)
    .map(({ score }) => score)
    .sort((a, b) => a - b)
  const atBpcer = (bpcer) => live[Math.floor(bpcer * live.length)]
  const at = (limit) => ({ limit: round(limit, 2), ...rates(scored.map((one) => ({ ...one, accepted: one.score >= limit }))) })
  return {
    frames: { live: live.length, printed: scored.length - live.length },
    auc: auc(scored),
    overFrames: Object.fromEntries(
      [0.05].map((b) => [`apcer at bpcer ${b}`, round(mean(scored.filter((one) => !one.live).map(({ score }) => (score >= atBpcer(b) ? 1 : 0))))]),
    ),
    atLimits: [-4, -2, lib.PASSIVE_LIMITS.bonaFide, 0].map(at),
  }
}

/** Sliding windows of a clip: five looks each, apart as the layer wants them. */
function windows(samples) {
  const looks = samples.filter(({ timestampMs }, at) => at === 0 || Math.floor(timestampMs / 110) !== Math.floor(samples[at - 1].timestampMs / 110))
  return Array.from({ length: Math.max(looks.length - 4, 0) }, (_, at) =>
    lib.assessPassive(looks.slice(at, at + 5).map((s, i) => ({ ...s, timestampMs: i * 110 }))),
  )
}

async function clips() {
  const kindOf = ({ file, set, label }) => {
    if (label !== 'live') return 'replayed on a screen'
    if (set === 'eyeblink8-clips') return 'live, webcam, blinking'
    return set === 'replay-video'
      ? 'live, webcam or phone'
      : file.includes('/src_')
        ? 'live, film, room around'
        : set === 'liveportrait'
          ? 'live, cropped square'
          : 'live, preview gif'
  }
  const people = new Map()
  for (const entry of index.filter(({ kind }) => kind === 'video')) {
    const samples = await clipSeries(lib, nets, new URL(entry.file, DATA).pathname, entry.file)
    // Short clips of one sitting follow one another.
    const person = `${kindOf(entry)} ${entry.set === 'eyeblink8-clips' ? entry.identity : entry.file}`
    const before = people.get(person) ?? { kind: kindOf(entry), samples: [] }
    const start = (before.samples.at(-1)?.timestampMs ?? -200) + 200
    people.set(person, { ...before, samples: [...before.samples, ...samples.map((s) => ({ ...s, timestampMs: s.timestampMs + start }))] })
  }
  return [...people.values()].flatMap(({ kind, samples }) => {
    const seen = samples.filter(({ padLogOdds }) => padLogOdds !== undefined)
    const all = windows(samples)
    if (seen.length === 0 || all.length === 0) return []
    const of = (outcome) => round(mean(all.map((one) => (one.outcome === outcome ? 1 : 0))), 3)
    const median = (values) => round([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)], 2)
    return [
      {
        kind,
        windows: all.length,
        medianLogOdds: median(seen.map(({ padLogOdds }) => padLogOdds)),
        room: median(seen.map(({ box, width, height }) => lib.roomOf(box, width, height))),
        luminance: median(seen.map(({ luminance }) => luminance ?? NaN)),
        bonaFide: of('bona-fide'),
        undetermined: of('undetermined'),
        attack: of('attack'),
      },
    ]
  })
}

/** NUAA frames with less light, computed (linear light × factor, no added noise): what darkness does to the score. */
async function dimmed() {
  const some = stills.filter((_, at) => at % 5 === 0)
  const factors = [1, 0.5, 0.25, 0.12, 0.06, 0.03]
  const scores = await cached('nuaa-dimmed', async () => {
    const all = []
    for (const { file, label } of some) {
      const { width, height, data } = await decode(file)
      for (const factor of factors) {
        const table = Uint8Array.from({ length: 256 }, (_, value) => Math.round(value * factor ** (1 / 2.2)))
        const dark = { width, height, data: Uint8ClampedArray.from(data, (value, at) => (at % 4 === 3 ? 255 : table[value])) }
        const { sample } = await sampleOf(lib, nets, dark, { timestampMs: 0, mode: 'still' })
        all.push({ live: label === 'live', factor, score: sample.padLogOdds, luminance: sample.luminance })
      }
    }
    return all
  })
  return factors.map((factor) => {
    const of = (live) => {
      const found = scores.filter((one) => one.factor === factor && one.live === live)
      const seen = found.filter(({ score }) => score !== undefined)
      const q = (values, p) => round([...values].sort((a, b) => a - b)[Math.floor(p * (values.length - 1))], 2)
      const odds = seen.map(({ score }) => score)
      return {
        frames: found.length,
        faces: seen.length,
        luminance: q(
          seen.map(({ luminance }) => luminance ?? NaN),
          0.5,
        ),
        logOdds: [0.1, 0.5, 0.9].map((p) => q(odds, p)),
      }
    }
    return { light: factor, live: of(true), printed: of(false) }
  })
}

const result = {
  what: 'passive layer of liveness: NUAA (live webcam frames, printed photos) over several frames of one person and session, and clips',
  command: 'node test/evaluation/pad-passive.mjs',
  commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
  date: new Date().toISOString().slice(0, 10),
  engine: 'node, ONNX landmark engine; stills for NUAA, tracked frames for clips; model pad-128, sha256 afa783b7…',
  terms: {
    presentation: 'so many frames that count (one face, lit, room around it), drawn at random from one person and session, judged by assessPassive',
    apcer: 'share of printed presentations called bona fide, every person of equal weight',
    bpcer: 'share of live presentations not called bona fide (attack or undetermined), every person of equal weight',
    interval: '95 %, bootstrap over people',
    tunedOnHalf:
      'limit chosen on half of the people and judged on the others. heldOut: every second person, both ways; pooled: their mean; allHalves: all ways to choose half',
    live: 'the rule that made the shipped limit: the highest limit that refuses at most 0.5 % of live presentations of those who tune',
    balanced:
      'tried first: the limit where both rates are lowest against their goals; a half without hard prints puts it too low. A normal model of the scores did worse than either',
    shipped: 'the shipped limit on all people: not held out',
  },
  selection: [
    'the mirror image, the gates and the rule `live` were chosen after looking at all of NUAA: tunedOnHalf keeps people apart for the limit only and is optimistic',
    'other rules tried: balanced (here), a normal model of the scores, and `live` at 1, 2 and 4 %; without the mirror image: single-frame area 0.992, printed accepted 4.3 % at live refused 5 %',
    'at 7 and 10 frames `live` refuses more than 8 % of the others in the pooled figure: three or four people say little about four others',
  ],
  limits: lib.PASSIVE_LIMITS,
  goal: GOAL,
  people: {
    live: new Set(sessions.filter(({ live }) => live).map(({ person }) => person)).size,
    printed: new Set(sessions.filter(({ live }) => !live).map(({ person }) => person)).size,
  },
  framesThatCount: Object.fromEntries(
    [true, false].map((live) => {
      const of = (all) => all.filter((session) => session.live === live).reduce((sum, { samples }) => sum + samples.length, 0)
      return [live ? 'live' : 'printed', `${of(counted)} of ${of(sessions)}`]
    }),
  ),
  nuaa: [5, 7, 10].map(nuaa),
  single: single(),
  dimmed: await dimmed(),
  clips: await clips(),
  notSeen: [
    'one set of prints, seven people, one webcam, one population; two replays (one clip here)',
    'masks, cut-outs, glossy prints, deepfakes, other skin tones',
    'real dim rooms: darkness here is computed, without the noise that comes with it',
  ],
}
writeFileSync(OUT, `${JSON.stringify(result, null, 2)}\n`)
process.stdout.write(`${JSON.stringify({ nuaa: result.nuaa, single: result.single, clips: result.clips, dimmed: result.dimmed }, null, 1)}\n`)
