import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deserialize, serialize } from 'node:v8'
import { createNodeAnalyser } from '../../../packages/core/src/node.js'
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
  const folder = join(ROOT, '.lintas', 'composed')
  const file = join(folder, `${hashOf(SOURCES)}.bin`)
  if (existsSync(file)) return deserialize(readFileSync(file)) as Films
  const films = await record(say)
  mkdirSync(folder, { recursive: true })
  const half = `${file}.${process.pid}`
  writeFileSync(half, serialize(films))
  renameSync(half, file)
  return films
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

function hashOf(paths: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify([VARIANTS, process.version]))
  for (const path of paths.flatMap((one) => filesOf(join(ROOT, one)))) hash.update(path.slice(ROOT.length)).update(readFileSync(path))
  return hash.digest('hex').slice(0, 16)
}

function filesOf(path: string): readonly string[] {
  if (/\.[a-z]+$/u.test(path)) return [path]
  const found = readdirSync(path, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1))
  return found.flatMap((entry) => (entry.isDirectory() ? filesOf(join(path, entry.name)) : [join(path, entry.name)]))
}
