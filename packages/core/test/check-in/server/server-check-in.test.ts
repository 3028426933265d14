import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { createServerCheckIn } from '../../../src/check-in/index.js'
import { BUILD } from '../../../src/evidence/index.js'
import { EVIDENCE_LIMITS } from '../../../src/evidence/index.js'
import { analyserOf } from '../staged.js'
import { keysInMemory, problem, RELAY } from './fake-relay.js'
import { relayed, type Relayed } from './scene.js'

describe('a check-in over a server', () => {
  let plain: Relayed
  beforeAll(async () => {
    plain = await relayed()
  })

  it('is admitted by the server, which saw what was committed to', () => {
    const { relay, outcome, prompts, phases } = plain
    expect(outcome).toEqual({ outcome: 'admitted', next: 'done', sid: relay.sid, assurance: 'server-verified' })
    expect(prompts.map(({ action, step, of }) => [action, step, of])).toEqual([
      ['turn-left', 1, 3],
      ['open-mouth', 2, 3],
      ['turn-right', 3, 3],
    ])
    expect(relay.asked.map(({ path }) => path.replace(relay.sid, 'S'))).toEqual([
      ...['session', 'sessions/S/begin', 'sessions/S/steps/1', 'sessions/S/steps/2', 'sessions/S/steps/3', 'check-ins'],
    ])
    expect(phases.filter((phase) => phase === 'loading')).toHaveLength(1)
    expect(phases.at(-1)).toBe('done')
  })

  it('commits to candidates from the reveal to the closing frame, the one that shows the action among them', () => {
    const { relay } = plain
    for (const [at, { claims }] of relay.steps.entries()) {
      const { action, revealedMs, doneMs = NaN, frames, samples } = relay.series[at]!
      const times = frames.map(({ timestampMs }) => timestampMs)
      expect(action).toBe(['turn-left', 'open-mouth', 'turn-right'][at])
      expect(claims.frames).toHaveLength(frames.length)
      expect(frames.length).toBeGreaterThan(3)
      expect(frames.length).toBeLessThanOrEqual(EVIDENCE_LIMITS.framesPerStep)
      expect(times).toEqual([...times].sort((one, other) => one - other))
      expect(times[0]).toBeGreaterThan(revealedMs)
      expect(times.at(-1)).toBe(samples.at(-1)?.timestampMs)
      expect(doneMs).toBeGreaterThan(revealedMs)
      expect(claims.shows).toBeLessThan(frames.length - 1)
      // The person is there for half a second at the least after it was told.
      expect(Math.abs(times[claims.shows!]! - doneMs)).toBeLessThanOrEqual(700)
      // What is committed to was analysed: a candidate is a sample.
      expect(times.every((time) => samples.some(({ timestampMs }) => timestampMs === time))).toBe(true)
    }
  })

  it('tells every frame of the challenge in exactly one series', () => {
    const { relay } = plain
    const times = relay.series.flatMap(({ samples }) => samples.map(({ timestampMs }) => timestampMs))
    expect(times).toEqual([...new Set(times)].sort((one, other) => one - other))
    // Ten frames a second, none left out.
    expect(times.every((time, index) => index === 0 || Math.round(time - times[index - 1]!) === 100)).toBe(true)
  })

  it('tells models, camera and its own assessment as claims', () => {
    const { relay } = plain
    expect(relay.manifest).toMatchObject({
      sid: relay.sid,
      route: 'standard',
      detector: 'onnx',
      pad: { outcome: 'bona-fide' },
      build: BUILD,
    })
    const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }
    expect(BUILD).toEqual({ version })
  })

  it('commits to a step that was not done, without a frame that shows it, and goes on with its replacement', async () => {
    let wrong = true
    const does = (asked: string): never => {
      const other = asked === 'turn-left' && wrong ? 'look-up' : asked
      return other as never
    }
    const before = ({ asked }: { asked: number }): void => {
      if (asked > 1) wrong = false
    }
    const { relay, outcome, prompts } = await relayed({ does, before }, { actions: ['turn-left', 'turn-right', 'open-mouth', 'turn-left'] })
    expect(outcome?.outcome).toBe('admitted')
    expect(prompts.map(({ again }) => again)).toEqual([false, true, false, false])
    expect(relay.steps.map(({ claims }) => claims.shows === undefined)).toEqual([true, false, false, false])
    expect(relay.series[0]).not.toHaveProperty('doneMs')
  })

  it('asks for one action more in the dark, and says so once', async () => {
    const actions = ['turn-left', 'open-mouth', 'turn-right', 'look-up'] as const
    const dim = { luminance: 0.05 }
    const { relay, outcome } = await relayed(
      {},
      {
        actions,
        analyser: (inner) => ({
          ...inner,
          analyse: async (picture, options) => {
            const analysis = await inner.analyse(picture, options)
            const { measures } = analysis.quality
            return { ...analysis, quality: { ...analysis.quality, ...(measures && { measures: { ...measures, ...dim } }) } }
          },
        }),
      },
    )
    expect(outcome?.outcome).toBe('admitted')
    expect(relay.steps).toHaveLength(4)
    expect(relay.steps.filter(({ claims }) => claims.dark === true)).toHaveLength(1)
  })

  it('ends where the challenge fails before the camera, and sends nothing more', async () => {
    const { relay, outcome } = await relayed({ does: () => 'look-up' }, { actions: ['turn-left', 'turn-right', 'open-mouth'] })
    expect(outcome).toEqual({ outcome: 'refused', hint: 'follow-actions', next: 'again', sid: relay.sid, assurance: 'client-asserted' })
    expect(relay.asked.map(({ path }) => path)).not.toContain('check-ins')
    expect(relay.manifest).toBeUndefined()
  })

  it('enrols with stricter frontal frames, to be approved', async () => {
    const asked = new Set<string | undefined>()
    const { relay, outcome } = await relayed(
      {},
      {
        run: { purpose: 'enrolment' },
        analyser: (inner) => ({ ...inner, analyse: (picture, options) => (asked.add(options?.requirements), inner.analyse(picture, options)) }),
      },
    )
    expect(outcome).toEqual({ outcome: 'pending', enrolmentId: relay.sid, sid: relay.sid, assurance: 'server-verified' })
    expect(JSON.parse(relay.asked[0]!.body as string)).toEqual({ purpose: 'enrolment' })
    expect([...asked]).toEqual(['strict'])
  })

  it('sends what it was asked for, in the order in which it was asked', async () => {
    const { relay, outcome } = await relayed({}, { opens: (n, { frames }) => (n === 2 ? [frames.length - 1, 0] : []) })
    expect(outcome?.outcome).toBe('admitted')
    const last = relay.steps[1]!.claims.frames.length - 1
    expect(relay.manifest?.opened.map(({ step, index }) => [step, index])).toEqual([
      [2, last],
      [2, 0],
    ])
  })

  it('keeps what the server says of a refusal', async () => {
    const { outcome } = await relayed({}, { answer: { outcome: 'refused', hint: 'more-light', next: 'assisted' } })
    expect(outcome).toMatchObject({ outcome: 'refused', hint: 'more-light', next: 'assisted', assurance: 'server-verified' })
  })
})

