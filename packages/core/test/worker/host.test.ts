import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LintasError } from '../../src/errors/index.js'
import type { Runtimes } from '../../src/worker/build-line.js'
import { serve, type HostScope } from '../../src/worker/host.js'
import { PROTOCOL, type Reply, type Request } from '../../src/worker/protocol.js'

const OPTIONS = { assets: 'https://opd.example/lintas/', spaces: [], detector: 'onnx', maxFaces: 1, liveness: false, threads: 1 } as const
const PICTURE = { width: 1, height: 1, data: new Uint8ClampedArray(4) }

/** A served scope: what it was told, and how to ask it. */
function served(): { ask: (request: Request) => void; replies: Reply[] } {
  const replies: Reply[] = []
  const scope: HostScope = { postMessage: (reply) => replies.push(structuredClone(reply)), onmessage: null }
  const runtimes: Runtimes = { backend: 'wasm', openEngine: () => Promise.reject(new LintasError('inference-unsupported', 'none in this test')) }
  serve(scope, () => runtimes)
  return { ask: (data) => scope.onmessage?.({ data } as MessageEvent<Request>), replies }
}

beforeEach(() => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('no', { status: 404 })))
})
afterEach(() => {
  vi.unstubAllGlobals()
})

describe('the worker’s half', () => {
  it('greets with the version of its protocol', () => {
    expect(served().replies).toEqual([{ type: 'hello', protocol: PROTOCOL }])
  })

  it('refuses a page of another version', async () => {
    const { ask, replies } = served()
    ask({ type: 'start', id: 1, protocol: 'lintas-worker/0', options: OPTIONS })
    await vi.waitFor(() => {
      expect(replies.at(-1)).toMatchObject({ type: 'failed', id: 1, error: { code: 'worker-protocol' } })
    })
  })

  it('answers a failed start with its code', async () => {
    const { ask, replies } = served()
    ask({ type: 'start', id: 1, protocol: PROTOCOL, options: OPTIONS })
    await vi.waitFor(() => {
      expect(replies.at(-1)).toMatchObject({ type: 'failed', id: 1, error: { code: 'assets-not-found' } })
    })
  })

  it('answers every request once, also those that come before a start, cancelled ones with no more than that', async () => {
    const { ask, replies } = served()
    for (const id of [1, 2, 3]) ask({ type: 'analyse', id, picture: PICTURE, timestampMs: id, options: {} })
    ask({ type: 'cancel', id: 2 })
    ask({ type: 'reset' })
    await vi.waitFor(() => {
      expect(replies).toHaveLength(4)
    })
    expect(replies.slice(1).map((reply) => ('id' in reply ? reply.id : undefined))).toEqual([1, 2, 3])
    // A worker that owed an answer for a cancelled frame would seem dead to its page.
    expect(replies.slice(1).map(({ type }) => type)).toEqual(['failed', 'cancelled', 'failed'])
  })

  it('closes every frame that was handed over, cancelled or not', async () => {
    const { ask } = served()
    const close = vi.fn()
    const picture = { width: 1, height: 1, close } as unknown as ImageBitmap
    ask({ type: 'analyse', id: 1, picture, timestampMs: 1, options: {} })
    ask({ type: 'analyse', id: 2, picture, timestampMs: 2, options: {} })
    ask({ type: 'cancel', id: 2 })
    await vi.waitFor(() => {
      expect(close).toHaveBeenCalledTimes(2)
    })
  })
})
