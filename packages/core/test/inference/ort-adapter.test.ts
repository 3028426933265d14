import { describe, expect, it } from 'vitest'
import { createOrtEngine, type OrtApi, type OrtSession } from '../../src/inference/index.js'

class FakeTensor {
  readonly type: string
  readonly data: unknown
  readonly dims: readonly number[]
  constructor(type: string, data: unknown, dims: readonly number[]) {
    this.type = type
    this.data = data
    this.dims = dims
  }
}

function apiWith(session: Partial<OrtSession>): OrtApi {
  const whole: OrtSession = { inputNames: ['x'], outputNames: ['y'], run: () => Promise.resolve({}), release: () => Promise.resolve(), ...session }
  return { InferenceSession: { create: () => Promise.resolve(whole) }, Tensor: FakeTensor }
}

const options = { backend: 'wasm', threads: 1, sessionOptions: {} } as const
const x = { data: Float32Array.of(1, 2), dims: [2] }

describe('an engine on ONNX Runtime', () => {
  it('hands tensors in and out with their shapes', async () => {
    const session = await createOrtEngine(
      apiWith({ run: ({ x: input }) => Promise.resolve({ y: input ?? new FakeTensor('float32', null, []) }) }),
      options,
    ).open('m', new Uint8Array())
    expect(await session.run({ x })).toEqual({ y: { dims: [2], data: Float32Array.of(1, 2) } })
  })

  it('says which model could not be loaded, and why', async () => {
    const cause = new Error('bad protobuf')
    const api = { ...apiWith({}), InferenceSession: { create: () => Promise.reject(cause) } }
    await expect(createOrtEngine(api, options).open('facenet', new Uint8Array())).rejects.toMatchObject({
      code: 'inference-load',
      cause,
      details: { model: 'facenet' },
    })
  })

  it('answers the next run after a failed one', async () => {
    let calls = 0
    const run = (): Promise<Record<string, FakeTensor>> => {
      calls += 1
      return calls === 1 ? Promise.reject(new Error('device lost')) : Promise.resolve({ y: new FakeTensor('float32', Float32Array.of(3), [1]) })
    }
    const session = await createOrtEngine(apiWith({ run }), options).open('m', new Uint8Array())
    await expect(session.run({ x })).rejects.toMatchObject({ code: 'inference-run' })
    expect(await session.run({ x })).toEqual({ y: { dims: [1], data: Float32Array.of(3) } })
  })

  it('refuses an output that is not float32 instead of reading it wrongly', async () => {
    const session = await createOrtEngine(
      apiWith({ run: () => Promise.resolve({ y: new FakeTensor('uint8', Uint8Array.of(1), [1]) }) }),
      options,
    ).open('m', new Uint8Array())
    await expect(session.run({ x })).rejects.toMatchObject({ code: 'inference-run' })
  })
})
