import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createNodeAnalyser } from '../../../packages/core/src/node.js'
import { kept } from '../../kept.js'
import { EVERY_ACTION, PORTRAITS, recordStep, type Films, type StepFilm } from './films.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
export const MODELS = join(ROOT, 'models')

// Of liveness what a frame goes through: how films are judged makes no other films.
const LIVENESS = ['challenge', 'injection', 'motion', 'passive', 'sample.ts'].map((part) => `liveness/${part}`)
const STAGES = ['inference', 'detection', 'alignment', 'quality', ...LIVENESS, 'embedding', 'worker', 'check-in/recording', 'check-in/attempt.ts']

/** What films are made of: another state of it makes other films. */
const SOURCES = [
  ...STAGES.map((stage) => `packages/core/src/${stage}`),
  ...['test/attacks', 'test/server/composed-person/films.ts', 'test/fixtures/portraits', 'models/manifest.json'],
]

/** Of each action and portrait: an action may come twice in a session. */
const VARIANTS = 3

/** Films of every action of every portrait: kept in `.lintas/composed`, made where they are not there. The first time takes some minutes. */
export async function allFilms(say: (line: string) => void = () => undefined): Promise<Films> {
  return await kept('composed', SOURCES, VARIANTS, () => record(say))
}

async function record(say: (line: string) => void): Promise<Films> {
  const analyser = createNodeAnalyser({ models: MODELS, threads: 2 })
  try {
    const info = await analyser.ready
    const steps: StepFilm[] = []
    for (const portrait of PORTRAITS) {
      for (const [nth, action] of EVERY_ACTION.entries()) {
        // A seed of its own each: frames at rest of one seed are one picture, and nobody may be seen twice in the same moment.
        for (let variant = 1; variant <= VARIANTS; variant += 1) steps.push(await recordStep(analyser, portrait, action, variant * 100 + nth))
        say(`filmed ${portrait} ${action}`)
      }
    }
    return { info, steps }
  } finally {
    analyser.close()
  }
}
