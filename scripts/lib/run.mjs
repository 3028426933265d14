// Child processes with inherited output; the caller decides what a failure means.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The repository's root folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Runs a program and resolves with its exit code (127 where it cannot be started). */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit', ...options, env: { ...process.env, ...options.env } })
    child.on('error', () => resolve(127))
    child.on('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)))
  })
}

/** Runs a program of `node_modules/.bin` through Node, the same on every system. */
export const runBin = (file, args, options) => run(process.execPath, [`node_modules/${file}`, ...args], options)
