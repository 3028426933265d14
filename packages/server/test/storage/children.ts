import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const MIGRATIONS = at('../../migrations')

/** `child.ts` as a script that Node runs; inside the repository, so that it finds the libraries. */
export async function buildChild(): Promise<string> {
  const outfile = join(at('../../../../.lintas'), 'storage-test', `child-${process.pid}.mjs`)
  mkdirSync(join(outfile, '..'), { recursive: true })
  await build({ entryPoints: [at('./child.ts')], outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external', logLevel: 'error' })
  return outfile
}

export interface Child {
  readonly process: ChildProcess
  /** What it said so far, line by line. */
  readonly lines: readonly string[]
  /** Resolves with the first line. */
  readonly first: Promise<string>
  /** Resolves when everything it said has been read and it is gone. */
  readonly end: Promise<void>
}

export function startChild(script: string, mode: 'lock' | 'append', folder: string): Child {
  const child = spawn(process.execPath, [script, mode, folder, MIGRATIONS], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  const reader = createInterface({ input: child.stdout })
  const first = new Promise<string>((resolve) => reader.once('line', resolve))
  reader.on('line', (line) => void lines.push(line))
  const end = Promise.all([
    new Promise<void>((resolve) => reader.once('close', () => resolve())),
    new Promise<void>((resolve) => child.once('exit', () => resolve())),
  ]).then(() => undefined)
  return { process: child, lines, first, end }
}
