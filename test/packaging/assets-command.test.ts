import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

interface Entry {
  readonly file: string
  readonly bytes: number
  readonly sha256: string
}
interface Assets {
  readonly schema: string
  readonly version: string
  readonly runtime: readonly (Entry & { readonly name: string })[]
  readonly models: readonly (Entry & { readonly id: string; readonly knownAnswer?: Entry })[]
}

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))
const COMMAND = join(REPOSITORY, 'packages/core/bin/lintas-assets.mjs')
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

let root = ''
const models = (): string => join(root, 'models')
const target = (): string => join(root, 'public', 'lintas')

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lintas-assets-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** Writes a small file into the models folder and describes it as a manifest does. */
function weight(file: string, text: string): Entry {
  mkdirSync(dirname(join(models(), file)), { recursive: true })
  writeFileSync(join(models(), file), text)
  return { file, bytes: Buffer.byteLength(text), sha256: sha256(Buffer.from(text)) }
}

const embedder = (id: string, space: string, backends: string[]): object => ({
  id,
  kind: 'embedder',
  space,
  backends,
  licence: 'MIT',
  ...weight(`weights/${id}.onnx`, id),
  knownAnswer: weight(`known-answers/${space}.bin`, `answer of ${space}`),
})

function writeModels(change: (manifest: { schema: string; models: object[] }) => unknown = (manifest) => manifest): void {
  const manifest = {
    schema: 'lintas-models/1',
    version: '9.8.7',
    models: [
      embedder('facenet-128.int8', 'facenet-128', ['wasm', 'node']),
      embedder('facenet-128.float', 'facenet-128', ['webgpu']),
      embedder('compact-512', 'compact-512', ['wasm', 'webgpu', 'node']),
      embedder('other-192', 'other-192', ['wasm']),
      { id: 'bundle', kind: 'landmarker-bundle', backends: [], licence: 'Apache-2.0', ...weight('weights/face.task', 'task') },
      { id: 'detector', kind: 'face-detector', backends: ['wasm', 'node'], licence: 'Apache-2.0', ...weight('weights/d.onnx', 'd') },
      { id: 'blend', kind: 'face-blendshapes', backends: ['wasm', 'node'], licence: 'Apache-2.0', ...weight('weights/b.onnx', 'b') },
    ],
  }
  writeFileSync(join(models(), 'manifest.json'), JSON.stringify(change(manifest)))
}

/** Runs the command in a project of its own, where nothing is installed but what a test puts there. */
function command(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], { encoding: 'utf8', cwd: root })
  return { code: status, out: stdout, err: stderr }
}

const assemble = (...args: string[]): ReturnType<typeof command> => command(target(), '--models', models(), ...args)
const readAssets = (): Assets => JSON.parse(readFileSync(join(target(), 'assets.json'), 'utf8')) as Assets
const ids = (): string[] => readAssets().models.map(({ id }) => id)

describe('lintas-assets', () => {
  it('puts every file there, each as assets.json describes it', () => {
    writeModels()
    expect(assemble()).toMatchObject({ code: 0, err: '' })
    const assets = readAssets()
    expect(assets).toMatchObject({ schema: 'lintas-assets/1', version: '9.8.7' })
    expect(assets.runtime.map(({ name }) => name)).toEqual(['worker', 'ort-wasm', 'mediapipe-wasm'])
    const files = [...assets.runtime, ...assets.models, ...assets.models.flatMap(({ knownAnswer }) => knownAnswer ?? [])]
    expect(files.length).toBeGreaterThan(7)
    for (const { file, bytes, sha256: hash } of files) {
      const content = readFileSync(join(target(), file))
      expect({ file, bytes: content.length, hash: sha256(content) }).toEqual({ file, bytes, hash })
    }
  })

  it('takes what a profile and a backend need, and no more', () => {
    writeModels()
    assemble()
    expect(ids()).toEqual(['facenet-128.int8', 'compact-512', 'bundle', 'detector'])
    assemble('--webgpu')
    expect(ids()).toEqual(['facenet-128.int8', 'facenet-128.float', 'compact-512', 'bundle', 'detector'])
    expect(readAssets().runtime.map(({ name }) => name)).toEqual(expect.arrayContaining(['worker-webgpu', 'ort-webgpu-wasm']))
    assemble('--profile', 'compact')
    expect(ids()).toEqual(['compact-512', 'bundle', 'detector'])
    assemble('--spaces', 'other-192')
    expect(ids()).toEqual(['other-192', 'bundle', 'detector'])
    assemble('--profile', 'all')
    expect(ids()).toHaveLength(7)
  })

  it('writes nothing twice, and mends what was damaged', () => {
    writeModels()
    assemble()
    const kept = join(target(), 'weights/compact-512.onnx')
    const damaged = join(target(), 'weights/face.task')
    const past = new Date('2020-01-01T00:00:00Z')
    utimesSync(kept, past, past)
    writeFileSync(damaged, 'ksat')
    expect(assemble().code).toBe(0)
    expect(statSync(kept).mtime).toEqual(past)
    expect(readFileSync(damaged, 'utf8')).toBe('task')
  })

  it('helps', () => {
    expect(command('--help')).toMatchObject({ code: 0, out: expect.stringContaining('--profile') as string })
  })
})

