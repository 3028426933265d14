import { describe, expect, it, vi } from 'vitest'
import { LintasError } from '../../src/errors/index.js'
import { hintOf } from '../../src/check-in/hint-filter.js'
import { runSession, type FrameFeed, type SessionSteps } from '../../src/check-in/session.js'
import type { Analyser, Analysis } from '../../src/worker/index.js'

const PICTURE = { width: 1, height: 1, data: new Uint8ClampedArray(4) }

function analysisOf(timestampMs: number, acceptable: boolean): Analysis {
  const quality = acceptable ? { acceptable, reasons: [] } : { acceptable, reasons: ['too-dark'] as const }
  return { timestampMs, width: 1, height: 1, faces: [], quality, timingsMs: {} }
}

function fakeAnalyser(analyse: Analyser['analyse']): Analyser {
  return {
    ready: Promise.resolve({ backend: 'wasm', threads: 1, detector: 'onnx', models: [], spaces: [], fallbacks: [] }),
    analyse,
    reset: vi.fn(),
    close: vi.fn(),
  }
}

/** `count` frames, 100 ms apart; stops when told. */
const framesUpTo =
  (count: number): FrameFeed =>
  async (take, signal) => {
    for (let index = 0; index < count && !signal.aborted; index += 1) await take(PICTURE, index * 100)
  }

/** A camera that gives nothing until it is stopped. */
const silent: FrameFeed = (_take, signal) =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve()
    })
  })

function steps(part: Partial<SessionSteps>): SessionSteps {
  return {
    analyser: fakeAnalyser((_picture, options) => Promise.resolve(analysisOf(options?.timestampMs ?? 0, true))),
    timeoutMs: 1000,
    ask: () => ({}),
    see: () => false,
    hint: ({ quality }) => hintOf(quality.reasons, undefined),
    ...part,
  }
}

describe('a session', () => {
  it('ends when the steps are content, and takes no frame after that', async () => {
    const see = vi.fn((analysis: Analysis) => analysis.timestampMs >= 200)
    expect(await runSession(framesUpTo(10), steps({ see }), {})).toBe('complete')
    expect(see).toHaveBeenCalledTimes(3)
  })

  it('ends when no frames come any more', async () => {
    expect(await runSession(framesUpTo(2), steps({}), {})).toBe('feed-ended')
  })

  it('ends when time is up', async () => {
    expect(await runSession(silent, steps({ timeoutMs: 20 }), {})).toBe('timeout')
  })

  it('ends when time is up though the feed hangs', async () => {
    const deaf: FrameFeed = () => new Promise<never>(() => undefined)
    expect(await runSession(deaf, steps({ timeoutMs: 20 }), {})).toBe('timeout')
  })

  it('is not overturned by a feed that rejects because it was stopped', async () => {
    const feed: FrameFeed = async (take, signal) => {
      for (let index = 0; ; index += 1) {
        signal.throwIfAborted()
        await take(PICTURE, index * 100)
      }
    }
    expect(await runSession(feed, steps({ see: () => true }), {})).toBe('complete')
  })

  it('tells the fault of a feed that was not stopped', async () => {
    await expect(runSession(() => Promise.reject(new Error('no file')), steps({}), {})).rejects.toThrow('no file')
  })

  it('rejects with the caller’s reason when aborted', async () => {
    const controller = new AbortController()
    const run = runSession(silent, steps({}), { signal: controller.signal })
    controller.abort(new LintasError('camera-ended', 'unplugged'))
    await expect(run).rejects.toMatchObject({ code: 'camera-ended' })
  })

  it('rejects with the fault of the line and stops the feed', async () => {
    const analyser = fakeAnalyser(() => Promise.reject(new LintasError('worker-dead', 'x')))
    await expect(runSession(framesUpTo(10), steps({ analyser }), {})).rejects.toMatchObject({ code: 'worker-dead' })
  })

  it('rejects with the fault of the start before it asks for a frame', async () => {
    const analyser = { ...fakeAnalyser(vi.fn()), ready: Promise.reject(new LintasError('assets-hash', 'x')) }
    analyser.ready.catch(() => undefined)
    const feed = vi.fn(silent)
    await expect(runSession(feed, steps({ analyser }), {})).rejects.toMatchObject({ code: 'assets-hash' })
    expect(feed).not.toHaveBeenCalled()
  })

  it('can be aborted while the models are loading', async () => {
    const controller = new AbortController()
    const analyser = { ...fakeAnalyser(vi.fn()), ready: new Promise<never>(() => undefined) }
    const run = runSession(silent, steps({ analyser }), { signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(run).rejects.toThrow('enough')
  })

  it('forgets the person before', async () => {
    const analyser = fakeAnalyser((_picture, options) => Promise.resolve(analysisOf(options?.timestampMs ?? 0, true)))
    await runSession(framesUpTo(1), steps({ analyser }), {})
    expect(vi.mocked(analyser.reset)).toHaveBeenCalledTimes(1)
  })

  it('tells phases and hints only when they change', async () => {
    const analyser = fakeAnalyser((_picture, options) => Promise.resolve(analysisOf(options?.timestampMs ?? 0, (options?.timestampMs ?? 0) >= 300)))
    const phases: string[] = []
    const hints: (string | undefined)[] = []
    await runSession(framesUpTo(12), steps({ analyser, hint: ({ quality }) => hintOf(quality.reasons, 'hold-still') }), {
      onPhase: (phase) => phases.push(phase),
      onHint: (hint) => hints.push(hint),
    })
    expect(phases).toEqual(['loading', 'searching', 'holding'])
    expect(hints).toEqual(['too-dark', 'hold-still'])
  })
})