describe('a relay that fails', () => {
  it('is asked once more with the same message where no answer came', async () => {
    const { relay, outcome } = await relayed(
      {},
      { intercept: (path, count) => (path.endsWith('steps/2') && count === 1 ? 'answer-lost' : undefined) },
    )
    expect(outcome?.outcome).toBe('admitted')
    const sent = relay.asked.filter(({ path }) => path.endsWith('steps/2')).map(({ body }) => body)
    expect(sent).toHaveLength(2)
    expect(sent[1]).toBe(sent[0])
  })

  it('gets the same evidence again, after as long a wait as it asked for', async () => {
    const busy = (path: string, count: number): Response | undefined =>
      path === 'check-ins' && count === 1 ? problem(503, 'busy', { 'retry-after': '1' }) : undefined
    const began = performance.now()
    const { relay, outcome } = await relayed({}, { intercept: busy })
    expect(outcome?.outcome).toBe('admitted')
    expect(performance.now() - began).toBeGreaterThan(990)
    const [first, second] = relay.asked.filter(({ path }) => path === 'check-ins').map(({ body }) => body as Uint8Array)
    expect(Buffer.compare(first!, second!)).toBe(0)
  })

  it.each([
    ['begin', 'attempts-limited', { code: 'attempts', status: 429, retryAfterMs: 60_000 }, problem(429, 'attempts', { 'retry-after': '60' })],
    ['begin', 'server-session', { code: 'not-enrolled', status: 409 }, problem(409, 'not-enrolled')],
    ['session', 'server-login', { status: 401 }, problem(401, 'not-logged-in')],
    ['session', 'server-reply', { status: 200 }, new Response('<html>', { status: 200 })],
    ['session', 'server-login', { status: 302 }, new Response(null, { status: 302 })],
    ['session', 'server-place', { code: 'place-code', status: 422 }, problem(422, 'place-code')],
    ['session', 'server-place', { code: 'place-office', status: 422 }, problem(422, 'place-office')],
    ['steps/1', 'server-session', { code: 'receipt-signature' }, problem(401, 'receipt-signature')],
    ['steps/2', 'server-session', { code: 'session-expired' }, problem(410, 'session-expired')],
    ['begin', 'server-busy', { retryAfterMs: 600_000 }, problem(503, 'busy', { 'retry-after': '600' })],
    ['begin', 'server-reply', { status: 500 }, new Response('{"error":1}', { status: 500 })],
    ['begin', 'server-reply', { path: 'step.action' }, Response.json({ step: { n: 1, action: 'jump', nonce: 'n'.repeat(22) }, steps: 3 })],
    ['begin', 'server-reply', { path: 'steps' }, Response.json({ step: { n: 1, action: 'blink', nonce: 'n'.repeat(22) }, steps: 2 })],
    ['steps/1', 'server-reply', { path: 'open[0]' }, Response.json({ open: [99] })],
    ['steps/1', 'server-reply', {}, Response.json({ open: [] })],
    ['check-ins', 'server-reply', { path: 'outcome' }, Response.json({ outcome: 'welcome' })],
    ['check-ins', 'server-session', { code: 'evidence-commitment' }, problem(422, 'evidence-commitment')],
  ] as const)('at %s is told as %s, with %o', async (at, code, details, response) => {
    const { fault } = await relayed({}, { intercept: (path) => (path.endsWith(at) ? response.clone() : undefined) })
    expect(fault).toMatchObject({ code, details })
  })

  it.each([undefined, { office: 'hall' }, { office: 'hall', code: '012345' }])(
    'is opened with the place %o, told once and to nobody else',
    async (place) => {
      const { relay, outcome } = await relayed({}, { run: place === undefined ? {} : { place } })
      expect(outcome?.outcome).toBe('admitted')
      const [session, ...rest] = relay.asked.map(({ body }) => body)
      expect(JSON.parse(session as string)).toEqual({ purpose: 'check-in', ...(place && { place }) })
      expect(rest.some((body) => typeof body === 'string' && body.includes('"place"'))).toBe(false)
    },
  )

  it.each([
    [{ office: '' }, 'place.office'],
    [{ office: 'Balai Kota' }, 'place.office'],
    [{ office: 'hall', code: '12345' }, 'place.code'],
    [{ office: 'hall', code: '012 45' }, 'place.code'],
    [{ office: 'hall', code: 123_456 }, 'place.code'],
    [{ office: 'hall', by: 'egress' }, 'by'],
  ])('asks nobody with the place %o', async (place, named) => {
    const { relay, fault } = await relayed({}, { run: { place: place as never } })
    expect(fault).toBeInstanceOf(TypeError)
    expect([(fault as Error).message, relay.asked]).toEqual([expect.stringContaining(named), []])
  })

  it('is given up after some tries', async () => {
    const { relay, fault } = await relayed({}, { intercept: (path) => (path.endsWith('begin') ? 'no-answer' : undefined) })
    expect(fault).toMatchObject({ code: 'server-network' })
    expect(relay.asked.filter(({ path }) => path.endsWith('begin'))).toHaveLength(2)
  })

  it('sends whoever failed too often to an officer', async () => {
    const { relay, outcome } = await relayed({}, { intercept: (path) => (path.endsWith('begin') ? problem(429, 'assisted') : undefined) })
    expect(outcome).toEqual({ outcome: 'refused', next: 'assisted', sid: relay.sid, assurance: 'server-verified' })
  })

  it('is not waited for once the caller gives up', async () => {
    const controller = new AbortController()
    const running = relayed(
      {},
      {
        run: { signal: controller.signal },
        intercept: (path) => {
          if (!path.endsWith('steps/1')) return undefined
          controller.abort(new Error('enough'))
          return problem(503, 'busy', { 'retry-after': '2' })
        },
      },
    )
    expect((await running).fault).toEqual(new Error('enough'))
  })
})

describe('options', () => {
  const analyser = analyserOf(() => {
    throw new Error('not asked')
  })
  const deviceKeys = keysInMemory()

  it.each(['', 'ftp://agency.example/', 'https://a:b@agency.example/', '/relative'])('refuse the relay %s', (relay) => {
    expect(() => createServerCheckIn({ analyser, relay, deviceKeys })).toThrow(expect.objectContaining({ code: 'server-origin' }) as Error)
  })

  it('are checked', async () => {
    expect(() => createServerCheckIn({ analyser, relay: RELAY, deviceKeys, polcy: 'high' } as never)).toThrow(/polcy/)
    expect(() => createServerCheckIn({ analyser, relay: RELAY, deviceKeys, policy: 'lax' as never })).toThrow(TypeError)
    const session = createServerCheckIn({ analyser, relay: RELAY, deviceKeys, fetch: () => Promise.reject(new Error('not asked')) })
    await expect(session.run(() => Promise.resolve(), { purpose: 'search' as never })).rejects.toThrow(/purpose/)
    await expect(session.run(() => Promise.resolve(), { route: 'none' as never })).rejects.toThrow(/route/)
  })
})
