import { LintasError } from '@lintas/core/errors'
import { beforeEach, describe, expect, it } from 'vitest'
import { LintasErrorEvent, LintasResultEvent } from '../src/events.js'
import { ADMITTED, INFO, REFUSED, TEMPLATE, settled } from './fakes.js'
import { Rig } from './rig.js'

let rig: Rig
let ports: Rig['ports']
let host: Rig['host']
let controller: Rig['controller']
const untilCamera = (): Promise<void> => rig.untilCamera()

beforeEach(() => {
  rig = new Rig()
  ;({ ports, host, controller } = rig)
})

describe('an attempt', () => {
  it('goes through every state to admitted, and the camera is off before the result is told', async () => {
    let liveAtResult = -1
    host.addEventListener('lintas-result', () => (liveAtResult = ports.live))
    await untilCamera()
    expect(ports.live).toBe(1)
    ports.session.options.onPhase?.('holding')
    ports.session.options.onPhase?.('comparing')
    ports.finish(ADMITTED)
    await settled()
    expect(host.states).toEqual(['loading', 'permission', 'searching', 'holding', 'comparing', 'admitted'])
    expect(host.events.at(-1)).toBeInstanceOf(LintasResultEvent)
    expect(liveAtResult).toBe(0)
  })

  it.each([0, 1, 2, 3, 4, 5, 6])('given up %i microtasks after the camera opened leaves it off and the state idle', async (turns) => {
    void controller.start()
    ports.ready.resolve(INFO)
    await settled()
    ports.cameras.at(-1)?.opening.resolve(ports.camera())
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
    controller.reset()
    await settled()
    expect(ports.live).toBe(0)
    expect(controller.snapshot.state).toBe('idle')
  })

  it('shows a refusal with its outcome', async () => {
    await untilCamera()
    ports.finish(REFUSED)
    await settled()
    expect(controller.snapshot).toMatchObject({ state: 'refused', outcome: { reasons: ['comparison:non-match'] } })
  })

  it('keeps the loaded models for a retry', async () => {
    await untilCamera()
    ports.finish(REFUSED)
    await settled()
    await untilCamera()
    expect(ports.analysers).toHaveLength(1)
    expect(ports.cameras).toHaveLength(2)
  })

  it('loads anew when the assets folder changed', async () => {
    await untilCamera()
    ports.finish(REFUSED)
    await settled()
    rig.setting.assets = '/elsewhere/'
    await untilCamera()
    expect(ports.analysers.map(({ closed }) => closed)).toEqual([true, false])
  })

  it('ignores a second start while it runs', async () => {
    await untilCamera()
    await controller.start()
    expect(ports.cameras).toHaveLength(1)
  })

  it('hands signal, reference and no policy of its own to the session', async () => {
    await untilCamera()
    expect(ports.checkInOptions).not.toHaveProperty('policy')
    expect(ports.session.options).toMatchObject({ reference: TEMPLATE })
  })
})

describe('a fault', () => {
  it('of loading ends in error, without a camera, and the next attempt loads anew', async () => {
    void controller.start()
    ports.ready.reject(new LintasError('assets-hash', 'wrong'))
    await settled()
    expect(controller.snapshot).toMatchObject({ state: 'error', error: { code: 'assets-hash' } })
    expect(host.events.at(-1)).toBeInstanceOf(LintasErrorEvent)
    expect(ports.cameras).toHaveLength(0)
    expect(ports.analysers[0]?.closed).toBe(true)
  })

  it('known beforehand, a forbidden camera, is told before anything is downloaded', async () => {
    ports.permission = 'denied'
    await controller.start()
    expect(controller.snapshot).toMatchObject({ state: 'error', error: { code: 'camera-denied' } })
    expect(ports.analysers).toHaveLength(0)
  })

  it('of the camera keeps the models', async () => {
    void controller.start()
    ports.ready.resolve(INFO)
    await settled()
    ports.cameras[0]?.opening.reject(new LintasError('camera-denied', 'no'))
    await settled()
    expect(controller.snapshot).toMatchObject({ state: 'error', error: { code: 'camera-denied' } })
    expect(ports.analysers[0]?.closed).toBe(false)
  })

  it('of the session stops the camera', async () => {
    await untilCamera()
    ports.session.outcome.reject(new LintasError('worker-dead', 'gone'))
    await settled()
    expect(controller.snapshot).toMatchObject({ state: 'error', error: { code: 'worker-dead' } })
    expect(ports.live).toBe(0)
  })

  it('that is no LintasError becomes unexpected with its cause', async () => {
    await untilCamera()
    const cause = new RangeError('x')
    ports.session.outcome.reject(cause)
    await settled()
    expect(controller.snapshot.error).toMatchObject({ code: 'unexpected', cause })
  })

  it('an unplugged camera ends the attempt, and aborts the session with that reason', async () => {
    await untilCamera()
    const error = new LintasError('camera-ended', 'unplugged')
    ports.cameras[0]?.request.onEnded?.(error)
    await settled()
    expect(controller.snapshot).toMatchObject({ state: 'error', error: { code: 'camera-ended' } })
    expect(ports.session.options.signal?.reason).toBe(error)
    expect(ports.live).toBe(0)
  })

  it('without a reference ends in error before anything is downloaded', async () => {
    rig.setting.reference = undefined
    await controller.start()
    expect(controller.snapshot).toMatchObject({ state: 'error', error: { code: 'template-invalid' } })
    expect(ports.analysers).toHaveLength(0)
  })

  it('with somebody else’s reference ends in error: a claim is never checked against another person', async () => {
    rig.setting.subject = 's-2'
    await controller.start()
    expect(controller.snapshot).toMatchObject({ state: 'error', error: { code: 'template-invalid' } })
  })
})

describe('progress', () => {
  it('of the download is shown while loading, and only then', async () => {
    void controller.start()
    await settled()
    const download = { loadedBytes: 1e6, totalBytes: 4e6, fraction: 0.25 }
    ports.analysers[0]?.options.onProgress?.(download)
    expect(controller.snapshot).toMatchObject({ state: 'loading', download })
    ports.ready.resolve(INFO)
    await settled()
    ports.analysers[0]?.options.onProgress?.(download)
    expect(controller.snapshot).toEqual({ state: 'permission', progress: 0, granted: false })
  })

  it('of the capture never falls', async () => {
    await untilCamera()
    ports.session.options.onProgress?.(0.5)
    ports.session.options.onProgress?.(0.2)
    expect(controller.snapshot.progress).toBe(0.5)
  })

  it('a hint is shown, and gone when comparing', async () => {
    await untilCamera()
    ports.session.options.onHint?.('too-far')
    expect(controller.snapshot.hint).toBe('too-far')
    ports.session.options.onPhase?.('comparing')
    expect(controller.snapshot).toEqual({ state: 'comparing', progress: 1 })
  })
})
