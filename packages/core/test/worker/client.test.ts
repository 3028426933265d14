import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LintasError, toWire } from '../../src/errors/index.js'
import { createAnalyser, type Analyser, type ClientOptions } from '../../src/worker/index.js'
import type { Request } from '../../src/worker/protocol.js'
import { FakeWorker, healthy, INFO, type Script } from './fake-worker.js'

const PICTURE = { width: 1, height: 1, data: new Uint8ClampedArray(4) }

/** An analyser on fake workers, one script a life; the last script serves all further lives. */
function analyserOn(
  scripts: readonly (Script | FakeWorker)[],
  options: Partial<ClientOptions> = {},
): { analyser: Analyser; lives: FakeWorker[]; urls: string[] } {
  const lives: FakeWorker[] = []
  const urls: string[] = []
  const createWorker = (url: string): Worker => {
    const script = scripts[Math.min(lives.length, scripts.length - 1)] ?? healthy
    const worker = script instanceof FakeWorker ? script : new FakeWorker(script)
    lives.push(worker)
    urls.push(url)
    return worker as unknown as Worker
  }
  return { analyser: createAnalyser({ assets: '/lintas/', createWorker, ...options }), lives, urls }
}

function failing(code: 'inference-known-answer' | 'assets-hash'): Script {
  return (request) => (request.type === 'start' ? { type: 'failed', id: request.id, error: toWire(new LintasError(code, 'no')) } : undefined)
}

