// Installs when the lockfile or Node changed since the last time. Node built-ins only: this runs before anything is installed.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, run } from './run.mjs'

const STAMP = join(ROOT, 'node_modules', '.lintas-stamp')
const MINIMUM = [20, 19]

export const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .update(process.version)
    .digest('hex')

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1])) return
  throw new Error(`LINTAS needs Node ${MINIMUM.join('.')} or later; this is ${process.version}.`)
}

/** Resolves when `node_modules` fits the lockfile; throws with a sentence otherwise. */
export async function ensureInstalled() {
  checkNode()
  const hash = lockHash()
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return
  console.log('Installing what the lockfile lists …')
  const npm = process.env.npm_execpath
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund']
  // onnxruntime-node's script would download CUDA libraries from elsewhere; the CPU binary is already in the package.
  const env = { ONNXRUNTIME_NODE_INSTALL: 'skip' }
  const code = npm?.endsWith('js')
    ? await run(process.execPath, [npm, ...args], { env })
    : await run(npm ?? 'npm', args, { env, shell: process.platform === 'win32' })
  if (code !== 0) throw new Error('npm ci failed; its messages are above. Is the package registry reachable?')
  writeFileSync(STAMP, hash)
}
