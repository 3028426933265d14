import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { PORTRAITS, type PortraitName } from '../e2e/support/portraits.js'
import { writeMjpeg } from './frames.js'
import { challengeText, drawnSession, secondsOf } from './session.js'
import { SPECIES, reordered, type Species } from './species.js'

const HELP = `node test/attacks/make.mjs --out DIR [--species NAME…] [--portrait NAME…] [--fps 30] [--seed 1] [--clips 1]

Writes attacks on a challenge of three drawn actions as MJPEG files for Chromium's fake camera, and DIR/list.csv with the columns
file,label,species,subject,kind,challenge and shows: what is asked, and where it differs what the film shows. A challenge is written action@milliseconds, from the first frame; the files have no times of
their own: they are to be read at --fps frames a second (Chromium plays 30).

--portrait  obama, obama3 and biden unless told; obama2 looks aside with an open mouth and makes a poor puppet
--clips     how many for each species and portrait, each with a challenge and a seed of its own

Species:
${Object.entries(SPECIES)
  .map(([name, { channel, says }]) => `  ${name.padEnd(17)} ${channel}: ${says}`)
  .join('\n')}`

const OPTIONS = {
  out: { type: 'string' },
  species: { type: 'string', multiple: true },
  portrait: { type: 'string', multiple: true },
  fps: { type: 'string', default: '30' },
  seed: { type: 'string', default: '1' },
  clips: { type: 'string', default: '1' },
  help: { type: 'boolean', short: 'h' },
} as const

/** The command. @returns the exit status */
export async function make(args: readonly string[], say: (line: string) => void): Promise<number> {
  // `--species a b` as well as `--species a --species b`: a word that follows one belongs to it.
  const { values, positionals } = parseArgs({ args: spread(args), options: OPTIONS, allowPositionals: true })
  if (values.help === true || values.out === undefined || positionals.length > 0) {
    say(HELP)
    return values.help === true ? 0 : 1
  }
  const species = (values.species ?? Object.keys(SPECIES)).map((name) => named('species', name, Object.keys(SPECIES) as Species[]))
  const portraits = (values.portrait ?? ['obama', 'obama3', 'biden']).map((name) => named('portrait', name, PORTRAITS))
  const [fps, seed, clips] = [number('fps', values.fps, 1, 120), number('seed', values.seed, 0, 1e6), number('clips', values.clips, 1, 1000)]
  await mkdir(values.out, { recursive: true })
  const lines = ['file,label,species,subject,kind,challenge,shows']
  let drawn = seed
  for (const name of species) {
    for (const portrait of portraits) {
      for (let clip = 0; clip < clips; clip += 1) {
        const line = await writeClip(values.out, name, portrait, fps, drawn)
        lines.push(line)
        say(line)
        drawn += 1
      }
    }
  }
  await writeFile(join(values.out, 'list.csv'), `${lines.join('\n')}\n`)
  return 0
}

/** Writes one clip and gives its line. */
async function writeClip(folder: string, species: Species, portrait: PortraitName, fps: number, seed: number): Promise<string> {
  const actions = drawnSession(seed)
  const file = `${species}-${portrait}-${seed}.mjpeg`
  await writeMjpeg(species, join(folder, file), { portrait, fps, seed, actions, seconds: secondsOf(actions) })
  const shown = species === 'replay' ? challengeText(reordered(actions)) : ''
  return [file, 'attack', species, portrait, 'video', challengeText(actions), shown].join(',')
}

function spread(args: readonly string[]): string[] {
  let last = ''
  return args.flatMap((word) => {
    if (word.startsWith('-')) {
      last = word
      return [word]
    }
    const again = last.endsWith(':')
    if (last === '--species' || last === '--portrait') last += ':'
    return again ? [last.slice(0, -1), word] : [word]
  })
}

function named<Name extends string>(option: string, name: string, known: readonly Name[]): Name {
  const found = known.find((one) => one === name)
  if (found === undefined) throw new TypeError(`--${option}: there is no ${name}; there are ${known.join(', ')}`)
  return found
}

function number(option: string, text: string, min: number, max: number): number {
  const value = Number(text)
  if (!(Number.isInteger(value) && value >= min && value <= max))
    throw new TypeError(`--${option}: a whole number from ${min} to ${max}, not ${text}`)
  return value
}