describe('the element’s script', () => {
  const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'packages/core/package.json'), 'utf8')) as { version: string }
  const script = (): string => join(target(), 'element', 'lintas-checkin.js')

  function install(given: string, source: string | undefined): void {
    const folder = join(root, 'node_modules/@lintas/element')
    mkdirSync(join(folder, 'dist'), { recursive: true })
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: '@lintas/element', version: given }))
    if (source !== undefined) writeFileSync(join(folder, 'dist/lintas-checkin.js'), source)
  }

  beforeEach(() => writeModels())

  it('comes along where the element is installed, and the command tells so', () => {
    install(version, 'first')
    expect(assemble()).toMatchObject({ code: 0, out: expect.stringContaining(`element/lintas-checkin.js of @lintas/element ${version}`) as string })
    expect(readFileSync(script(), 'utf8')).toBe('first')
    install(version, 'later')
    assemble()
    expect(readFileSync(script(), 'utf8')).toBe('later')
  })

  it('is found in the folder above, too', () => {
    install(version, 'first')
    const inner = join(root, 'apps', 'web')
    mkdirSync(inner, { recursive: true })
    spawnSync(process.execPath, [COMMAND, target(), '--models', models()], { cwd: inner })
    expect(existsSync(script())).toBe(true)
  })

  it('stays away where nobody wants it, has it or has built it', () => {
    expect(assemble()).toMatchObject({ code: 0, out: expect.stringContaining('@lintas/element is not installed here') as string })
    install(version, undefined)
    expect(assemble()).toMatchObject({ code: 0, out: expect.stringContaining('@lintas/element is not built') as string })
    install(version, 'first')
    const { code, out } = assemble('--no-element')
    expect({ code, tells: out.includes('element') }).toEqual({ code: 0, tells: false })
    expect(existsSync(script())).toBe(false)
  })

  it('of another version is refused: page and worker would not understand each other', () => {
    install('0.0.7', 'first')
    const { code, err } = assemble()
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(`@lintas/element 0.0.7 does not fit @lintas/core ${version}`) as string })
    expect(existsSync(join(target(), 'assets.json'))).toBe(false)
    expect(assemble('--no-element').code).toBe(0)
  })

  it('is the one that is published, and needs no other file', () => {
    const { status } = spawnSync(process.execPath, [COMMAND, target(), '--models', models()], { cwd: REPOSITORY })
    expect(status).toBe(0)
    const source = readFileSync(script(), 'utf8')
    expect(source).toBe(readFileSync(join(REPOSITORY, 'packages/element/dist/lintas-checkin.js'), 'utf8'))
    expect(source).not.toMatch(/^import\b|\bfrom\s*["']@?\w/m)
  })
})

describe('lintas-assets refuses', () => {
  const refused = (result: ReturnType<typeof command>, sentence: RegExp): void => {
    expect(result.code).toBe(1)
    expect(result.err).toMatch(sentence)
    // A sentence, not a stack.
    expect(result.err).not.toMatch(/^\s+at /m)
    expect(existsSync(join(target(), 'assets.json'))).toBe(false)
  }

  it('a call without a target, or with an unknown option or profile', () => {
    refused(command(), /One target folder is needed, 0 were given/)
    refused(command('a', 'b'), /2 were given/)
    refused(assemble('--webgl'), /--webgl/)
    refused(assemble('--profile', 'tiny'), /--profile is default, compact or all, not "tiny"/)
  })

  it('a folder that is none of models', () => {
    refused(assemble(), /manifest\.json cannot be read \(ENOENT\)/)
    mkdirSync(models())
    writeFileSync(join(models(), 'manifest.json'), '<!doctype html>')
    refused(assemble(), /manifest\.json is not JSON/)
    writeFileSync(join(models(), 'manifest.json'), 'null')
    refused(assemble(), /schema is undefined/)
    writeModels((manifest) => ({ ...manifest, schema: 'lintas-models/2' }))
    refused(assemble(), /schema is "lintas-models\/2"/)
    writeModels((manifest) => ({ ...manifest, models: [] }))
    refused(assemble(), /lists no models/)
  })

  it('files that are missing, cut or damaged', () => {
    writeModels()
    rmSync(join(models(), 'weights/face.task'))
    refused(assemble(), /face\.task cannot be read \(ENOENT\)/)
    writeFileSync(join(models(), 'weights/face.task'), 'tas')
    refused(assemble(), /face\.task has 3 bytes; the manifest says 4/)
    writeFileSync(join(models(), 'weights/face.task'), 'tusk')
    refused(assemble(), /face\.task has another sha256/)
  })

  it('a path that leads out of the folder', () => {
    for (const file of ['../secret', '/etc/hostname', 'weights/../../secret', '']) {
      writeModels((manifest) => ({ ...manifest, models: [{ ...manifest.models[4], file }] }))
      refused(assemble('--profile', 'all'), /outside its folder/)
    }
  })

  it('spaces that no page could load: none at all, or one meant for another backend', () => {
    writeModels()
    refused(assemble('--spaces='), /--spaces names no space/)
    refused(assemble('--spaces', 'other-192', '--webgpu'), /"other-192" is not meant for webgpu/)
  })

  it('a space that no model has', () => {
    writeModels()
    refused(assemble('--spaces', 'mine-512'), /no embedder of the space "mine-512"/)
  })
})
