import { LintasError } from '@lintas/core/errors'
import { beforeEach, describe, expect, it } from 'vitest'
import { LintasCancelEvent, LintasResultEvent } from '../src/events.js'
import { ADMITTED, INFO, REFUSED, settled } from './fakes.js'
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

describe('giving up', () => {
  it('while searching stops the camera, aborts the session and tells so', async () => {
    await untilCamera()
    controller.cancel()
    expect(controller.snapshot.state).toBe('idle')
    expect(ports.live).toBe(0)
    expect(ports.session.options.signal?.aborted).toBe(true)
    expect(host.events.at(-1)).toBeInstanceOf(LintasCancelEvent)
    expect(host.events.at(-1)).toMatchObject({ state: 'searching' })
  })

  it('closes a camera that is granted afterwards', async () => {
    void controller.start()
    ports.ready.resolve(INFO)
    await settled()
    controller.cancel()
    ports.cameras[0]?.opening.resolve(ports.camera())
    await settled()
    expect(ports.live).toBe(0)
    expect(controller.snapshot.state).toBe('idle')
  })

  it('drops the late outcome of a former attempt', async () => {
    await untilCamera()
    const former = ports.session
    controller.cancel()
    await untilCamera()
    former.options.onPhase?.('comparing')
    former.options.onProgress?.(1)
    former.outcome.resolve(ADMITTED as never)
    await settled()
    expect(controller.snapshot).toEqual({ state: 'searching', progress: 0 })
    expect(host.events.some((event) => event instanceof LintasResultEvent)).toBe(false)
  })

  it('drops the late fault of a former attempt', async () => {
    await untilCamera()
    const former = ports.session
    controller.cancel()
    await untilCamera()
    former.outcome.reject(new LintasError('worker-dead', 'late'))
    await settled()
    expect(controller.snapshot.state).toBe('searching')
    expect(ports.live).toBe(1)
  })

  it('when idle or done tells nothing', async () => {
    controller.cancel()
    await untilCamera()
    ports.finish(ADMITTED)
    await settled()
    controller.cancel()
    expect(controller.snapshot.state).toBe('admitted')
    expect(host.events.some((event) => event instanceof LintasCancelEvent)).toBe(false)
  })

  it('while loading ends the download, and a later start loads again', async () => {
    void controller.start()
    await settled()
    controller.cancel()
    expect([ports.analysers[0]?.closed, controller.snapshot.state]).toEqual([true, 'idle'])
    await untilCamera()
    expect(ports.analysers.map(({ closed }) => closed)).toEqual([true, false])
    expect(controller.snapshot.state).toBe('searching')
  })

  it('while loading by a reset ends the download too', async () => {
    void controller.start()
    await settled()
    controller.reset()
    expect(ports.analysers[0]?.closed).toBe(true)
  })

  it('once the models are there keeps them', async () => {
    await untilCamera()
    controller.cancel()
    expect(ports.analysers[0]?.closed).toBe(false)
  })
})

describe('leaving the document', () => {
  it('mid-attempt stops the camera at once and tells so, then ends the worker; coming back works', async () => {
    await untilCamera()
    controller.hostDisconnected()
    expect([ports.live, controller.snapshot.state]).toEqual([0, 'idle'])
    expect(host.events.at(-1)).toMatchObject({ type: 'lintas-cancel', state: 'searching' })
    await settled()
    expect(ports.analysers[0]?.closed).toBe(true)
    controller.hostConnected()
    await untilCamera()
    expect(controller.snapshot.state).toBe('searching')
  })

  it.each([
    ['admitted', () => ports.finish(ADMITTED)],
    ['refused', () => ports.finish(REFUSED)],
    ['error', () => ports.session.outcome.reject(new LintasError('camera-busy', 'x'))],
  ])('for another place, %s, keeps the result and the models', async (state, end) => {
    await untilCamera()
    end()
    await settled()
    const { snapshot } = controller
    controller.hostDisconnected()
    controller.hostConnected()
    await settled()
    expect(controller.snapshot).toBe(snapshot)
    expect([snapshot.state, ports.analysers[0]?.closed]).toEqual([state, false])
  })

  it('for good takes the result away: whoever comes next does not find it', async () => {
    await untilCamera()
    ports.finish(ADMITTED)
    await settled()
    controller.hostDisconnected()
    await settled()
    expect([controller.snapshot.state, ports.analysers[0]?.closed]).toEqual(['idle', true])
    expect(host.events.some((event) => event instanceof LintasCancelEvent)).toBe(false)
  })
})
