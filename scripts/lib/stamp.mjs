// Whether a build step's inputs are those of its last run: a hash over every input file, kept in .lintas/stamps.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './run.mjs'

const STAMPS = join(ROOT, '.lintas', 'stamps')
/** Beyond this a file's size and time stand for its bytes: hashing all weights at every start would take a second. */
const LARGE = 1024 * 1024
const IGNORED = new Set(['node_modules', 'dist', 'build', '__pycache__'])

function* filesUnder(path) {
  if (!existsSync(path)) return
  if (!statSync(path).isDirectory()) return yield path
  for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isDirectory() && IGNORED.has(entry.name)) continue
    yield* filesUnder(join(path, entry.name))
  }
}

/** One hash for the files and folders given, relative to the repository. */
export function hashInputs(paths, extra = '') {
  const hash = createHash('sha256').update(process.version).update(extra)
  for (const path of paths) {
    for (const file of filesUnder(join(ROOT, path))) {
      const { size, mtimeMs } = statSync(file)
      hash.update(`\0${file.slice(ROOT.length)}\0${size}\0`)
      hash.update(size > LARGE ? String(mtimeMs) : readFileSync(file))
    }
  }
  return hash.digest('hex')
}

const stampOf = (name) => join(STAMPS, name)

/** True when the step ran with this hash and its outputs are still there. */
export function isFresh(name, hash, outputs) {
  if (!existsSync(stampOf(name)) || readFileSync(stampOf(name), 'utf8') !== hash) return false
  return outputs.every((path) => existsSync(join(ROOT, path)))
}

export function writeStamp(name, hash) {
  mkdirSync(STAMPS, { recursive: true })
  writeFileSync(stampOf(name), hash)
}

/** A step that fails must run again even if its inputs go back to what they were. */
export const dropStamp = (name) => rmSync(stampOf(name), { force: true })