beforeEach(() => {
  vi.stubGlobal('location', { href: 'https://opd.example/absen', origin: 'https://opd.example' })
  vi.stubGlobal('navigator', { userAgent: 'Chrome/156', hardwareConcurrency: 2, gpu: {} })
  vi.stubGlobal('crossOriginIsolated', false)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('an analyser', () => {
  it('starts its worker from the assets folder and answers', async () => {
    const { analyser, lives, urls } = analyserOn([healthy])
    expect(await analyser.ready).toEqual(INFO)
    expect(urls).toEqual(['https://opd.example/lintas/lintas-worker.js'])
    expect(await analyser.analyse(PICTURE, { timestampMs: 5 })).toMatchObject({ timestampMs: 5, quality: { reasons: ['no-face'] } })
    expect(lives[0]?.received.map(({ type }) => type)).toEqual(['start', 'analyse'])
  })

  it.each([
    [{ assets: 'https://cdn.example/lintas/' }, 'assets-origin'],
    [{ assets: '//cdn.example/lintas/' }, 'assets-origin'],
  ])('refuses %j before any worker is made', (options, code) => {
    const createWorker = vi.fn()
    expect(() => createAnalyser({ ...options, createWorker })).toThrow(expect.objectContaining({ code }))
    expect(createWorker).not.toHaveBeenCalled()
  })

  it.each([
    [{ maxFaces: 0 }, /maxFaces/],
    [{ spaces: [] }, /spaces/],
    [{ spaces: ['a', 'a'] }, /spaces/],
    // A timer of more than 31 bits fires at once: the worker would never answer.
    [{ idleMs: 2 ** 31 }, /idleMs/],
    [{ timeoutMs: 1e12 }, /timeoutMs/],
    [{ detector: 'magic' as never }, /detector/],
    [{ idle: 5 } as never, /no option idle/],
  ])('names the option that is wrong: %j', (options, message) => {
    expect(() => createAnalyser({ assets: '/lintas/', ...(options as object) })).toThrow(message)
  })

  it('hands every option of a call over to the worker', async () => {
    const { analyser, lives } = analyserOn([healthy])
    const options = { mode: 'video', embed: 'always', requirements: 'strict', face: 'central', chips: true } as const
    await analyser.analyse(PICTURE, { ...options, timestampMs: 3 })
    expect(lives[0]?.received.at(-1)).toMatchObject({ type: 'analyse', options, timestampMs: 3 })
  })

  it('tells a fault of the start to ready and to analyse, and tries anew at the next call', async () => {
    const { analyser, lives } = analyserOn([failing('assets-hash'), healthy])
    await expect(analyser.ready).rejects.toMatchObject({ code: 'assets-hash' })
    expect(await analyser.analyse(PICTURE)).toMatchObject({ faces: [] })
    expect(lives).toHaveLength(2)
    expect(lives[0]?.terminated).toBe(true)
  })

  it('falls back from WebGPU to WASM when the known answer is wrong there, and says so', async () => {
    const { analyser, urls } = analyserOn([failing('inference-known-answer'), healthy], { backend: 'webgpu' })
    expect((await analyser.ready).fallbacks).toEqual([{ from: 'webgpu', to: 'wasm', code: 'inference-known-answer' }])
    expect(urls.map((url) => url.split('/').at(-1))).toEqual(['lintas-worker-webgpu.js', 'lintas-worker.js'])
  })

  it('names its counterpart where there is no page', () => {
    vi.stubGlobal('location', undefined)
    expect(() => createAnalyser({ assets: '/lintas/' })).toThrow(/createNodeAnalyser/)
  })

  it('never tries WebGPU on WebKit', async () => {
    vi.stubGlobal('navigator', { userAgent: 'AppleWebKit/605.1.15 Version/26 Safari/605.1.15', hardwareConcurrency: 4, gpu: {} })
    const { analyser, urls } = analyserOn([healthy], { backend: 'webgpu' })
    await analyser.ready
    expect(urls.map((url) => url.split('/').at(-1))).toEqual(['lintas-worker.js'])
  })

  it('tries threads first on an isolated page, then one thread', async () => {
    vi.stubGlobal('crossOriginIsolated', true)
    vi.stubGlobal('navigator', { userAgent: 'Chrome/156', hardwareConcurrency: 8 })
    const { analyser, lives } = analyserOn([failing('inference-known-answer'), healthy])
    await analyser.ready
    const threads = lives.map(({ received }) => received.flatMap((request: Request) => (request.type === 'start' ? [request.options.threads] : [])))
    expect(threads).toEqual([[4], [1]])
  })
})

describe('a picture that is asked about', () => {
  it.each([
    [{ timestampMs: NaN }, /timestampMs/],
    [{ mode: 'film' }, /mode/],
    [{ embed: 'sometimes' }, /embed/],
    [{ requirements: 'lax' }, /requirements/],
    [{ chip: true }, /no option chip/],
  ])('names the option that is wrong: %j', async (options, message) => {
    await expect(analyserOn([healthy]).analyser.analyse(PICTURE, options as object)).rejects.toThrow(message)
  })

  it('must be one', async () => {
    const { analyser } = analyserOn([healthy])
    const video = { videoWidth: 640, width: 640, height: 480 }
    await expect(analyser.analyse(video as never)).rejects.toThrow(/decodeStill/)
    await expect(analyser.analyse(undefined as never)).rejects.toThrow(/picture/)
    await expect(analyser.analyse({ ...PICTURE, width: 2 })).rejects.toMatchObject({ code: 'still-undecodable' })
    await expect(analyser.analyse({ ...PICTURE, width: 0 })).rejects.toMatchObject({ code: 'still-empty' })
  })
})

describe('progress', () => {
  it('never falls when a second attempt loads other files', async () => {
    const progress = (fraction: number) => ({ type: 'progress', progress: { loadedBytes: fraction * 10, totalBytes: 10, fraction } }) as const
    const [first, second] = [new FakeWorker(() => undefined), new FakeWorker(() => undefined)]
    const onProgress = vi.fn()
    const { analyser } = analyserOn([first, second], { backend: 'webgpu', onProgress })
    const { ready } = analyser
    first.say(progress(0.6))
    first.say({ type: 'failed', id: 1, error: toWire(new LintasError('inference-load', 'no')) })
    await vi.waitFor(() => {
      expect(second.received).toHaveLength(1)
    })
    for (const fraction of [0, 0.5, 0.6, 1]) second.say(progress(fraction))
    second.say({ type: 'started', id: 1, info: INFO })
    await ready
    expect(onProgress.mock.calls.map(([told]) => (told as { fraction: number }).fraction)).toEqual([0.6, 0.6, 1])
  })
})

describe('a worker that breaks', () => {
  it('while it starts with threads or on WebGPU gives way to the next attempt', async () => {
    const { analyser, lives } = analyserOn([new FakeWorker(() => undefined), healthy], { backend: 'webgpu' })
    const { ready } = analyser
    await vi.waitFor(() => {
      expect(lives[0]?.onerror).toBeTruthy()
    })
    await Promise.resolve()
    lives[0]?.fail('GPU process gone')
    // Asked once more in between: still one start.
    expect(await analyser.ready).toMatchObject({ fallbacks: [{ from: 'webgpu', to: 'wasm', code: 'worker-dead' }] })
    expect(await ready).toMatchObject({ backend: 'wasm' })
    expect(lives).toHaveLength(2)
  })

  it('before it exists, by a CSP or Trusted Types, is a coded error', async () => {
    const cause = new TypeError('Policy "lintas" disallowed')
    const createWorker = (): Worker => {
      throw cause
    }
    await expect(analyserOn([], { createWorker }).analyser.ready).rejects.toMatchObject({ code: 'worker-load', cause })
  })

  it('is not what a long row of pictures is taken for', async () => {
    vi.useFakeTimers()
    const worker = new FakeWorker((request) => (request.type === 'start' ? healthy(request) : undefined))
    const { analyser } = analyserOn([worker], { timeoutMs: 1000 })
    await analyser.ready
    const all = Promise.all([0, 1, 2].map((timestampMs) => analyser.analyse(PICTURE, { timestampMs })))
    for (let turn = 0; turn < 3; turn += 1) {
      await vi.advanceTimersByTimeAsync(900)
      const request = worker.received.filter(({ type }) => type === 'analyse')[turn]
      const reply = request && healthy(request)
      if (reply) worker.say(reply)
    }
    expect(await all).toHaveLength(3)
    expect(worker.terminated).toBe(false)
  })

  it('rejects what is pending when it dies, and the next call starts another', async () => {
    const { analyser, lives } = analyserOn([(request) => (request.type === 'start' ? healthy(request) : undefined), healthy])
    await analyser.ready
    const pending = analyser.analyse(PICTURE)
    await Promise.resolve()
    await Promise.resolve()
    await vi.waitFor(() => {
      expect(lives[0]?.received).toHaveLength(2)
    })
    lives[0]?.fail('out of memory')
    await expect(pending).rejects.toMatchObject({ code: 'worker-dead', details: { reason: 'out of memory' } })
    expect(await analyser.analyse(PICTURE)).toMatchObject({ faces: [] })
    expect(lives).toHaveLength(2)
  })

  it('that cannot be loaded says so, with a reason though the event has none', async () => {
    const silent = new FakeWorker(() => undefined, 'silent')
    const { analyser } = analyserOn([silent])
    const { ready } = analyser
    silent.fail('')
    await expect(ready).rejects.toMatchObject({ code: 'worker-load', details: { reason: expect.stringContaining('COEP') as string } })
  })

  it('of another version is told apart', async () => {
    const { analyser } = analyserOn([new FakeWorker(() => undefined, { type: 'hello', protocol: 'lintas-worker/0' })])
    await expect(analyser.ready).rejects.toMatchObject({ code: 'worker-protocol' })
  })

  it('that gives no answer in time counts as dead', async () => {
    vi.useFakeTimers()
    const { analyser } = analyserOn([(request) => (request.type === 'start' ? healthy(request) : undefined)], { timeoutMs: 1000 })
    await analyser.ready
    const pending = expect(analyser.analyse(PICTURE)).rejects.toMatchObject({ code: 'worker-dead' })
    await vi.advanceTimersByTimeAsync(1001)
    await pending
  })

  it('that hangs counts as dead though everybody who waited has given up, and the next call has another', async () => {
    vi.useFakeTimers()
    const hung: Script = (request) => (request.type === 'start' ? healthy(request) : undefined)
    const { analyser, lives } = analyserOn([hung, healthy], { timeoutMs: 1000 })
    await analyser.ready
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const given = new AbortController()
      const pending = expect(analyser.analyse(PICTURE, { signal: given.signal })).rejects.toThrow('enough')
      await vi.advanceTimersByTimeAsync(400)
      given.abort(new Error('enough'))
      await pending
    }
    expect(lives[0]?.terminated).toBe(false)
    await vi.advanceTimersByTimeAsync(300)
    expect(lives[0]?.terminated).toBe(true)
    expect(await analyser.analyse(PICTURE)).toMatchObject({ faces: [] })
    expect(lives).toHaveLength(2)
  })

  it('that answers a cancelled call lives on', async () => {
    vi.useFakeTimers()
    const { analyser, lives } = analyserOn(
      [(request) => (request.type === 'cancel' ? { type: 'cancelled', id: request.id } : request.type === 'analyse' ? undefined : healthy(request))],
      { timeoutMs: 1000 },
    )
    await analyser.ready
    const given = new AbortController()
    const pending = expect(analyser.analyse(PICTURE, { signal: given.signal })).rejects.toThrow()
    await vi.advanceTimersByTimeAsync(10)
    given.abort()
    await pending
    await vi.advanceTimersByTimeAsync(60_000)
    expect(lives[0]?.terminated).toBe(false)
  })

  it.each([
    ['never runs its script', 'silent', 'worker-load'],
    ['greets and then never starts', 'greeting', 'worker-dead'],
  ] as const)('that %s is not waited for for ever', async (_what, kind, code) => {
    vi.useFakeTimers()
    const silent = kind === 'silent' ? new FakeWorker(() => undefined, 'silent') : new FakeWorker(() => undefined)
    const { analyser } = analyserOn([silent])
    const ready = expect(analyser.ready).rejects.toMatchObject({ code })
    await vi.advanceTimersByTimeAsync(181_000)
    await ready
    expect(silent.terminated).toBe(true)
  })

  it('whose download goes on for an hour is waited for', async () => {
    vi.useFakeTimers()
    const slow = new FakeWorker(() => undefined)
    const { analyser } = analyserOn([slow])
    let settled = false
    analyser.ready.finally(() => (settled = true)).catch(() => undefined)
    for (let minute = 0; minute < 60; minute += 1) {
      await vi.advanceTimersByTimeAsync(60_000)
      slow.say({ type: 'progress', progress: { loadedBytes: minute, totalBytes: 100, fraction: minute / 100 } })
    }
    expect(settled).toBe(false)
    analyser.close()
  })

  it('that sends nothing at all as a message breaks the protocol, not the page', async () => {
    const { analyser, lives } = analyserOn([healthy])
    await analyser.ready
    lives[0]?.say(null as never)
    expect(lives[0]?.terminated).toBe(true)
  })

  it('whose runs keep failing (a lost WebGL context) is replaced by another', async () => {
    const broken: Script = (request) =>
      request.type === 'analyse'
        ? { type: 'failed', id: request.id, error: toWire(new LintasError('detector-run', 'context lost')) }
        : healthy(request)
    const { analyser, lives } = analyserOn([broken, healthy])
    await expect(analyser.analyse(PICTURE)).rejects.toMatchObject({ code: 'detector-run' })
    expect(lives[0]?.terminated).toBe(false)
    await expect(analyser.analyse(PICTURE)).rejects.toMatchObject({ code: 'detector-run' })
    expect(lives[0]?.terminated).toBe(true)
    expect(await analyser.analyse(PICTURE)).toMatchObject({ faces: [] })
  })

  it('fails one request without failing the next', async () => {
    let first = true
    const { analyser } = analyserOn([
      (request) => {
        if (request.type !== 'analyse' || !first) return healthy(request)
        first = false
        return { type: 'failed', id: request.id, error: toWire(new LintasError('detector-run', 'no')) }
      },
    ])
    await expect(analyser.analyse(PICTURE)).rejects.toMatchObject({ code: 'detector-run' })
    expect(await analyser.analyse(PICTURE)).toMatchObject({ faces: [] })
  })
})

describe('the end of an analyser', () => {
  it('by close() rejects what waits and what comes later, and is final', async () => {
    const { analyser, lives } = analyserOn([(request) => (request.type === 'start' ? healthy(request) : undefined)])
    await analyser.ready
    const pending = analyser.analyse(PICTURE)
    await vi.waitFor(() => {
      expect(lives[0]?.received).toHaveLength(2)
    })
    analyser.close()
    await expect(pending).rejects.toMatchObject({ code: 'worker-closed' })
    await expect(analyser.analyse(PICTURE)).rejects.toMatchObject({ code: 'worker-closed' })
    expect(lives).toHaveLength(1)
    expect(lives[0]?.terminated).toBe(true)
  })

  it('by close() before the start is done rejects ready', async () => {
    const { analyser } = analyserOn([() => undefined])
    const { ready } = analyser
    analyser.close()
    await expect(ready).rejects.toMatchObject({ code: 'worker-closed' })
    await expect(analyser.ready).rejects.toMatchObject({ code: 'worker-closed' })
  })

  it('by idleness ends the worker and keeps the analyser usable', async () => {
    vi.useFakeTimers()
    const { analyser, lives } = analyserOn([healthy], { idleMs: 1000 })
    await analyser.ready
    await analyser.analyse(PICTURE)
    await vi.advanceTimersByTimeAsync(999)
    expect(lives[0]?.terminated).toBe(false)
    await vi.advanceTimersByTimeAsync(2)
    expect(lives[0]?.terminated).toBe(true)
    expect(await analyser.analyse(PICTURE)).toMatchObject({ faces: [] })
    expect(lives).toHaveLength(2)
  })

  it('by idleness never meets a worker that is still loading', async () => {
    vi.useFakeTimers()
    const loading = new FakeWorker(() => undefined)
    const { analyser, lives } = analyserOn([healthy, loading], { idleMs: 1000 })
    await analyser.ready
    await vi.advanceTimersByTimeAsync(500)
    lives[0]?.fail('out of memory')
    const { ready } = analyser
    await expect(analyser.analyse(PICTURE, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
    await vi.advanceTimersByTimeAsync(5000)
    expect(loading.terminated).toBe(false)
    loading.say({ type: 'started', id: 1, info: INFO })
    expect(await ready).toEqual(INFO)
  })

  it('by the caller’s signal rejects with its reason, closes the frame and tells the worker', async () => {
    const { analyser, lives } = analyserOn([(request) => (request.type === 'start' ? healthy(request) : undefined)])
    await analyser.ready
    const controller = new AbortController()
    const pending = analyser.analyse(PICTURE, { signal: controller.signal })
    await vi.waitFor(() => {
      expect(lives[0]?.received).toHaveLength(2)
    })
    controller.abort(new Error('enough'))
    await expect(pending).rejects.toThrow('enough')
    expect(lives[0]?.received.at(-1)?.type).toBe('cancel')
    const frame = { width: 1, height: 1, close: vi.fn() } as unknown as ImageBitmap
    await expect(analyser.analyse(frame, { signal: controller.signal })).rejects.toThrow('enough')
    expect(vi.mocked(frame.close)).toHaveBeenCalled()
  })
})
