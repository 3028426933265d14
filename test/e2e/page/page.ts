// Runs in the browser: core as an integrator imports it, beside the element's shipped script.
import {
  createAnalyser,
  createTemplate,
  decodeStill,
  decodeTemplate,
  encodeTemplate,
  type Action,
  type Analyser,
  type Analysis,
  type CheckIn,
  type PadAssessment,
} from '@lintas/core'
import type { LintasCheckin, ToldOutcome } from '@lintas/element'
import type { AnalyserWishes, CheckinWishes, Ending, PageApi, Seen, TrackedPortrait } from './api.js'
import { standBeforeCamera } from './person.js'

const ASSETS = '/lintas/'

interface Log {
  readonly states: string[]
  readonly hints: string[]
  readonly asked: Action[]
  readonly download: number[]
  outcome?: ToldOutcome
  pad?: PadAssessment
  code?: string
  cancelled: boolean
}

let element: LintasCheckin | undefined
let log: Log = newLog()
let own: Analyser | undefined
let kept: Analyser | undefined
/** Whoever hears what is asked. */
let hears: ((action: Action) => void) | undefined

function newLog(): Log {
  return { states: [], hints: [], asked: [], download: [], cancelled: false }
}

function present(): LintasCheckin {
  if (element === undefined) throw new Error('show() was not called')
  return element
}

function show({ reference, policy, sessionMs = 30_000, analyser }: CheckinWishes): void {
  element?.remove()
  own?.close()
  const shown = document.createElement('lintas-checkin')
  shown.reference = decodeTemplate(reference)
  if (policy !== 'strict') shown.policy = policy ?? { pad: 'none' }
  const { createCheckIn } = shown.ports
  shown.ports = { ...shown.ports, createCheckIn: (options) => heard(createCheckIn({ ...options, timeoutMs: sessionMs })) }
  own = analyser === undefined ? undefined : createAnalyser({ assets: ASSETS, ...analyser })
  shown.analyser = own
  shown.addEventListener('lintas-state-change', ({ state }) => log.states.push(state))
  shown.addEventListener('lintas-hint', ({ hint }) => hint !== undefined && log.hints.push(hint))
  shown.addEventListener('lintas-progress', ({ stage, fraction }) => stage === 'download' && log.download.push(fraction))
  shown.addEventListener('lintas-result', ({ outcome }) => (log.outcome = outcome))
  shown.addEventListener('lintas-error', ({ error }) => (log.code = error.code))
  shown.addEventListener('lintas-cancel', () => (log.cancelled = true))
  document.body.append(shown)
  element = shown
}

/** A check-in whose actions the person before the camera hears, and the log. */
function heard({ run }: CheckIn): CheckIn {
  return {
    run: async (source, options) => {
      const outcome = await run(source, {
        ...options,
        onPrompt: (prompt) => {
          options.onPrompt?.(prompt)
          if (prompt === undefined) return
          log.asked.push(prompt.action)
          hears?.(prompt.action)
        },
      })
      log.pad = outcome.pad
      return outcome
    },
  }
}

async function person(actions: readonly Action[], fps: number, manner: 'obeys' | 'does-others' | 'stands'): Promise<void> {
  const { does } = await standBeforeCamera(actions, fps)
  hears = (action) => {
    if (manner === 'obeys') does(action)
    if (manner === 'does-others') does(actions[(actions.indexOf(action) + 1) % actions.length] ?? action)
  }
}

function begin(): Promise<void> {
  log = newLog()
  return present().start()
}

async function attempt(): Promise<Ending> {
  await begin()
  return { ...log, state: present().state, words: { id: await wordsIn('id'), en: await wordsIn('en') } }
}

/** What the panel says in a language; the element changes it while it stands. */
async function wordsIn(language: 'id' | 'en'): Promise<string> {
  const shown = present()
  shown.lang = language
  await shown.updateComplete
  return shown.shadowRoot?.querySelector<HTMLElement>('.panel')?.innerText ?? ''
}

async function analyseAll<T>(pictures: readonly string[], wishes: AnalyserWishes, each: (name: string, analysis: Analysis) => T): Promise<T[]> {
  const analyser = createAnalyser({ assets: ASSETS, ...wishes })
  try {
    const results: T[] = []
    for (const name of pictures) results.push(each(name, await analyseOne(analyser, name)))
    return results
  } finally {
    analyser.close()
  }
}

