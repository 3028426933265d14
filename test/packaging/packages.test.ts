import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LIBRARIES = ['core', 'element', 'server'] as const

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license: string
  readonly engines: { readonly node: string }
  readonly dependencies?: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>
}

const readManifest = (folder: string): Manifest => JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest

/** Files that `npm publish` would send. */
function packed(folder: string): string[] {
  const { stdout, status } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: join(ROOT, folder), encoding: 'utf8' })
  expect(status).toBe(0)
  const [pack] = JSON.parse(stdout) as { files: { path: string }[] }[]
  return pack?.files.map(({ path }) => path) ?? []
}

describe.each(LIBRARIES)('@lintas/%s', (name) => {
  const folder = `packages/${name}`
  const manifest = readManifest(folder)

  it('says what it is: name, version, licence, Node', () => {
    const { version } = readManifest('.')
    expect(manifest).toMatchObject({ name: `@lintas/${name}`, version, license: 'Apache-2.0', engines: { node: '>=20.19' } })
    expect(readFileSync(join(ROOT, folder, 'LICENSE'), 'utf8')).toBe(readFileSync(join(ROOT, 'LICENSE'), 'utf8'))
  })

  it('names exact versions, those of its siblings included', () => {
    for (const [dependency, version] of Object.entries(manifest.dependencies ?? {})) {
      expect(version, dependency).toMatch(/^\d+\.\d+\.\d+$/)
      if (dependency.startsWith('@lintas/')) expect(version, dependency).toBe(manifest.version)
    }
  })

  it('has every file its exports promise, types included', () => {
    const targets = Object.values(manifest.exports).flatMap((entry) => (typeof entry === 'string' ? [entry] : [entry.types, entry.default]))
    expect(targets.filter((target) => !existsSync(join(ROOT, folder, target)))).toEqual([])
  })

  it('passes publint', async () => {
    const { messages, pkg } = await publint({ pkgDir: join(ROOT, folder), level: 'warning', strict: true, pack: 'npm' })
    expect(messages.map((message) => formatMessage(message, pkg as Record<string, unknown>))).toEqual([])
  })

  it('ships no sources, tests or settings', () => {
    const files = packed(folder)
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'package.json']))
    expect(files.filter((path) => !/^(?:dist\/|bin\/|LICENSE$|README\.md$|NOTICE$|package\.json$|custom-elements\.json$)/.test(path))).toEqual([])
  })

  it('resolves for every module resolution of TypeScript that knows ES modules', () => {
    const args = [join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js'), '--pack', '.', '--profile', 'esm-only', '--no-emoji', '--no-color']
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: join(ROOT, folder), encoding: 'utf8' })
    expect({ status, output: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, output: '' })
  })
})

describe('in Node', () => {
  const { exports } = readManifest('packages/core')
  const entries = Object.keys(exports).filter((entry) => entry !== './package.json')

  it.each(entries)('@lintas/core %s can be imported', async (entry) => {
    const module = (await import(/* @vite-ignore */ `@lintas/core${entry.slice(1)}`)) as Record<string, unknown>
    expect(Object.keys(module)).not.toContain('default')
    expect(Object.keys(module).length).toBeGreaterThan(0)
  })
})

describe('@lintas/models', () => {
  it('holds every file that its manifest names, and at most 75 MB', () => {
    const { models } = JSON.parse(readFileSync(join(ROOT, 'models/manifest.json'), 'utf8')) as {
      models: { file: string; bytes: number; knownAnswer?: { file: string } }[]
    }
    const files = packed('models')
    const named = models.flatMap(({ file, knownAnswer }) => (knownAnswer === undefined ? [file] : [file, knownAnswer.file]))
    expect(files).toEqual(expect.arrayContaining(['manifest.json', ...named]))
    expect(models.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(75e6)
  })
})
