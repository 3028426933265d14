import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
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
  readonly bin?: Readonly<Record<string, string>>
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

/** What may lie in a package. Migrations are the server's, and are applied as they are shipped. */
const SHIPPED =
  /^(?:dist\/|bin\/|migrations\/(?:vectors\/)?\d{4}-[\w-]+\.sql$|LICENSE$|README\.md$|THIRD-PARTY-NOTICES\.txt$|package\.json$|custom-elements\.json$)/

it('tells of the sources that it was built of what a shell tells of them', async () => {
  const { BUILD } = (await import(join(ROOT, 'packages/core/dist/evidence/index.js'))) as { BUILD: { version: string; sha256?: string } }
  const list = 'find packages/core/src -type f | LC_ALL=C sort | xargs sha256sum | sha256sum'
  const { stdout } = spawnSync('sh', ['-c', list], { cwd: ROOT, encoding: 'utf8' })
  expect(BUILD).toEqual({ version: readManifest('packages/core').version, sha256: stdout.split(' ')[0] })
  // The element's script carries the same.
  expect(readFileSync(join(ROOT, 'packages/element/dist/lintas-checkin.js'), 'utf8')).toContain(BUILD.sha256)
})

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
    expect(files.filter((path) => !SHIPPED.test(path))).toEqual([])
  })

  it('ships every command and every migration that its sources have', () => {
    const { bin = {} } = manifest
    const folders = ['migrations', 'migrations/vectors'].filter((one) => existsSync(join(ROOT, folder, one)))
    const migrations = folders
      .flatMap((one) => readdirSync(join(ROOT, folder, one)).map((file) => `${one}/${file}`))
      .filter((file) => file.endsWith('.sql'))
    expect(packed(folder)).toEqual(expect.arrayContaining([...Object.values(bin).map((file) => file.replace(/^\.\//, '')), ...migrations]))
    expect(migrations.length > 0).toBe(name === 'server')
  })

  it('resolves for every module resolution of TypeScript that knows ES modules', () => {
    const args = [join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js'), '--pack', '.', '--profile', 'esm-only', '--no-emoji', '--no-color']
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: join(ROOT, folder), encoding: 'utf8' })
    expect({ status, output: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, output: '' })
  })
})

describe('what is bundled', () => {
  it.each([
    ['core', ['ONNX Runtime', 'MediaPipe'], ['onnxruntime-web', '@mediapipe/tasks-vision']],
    ['element', ['Lit', 'idb-keyval', 'jose'], ['lit', 'idb-keyval', 'jose']],
  ])('has its licences in @lintas/%s', (name, titles, packages) => {
    const folder = `packages/${name}`
    expect(packed(folder)).toContain('THIRD-PARTY-NOTICES.txt')
    const text = readFileSync(join(ROOT, folder, 'THIRD-PARTY-NOTICES.txt'), 'utf8')
    for (const title of titles) expect(text).toContain(title)
    // A new version may come with other terms: somebody looks at them when this fails.
    for (const one of packages) expect(text).toContain(readManifest(`node_modules/${one}`).version.replace(/^(6)\..*/, '$1'))
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
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'NOTICE']))
  })

  it('is what its manifest says, byte for byte, and the verifier sees where it is not', () => {
    const verify = (folder: string) => spawnSync(process.execPath, [join(ROOT, 'models/verify.mjs'), folder], { encoding: 'utf8' })
    expect(verify(join(ROOT, 'models'))).toMatchObject({ status: 0 })
    const copy = mkdtempSync(join(tmpdir(), 'lintas-models-'))
    cpSync(join(ROOT, 'models'), copy, { recursive: true, filter: (path) => !/[/\\]build/.test(path) })
    const weights = join(copy, 'weights/face-detector.onnx')
    const bytes = readFileSync(weights)
    bytes[1000] = (bytes[1000] ?? 0) ^ 1
    writeFileSync(weights, bytes)
    writeFileSync(join(copy, 'weights/stray.onnx'), 'x')
    const { status, stdout, stderr } = verify(copy)
    rmSync(copy, { recursive: true })
    expect(status).toBe(1)
    expect(stdout + stderr).toMatch(/face-detector\.onnx has sha256[^]*stray\.onnx/)
  })
})