async function keep(wishes: AnalyserWishes): ReturnType<PageApi['keep']> {
  kept?.close()
  kept = createAnalyser({ assets: ASSETS, ...wishes })
  return kept.ready
}

async function seeOnKept(picture: string): ReturnType<PageApi['seeOnKept']> {
  if (kept === undefined) throw new Error('keep() was not called')
  return flat(await analyseOne(kept, picture)).embeddings
}

async function analyseOne(analyser: Analyser, picture: string): Promise<Analysis> {
  const bitmap = await decodeStill(await (await fetch(`/pictures/${picture}`)).blob())
  return analyser.analyse(bitmap, { mode: 'still', embed: 'always', chips: true })
}

async function enrol(subjectId: string, pictures: readonly string[]): Promise<string> {
  const samples = await analyseAll(pictures, {}, (name, { embeddings, quality }) => {
    if (embeddings === undefined) throw new Error(`${name} has no face`)
    return { embeddings, qualityScore: quality.score ?? 0.5 }
  })
  const made = createTemplate({ subjectId, samples, minSamples: samples.length })
  if (made.outcome !== 'template') throw new Error(`the samples of ${pictures.join(', ')} disagree`)
  return encodeTemplate(made.template)
}

async function look(pictures: readonly string[], wishes: AnalyserWishes): ReturnType<PageApi['look']> {
  return Object.fromEntries(await analyseAll(pictures, wishes, (name, analysis) => [name, flat(analysis)] as const))
}

/** A portrait that drifts, grows and turns through `count` frames of a video, then `reset()`, then an empty room. */
async function track({ picture, eyes, interEye }: TrackedPortrait, count: number, wishes: AnalyserWishes): ReturnType<PageApi['track']> {
  const analyser = createAnalyser({ assets: ASSETS, ...wishes })
  const portrait = await createImageBitmap(await (await fetch(`/pictures/${picture}`)).blob())
  const frame = async (index: number, shown: boolean): Promise<readonly (readonly number[])[]> => {
    const canvas = new OffscreenCanvas(640, 480)
    const context = canvas.getContext('2d')
    context?.setTransform(1, 0, 0, 1, 320 + 6 * index, 240)
    context?.rotate((index * Math.PI) / 180)
    // From 60 px between the eyes on, nearer by a pixel a frame.
    const scale = (60 + index) / interEye
    if (shown) context?.drawImage(portrait, -eyes[0] * scale, -eyes[1] * scale, portrait.width * scale, portrait.height * scale)
    const { faces } = await analyser.analyse(canvas.transferToImageBitmap(), { mode: 'video', embed: 'never', timestampMs: 100 * index })
    return faces.map(({ landmarks }) => [...landmarks])
  }
  try {
    const tracked: (readonly (readonly number[])[])[] = []
    for (let index = 0; index < count; index += 1) tracked.push(await frame(index, true))
    analyser.reset()
    return { tracked, afterReset: (await frame(count, false)).length }
  } finally {
    analyser.close()
  }
}

function flat({ width, height, faces, quality, chips = {}, embeddings = [] }: Analysis): Seen {
  return {
    width,
    height,
    faces: faces.map(({ landmarks, box }) => ({ landmarks: [...landmarks], box: { ...box } })),
    reasons: quality.reasons,
    chips: Object.fromEntries(Object.entries(chips).map(([space, { data }]) => [space, [...data]])),
    embeddings: Object.fromEntries(embeddings.map(({ space, vector }) => [space, [...vector]])),
  }
}

/** As a camera whose cable is pulled: the track is over, and its event says so. */
function unplugSoon(): void {
  const known = lintasTracks.length
  const timer = setInterval(() => {
    const track = lintasTracks[known]
    if (track === undefined || present().state !== 'searching') return
    clearInterval(timer)
    track.stop()
    track.dispatchEvent(new Event('ended'))
  }, 5)
}

function delayCamera(ms: number): void {
  const { mediaDevices } = navigator
  const open = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = async (constraints) => {
    await new Promise((resolve) => setTimeout(resolve, ms))
    return open(constraints)
  }
}

globalThis.e2e = {
  enrol,
  person,
  show,
  attempt,
  begin: () => void begin(),
  log: () => log,
  unplugSoon,
  delayCamera,
  keep,
  seeOnKept,
  letGo: () => kept?.close(),
  look,
  track,
}
