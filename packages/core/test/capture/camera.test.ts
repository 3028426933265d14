import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openCamera, type CameraOptions } from '../../src/capture/index.js'
import type { LintasError } from '../../src/errors/index.js'
import { FakeDevices, FakeStream, FakeTrack, FakeVideo } from './fake-media.js'

let devices: FakeDevices
let track: FakeTrack
beforeEach(() => {
  devices = new FakeDevices()
  track = new FakeTrack()
  devices.answer = () => Promise.resolve(new FakeStream(track))
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const open = (options: CameraOptions = {}) => openCamera({ mediaDevices: devices.platform, ...options })

/** Lets pending promise callbacks run. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

describe('opening', () => {
  it('asks for a front camera without sound by default', async () => {
    await open()
    expect(devices.constraints).toEqual({
      audio: false,
      video: { facingMode: { ideal: 'user' }, width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } },
    })
  })

  it('asks for exactly the device that was chosen', async () => {
    await open({ deviceId: 'abc', width: 1280, height: 720, frameRate: 15 })
    expect(devices.constraints?.video).toEqual({
      deviceId: { exact: 'abc' },
      width: { ideal: 1280 },
      height: { ideal: 720 },
      frameRate: { ideal: 15 },
    })
  })

  it.each([
    ['NotAllowedError', 'Permission denied', 'camera-denied', {}],
    ['NotAllowedError', 'Permission denied by system', 'camera-denied', { by: 'system' }],
    ['NotAllowedError', 'Permission dismissed', 'camera-denied', { by: 'dismissal' }],
    ['SecurityError', '', 'camera-denied', {}],
    ['NotFoundError', '', 'camera-none', {}],
    ['NotReadableError', '', 'camera-busy', {}],
    ['AbortError', '', 'camera-busy', {}],
    ['InvalidStateError', '', 'camera-unsupported', {}],
    ['WhateverError', '', 'unexpected', {}],
  ])('tells a %s (%s) as %s', async (name, message, code, details) => {
    const cause = new DOMException(message, name)
    devices.answer = () => Promise.reject(cause)
    await expect(open()).rejects.toMatchObject({ name: 'LintasError', code, cause, details: { name, ...details } })
  })

  it('names the constraint that no camera meets', async () => {
    devices.answer = () => Promise.reject(Object.assign(new Error(), { name: 'OverconstrainedError', constraint: 'deviceId' }))
    await expect(open({ deviceId: 'gone' })).rejects.toMatchObject({
      code: 'camera-unsuitable',
      details: { constraint: 'deviceId' },
    })
  })

  it('tells a permissions policy from a denial, before asking', async () => {
    const ask = vi.spyOn(devices, 'getUserMedia')
    vi.stubGlobal('document', { featurePolicy: { allowsFeature: (name: string) => name !== 'camera' } })
    await expect(open()).rejects.toMatchObject({ code: 'camera-policy' })
    expect(ask).not.toHaveBeenCalled()
  })

  it('says that a page without mediaDevices is not secure', async () => {
    vi.stubGlobal('navigator', {})
    vi.stubGlobal('isSecureContext', false)
    await expect(openCamera()).rejects.toMatchObject({ code: 'camera-unsupported', details: { secure: false } })
    vi.stubGlobal('isSecureContext', true)
    await expect(openCamera()).rejects.toMatchObject({ code: 'camera-unsupported', details: { secure: true } })
  })

  it('takes a stream without a picture for no camera', async () => {
    devices.answer = () => Promise.resolve(new FakeStream())
    await expect(open()).rejects.toMatchObject({ code: 'camera-none' })
  })

  it.each([{ width: 0 }, { frameRate: 1000 }, { facing: 'left' }, { firstFrameMs: 1 }, { zoom: 2 }])('refuses %j', async (wrong) => {
    const [name = ''] = Object.keys(wrong)
    await expect(open(wrong as CameraOptions)).rejects.toThrow(TypeError)
    await expect(open(wrong as CameraOptions)).rejects.toThrow(name)
    expect(devices.constraints).toBeUndefined()
  })
})

describe('tracks stop on every way out', () => {
  it('when the stream comes after the abort', async () => {
    let give: (stream: FakeStream) => void = () => undefined
    devices.answer = () => new Promise((resolve) => (give = resolve))
    const controller = new AbortController()
    const opening = open({ signal: controller.signal })
    await settle()
    controller.abort('too late')
    await expect(opening).rejects.toBe('too late')
    expect(track.readyState).toBe('live')
    give(new FakeStream(track))
    await settle()
    expect(track.readyState).toBe('ended')
  })

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])('when aborted %i microtasks after the stream came', async (turns) => {
    const controller = new AbortController()
    const opening = open({ signal: controller.signal })
    opening.catch(() => undefined)
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
    controller.abort('just then')
    await settle()
    expect(track.readyState).toBe('ended')
  })

  it('when it was unplugged before it could be used', async () => {
    track.unplug(false)
    await expect(open()).rejects.toMatchObject({ code: 'camera-ended' })
  })

  it('when a polyfill throws instead of rejecting', async () => {
    devices.answer = () => {
      throw new DOMException('', 'NotFoundError')
    }
    await expect(open()).rejects.toMatchObject({ code: 'camera-none' })
  })

  it('and nobody is asked when the abort came first', async () => {
    await expect(open({ signal: AbortSignal.abort('early') })).rejects.toBe('early')
    expect(devices.constraints).toBeUndefined()
  })

  it('when aborted while waiting for the first picture', async () => {
    const controller = new AbortController()
    const video = new FakeVideo()
    const opening = open({ video: video.element, signal: controller.signal })
    await settle()
    controller.abort('enough')
    await expect(opening).rejects.toBe('enough')
    expect(track.readyState).toBe('ended')
    expect(video.srcObject).toBeNull()
  })

  it('when aborted while open', async () => {
    const controller = new AbortController()
    const camera = await open({ signal: controller.signal })
    controller.abort()
    expect(track.readyState).toBe('ended')
    expect(camera.open).toBe(false)
  })

  it('when closed, once or twice, without telling it as an end', async () => {
    const onEnded = vi.fn()
    const camera = await open({ onEnded })
    camera.close()
    camera.close()
    devices.change()
    expect(track.readyState).toBe('ended')
    expect(onEnded).not.toHaveBeenCalled()
  })

  it('when no picture comes', async () => {
    const video = new FakeVideo()
    await expect(open({ video: video.element, firstFrameMs: 100 })).rejects.toMatchObject({ code: 'camera-silent' })
    expect(track.readyState).toBe('ended')
    expect(video.srcObject).toBeNull()
  })

  it('when the picture cannot be played', async () => {
    const video = new FakeVideo()
    const cause = new DOMException('', 'NotAllowedError')
    video.played = Promise.reject(cause)
    await expect(open({ video: video.element })).rejects.toMatchObject({ code: 'camera-silent', cause })
    expect(track.readyState).toBe('ended')
  })

  it('when unplugged while waiting for the first picture', async () => {
    const video = new FakeVideo()
    const opening = open({ video: video.element })
    await settle()
    track.unplug()
    await expect(opening).rejects.toMatchObject({ code: 'camera-ended' })
  })
})

describe('an open camera', () => {
  it.each(['its event', 'a change of devices alone'])('tells once that it was unplugged, by %s', async (how) => {
    const told: LintasError[] = []
    const camera = await open({ onEnded: (error) => told.push(error) })
    track.unplug(how === 'its event')
    devices.change()
    expect(told.map(({ code }) => code)).toEqual(['camera-ended'])
    expect(camera.open).toBe(false)
    await expect(camera.attach(new FakeVideo().element)).rejects.toMatchObject({ code: 'camera-ended' })
  })

  it('takes no notice of other devices', async () => {
    const onEnded = vi.fn()
    await open({ onEnded })
    devices.change()
    expect(onEnded).not.toHaveBeenCalled()
  })

  it('tells when the system holds pictures back', async () => {
    const told: boolean[] = []
    const camera = await open({ onMuted: (muted) => told.push(muted) })
    track.mute(true)
    expect(camera.muted).toBe(true)
    track.mute(false)
    camera.close()
    track.mute(true)
    expect(told).toEqual([true, false])
  })

  it('mirrors the preview of a front or unknown camera, not of a rear one, and tidies up', async () => {
    const video = new FakeVideo()
    video.show()
    const camera = await open({ video: video.element })
    expect(video.styles.get('transform')).toBe('scaleX(-1)')
    expect([video.muted, video.playsInline]).toEqual([true, true])
    camera.close()
    expect(video.styles.size).toBe(0)
    expect(video.srcObject).toBeNull()
    track = new FakeTrack({ facingMode: 'environment' })
    const rear = await open({ video: video.element })
    expect(rear.mirrored).toBe(false)
    expect(video.styles.get('transform')).toBe('none')
  })

  it('leaves an element alone that another stream has taken', async () => {
    const video = new FakeVideo()
    video.show()
    const camera = await open({ video: video.element })
    const next = {}
    video.srcObject = next
    camera.close()
    expect(video.srcObject).toBe(next)
  })

  it('tells size and orientation as they are delivered, before what the track says', async () => {
    track = new FakeTrack({ width: 640, height: 480, frameRate: 30, deviceId: 'abc', facingMode: 'user' })
    const video = new FakeVideo()
    const camera = await open()
    const told = { frameRate: 30, deviceId: 'abc', facing: 'user' }
    expect(camera.settings).toEqual({ ...told, width: 640, height: 480, orientation: 'landscape' })
    video.show(480, 640)
    await camera.attach(video.element)
    expect(camera.settings).toEqual({ ...told, width: 480, height: 640, orientation: 'portrait' })
    expect(camera.label).toBe('Fake camera')
  })
})
