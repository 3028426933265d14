import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deserialize, serialize } from 'node:v8'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/**
 * What `make` gives, kept in `.lintas/<folder>` for whoever asks next: films take minutes, and several tests want the same ones.
 * @param sources paths from the root, files and folders: another state of them makes another value
 */
export async function kept<T>(folder: string, sources: readonly string[], facts: unknown, make: () => Promise<T>): Promise<T> {
  const place = join(ROOT, '.lintas', folder)
  const file = join(place, `${hashOf(sources, facts)}.bin`)
  if (existsSync(file)) return deserialize(readFileSync(file)) as T
  const value = await make()
  mkdirSync(place, { recursive: true })
  const half = `${file}.${process.pid}`
  writeFileSync(half, serialize(value))
  renameSync(half, file)
  return value
}

function hashOf(paths: readonly string[], facts: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify([facts, process.version]))
  for (const path of paths.flatMap((one) => filesOf(join(ROOT, one)))) hash.update(path.slice(ROOT.length)).update(readFileSync(path))
  return hash.digest('hex').slice(0, 16)
}

function filesOf(path: string): readonly string[] {
  if (/\.[a-z]+$/u.test(path)) return [path]
  const found = readdirSync(path, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1))
  return found.flatMap((entry) => (entry.isDirectory() ? filesOf(join(path, entry.name)) : [join(path, entry.name)]))
}
