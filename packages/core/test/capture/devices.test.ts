import { afterEach, describe, expect, it, vi } from 'vitest'
import { cameraPermission, listCameras, watchCameras } from '../../src/capture/index.js'
import { FakeDevices } from './fake-media.js'

const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('listCameras', () => {
  it('gives the cameras, and where they look when that is told', async () => {
    const devices = new FakeDevices()
    devices.devices = [
      { kind: 'audioinput', deviceId: 'm', label: 'Microphone' },
      { kind: 'videoinput', deviceId: 'a', label: 'Front', getCapabilities: () => ({ facingMode: ['user'] }) },
      { kind: 'videoinput', deviceId: 'b', label: 'USB', getCapabilities: () => ({}) },
      { kind: 'videoinput', deviceId: '', label: '' },
    ]
    expect(await listCameras(devices.platform)).toEqual([
      { deviceId: 'a', label: 'Front', facing: 'user' },
      { deviceId: 'b', label: 'USB' },
      { deviceId: '', label: '' },
    ])
  })

  it('is a coded error without mediaDevices', async () => {
    vi.stubGlobal('navigator', {})
    await expect(listCameras()).rejects.toMatchObject({ code: 'camera-unsupported' })
  })
})

describe('watchCameras', () => {
  it('tells now and at each change, until stopped', async () => {
    const devices = new FakeDevices()
    const told: number[] = []
    const stop = watchCameras((cameras) => told.push(cameras.length), devices.platform)
    await settle()
    devices.devices = [{ kind: 'videoinput', deviceId: 'a', label: '' }]
    devices.change()
    await settle()
    devices.change()
    stop()
    await settle()
    devices.change()
    await settle()
    expect(told).toEqual([0, 1])
  })
})

describe('cameraPermission', () => {
  it.each(['granted', 'prompt', 'denied'])('says %s', async (state) => {
    vi.stubGlobal('navigator', { permissions: { query: () => Promise.resolve({ state }) } })
    expect(await cameraPermission()).toBe(state)
  })

  it('says unknown where the browser does not', async () => {
    vi.stubGlobal('navigator', { permissions: { query: () => Promise.reject(new TypeError('camera')) } })
    expect(await cameraPermission()).toBe('unknown')
    vi.stubGlobal('navigator', {})
    expect(await cameraPermission()).toBe('unknown')
  })
})
