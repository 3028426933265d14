import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAssetManifest, parseModelsManifest } from '../../src/assets/index.js'
import { LintasError } from '../../src/errors/index.js'
import { manifestExample } from './examples.js'

function faultOf(json: unknown, parse: (json: unknown) => unknown = parseAssetManifest): LintasError {
  try {
    parse(json)
  } catch (error) {
    if (error instanceof LintasError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

/** The example as plain data, with the value at `path` replaced; undefined takes the field away. */
function withValue(path: readonly (string | number)[], value: unknown): unknown {
  const json = structuredClone(manifestExample()) as unknown as Record<string | number, unknown>
  let place = json
  for (const step of path.slice(0, -1)) place = place[step] as Record<string | number, unknown>
  const last = path.at(-1) ?? ''
  place[last] = value
  return json
}

const VALUES = [null, true, 0, -1, 1.5, Infinity, '', 'x', [], {}, [null], 2 ** 40, '../x', 'A'.repeat(64)]

describe('parseAssetManifest', () => {
  it('gives a sound manifest back as it was, without fields it does not know', () => {
    const example = manifestExample()
    const stray = { ...example, note: 1, models: example.models.map((model) => ({ ...model, source: 'somewhere' })) }
    expect(parseAssetManifest(JSON.parse(JSON.stringify(stray)))).toEqual(example)
  })

  it.each([
    [['schema'], 'lintas-assets/2', 'schema'],
    [['version'], '', 'version'],
    [['runtime'], {}, 'runtime'],
    [['runtime', 0, 'name'], 'ort', 'runtime[0].name'],
    [['runtime', 1, 'name'], 'ort-wasm', 'runtime[1].name'],
    [['models'], [], 'models'],
    [['models', 1, 'id'], 'facenet-128.int8', 'models[1].id'],
    [['models', 0, 'bytes'], 0, 'models[0].bytes'],
    [['models', 0, 'bytes'], 1.5, 'models[0].bytes'],
    [['models', 0, 'bytes'], '12', 'models[0].bytes'],
    [['models', 0, 'sha256'], 'AB'.repeat(32), 'models[0].sha256'],
    [['models', 0, 'sha256'], 'ab'.repeat(31), 'models[0].sha256'],
    [['models', 3, 'kind'], 'landmarker', 'models[3].kind'],
    [['models', 3, 'space'], 'x', 'models[3].space'],
    [['models', 0, 'space'], undefined, 'models[0].space'],
    [['models', 0, 'crop'], undefined, 'models[0].crop'],
    [['models', 0, 'crop', 'kind'], 'roi', 'models[0].crop.kind'],
    [['models', 0, 'crop', 'scale'], 0, 'models[0].crop.scale'],
    [['models', 0, 'input', 'dims', 1], -1, 'models[0].input.dims[1]'],
    [['models', 0, 'input', 'layout'], 'HWC', 'models[0].input.layout'],
    [['models', 0, 'preprocessing'], { kind: 'affine', mean: 127.5 }, 'models[0].preprocessing.scale'],
    [['models', 0, 'backends'], ['wasm', 'cuda'], 'models[0].backends[1]'],
    [['models', 0, 'knownAnswer', 'bytes'], null, 'models[0].knownAnswer.bytes'],
    [['models', 0, 'mirrorBatch'], 'yes', 'models[0].mirrorBatch'],
  ])('names the place: %j = %j', (path, value, place) => {
    const fault = faultOf(withValue(path, value))
    expect(fault.code).toBe('assets-manifest')
    expect(fault.details['path']).toBe(place)
    expect(fault.message).toContain(place)
  })

  it.each(['/x', '../x', 'a/../b', './x', 'a//b', 'a\\b', 'https://x/y', 'data:,x', 'a?b', 'a#b', 'a%2e', '.hidden', 'x/', ' x', 'é'])(
    'refuses the path %j',
    (file) => {
      expect(faultOf(withValue(['models', 0, 'file'], file)).details['path']).toBe('models[0].file')
    },
  )

  it('refuses one path with two contents, and takes one content twice', () => {
    const path = manifestExample().models[0]?.file
    const other = { ...manifestExample().models[1], file: path }
    expect(() => parseAssetManifest(withValue(['models', 1], other))).not.toThrow()
    const fault = faultOf(withValue(['models', 1], { ...other, sha256: '00'.repeat(32) }))
    expect(fault.details['path']).toBe('models[1].file')
  })

  it('throws nothing but a coded error, whatever it is given', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true }), (json) => {
        expect(faultOf(json).code).toBe('assets-manifest')
      }),
    )
  })

  it('survives any value at any place: refused with its code, or round-trips', () => {
    const paths = fc.constantFrom(...leaves(manifestExample()))
    const values = fc.oneof(fc.constantFrom(...VALUES), fc.anything())
    fc.assert(
      fc.property(paths, values, (path, value) => {
        const json = withValue(path, value)
        try {
          const parsed = parseAssetManifest(json)
          expect(parseAssetManifest(JSON.parse(JSON.stringify(parsed)))).toEqual(parsed)
        } catch (error) {
          expect(error).toBeInstanceOf(LintasError)
          expect((error as LintasError).code).toBe('assets-manifest')
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('parseModelsManifest', () => {
  it('takes the models package: its models and no runtime', () => {
    const { version, models } = manifestExample()
    const parsed = parseModelsManifest({ schema: 'lintas-models/1', version, models })
    expect(parsed).toEqual({ schema: 'lintas-assets/1', version, runtime: [], models })
  })

  it('refuses the other schema', () => {
    expect(faultOf(manifestExample(), parseModelsManifest).details['path']).toBe('schema')
  })
})

/** Every path of a document, inner ones included. */
function leaves(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path]
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value)
  const inner = [...keys].flatMap((key) => leaves((value as Record<string | number, unknown>)[key], [...path, key]))
  return path.length === 0 ? inner : [path, ...inner]
}
