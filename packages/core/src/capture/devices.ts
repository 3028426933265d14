import { cameraUnsupported } from './camera-errors.js'

/** Towards the person, or away from them. */
export type Facing = 'user' | 'environment'

/** A camera that the browser tells of. */
export interface CameraInfo {
  /** Empty until the person has allowed a camera once. */
  readonly deviceId: string
  /** Empty until the person has allowed a camera once. */
  readonly label: string
  /** Absent where the browser does not tell: desktop cameras, and most browsers before permission. */
  readonly facing?: Facing
}

/** `unknown`: this browser does not tell before it is asked. */
export type CameraPermission = 'granted' | 'prompt' | 'denied' | 'unknown'

/** The cameras of this device; asks nobody for permission. @throws LintasError `camera-unsupported` */
export async function listCameras(devices: MediaDevices = mediaDevices()): Promise<readonly CameraInfo[]> {
  const all = await devices.enumerateDevices()
  return all.filter(({ kind }) => kind === 'videoinput').map(describe)
}

/** Tells the cameras now and whenever one comes or goes, until the returned function is called. @throws LintasError `camera-unsupported` */
export function watchCameras(onChange: (cameras: readonly CameraInfo[]) => void, devices: MediaDevices = mediaDevices()): () => void {
  let watching = true
  let latest = 0
  const tell = (): void => {
    const turn = (latest += 1)
    listCameras(devices).then(
      // Answers may overtake one another; a list that cannot be read leaves the last one standing.
      (cameras) => {
        if (watching && turn === latest) onChange(cameras)
      },
      () => undefined,
    )
  }
  devices.addEventListener('devicechange', tell)
  tell()
  return () => {
    watching = false
    devices.removeEventListener('devicechange', tell)
  }
}

/** Whether the camera may be used, as far as the browser tells without asking. Never throws. */
export async function cameraPermission(): Promise<CameraPermission> {
  try {
    const { state } = await navigator.permissions.query({ name: 'camera' })
    return state
  } catch {
    return 'unknown'
  }
}

/** @throws LintasError `camera-unsupported` */
export function mediaDevices(): MediaDevices {
  // Missing outside secure contexts, which the types do not know.
  const { navigator: browser } = globalThis as { navigator?: { mediaDevices?: MediaDevices } }
  if (browser?.mediaDevices === undefined) throw cameraUnsupported()
  return browser.mediaDevices
}

/** `facing` as a track or device tells it; anything else counts as untold. */
export function facingOf(value: unknown): Facing | undefined {
  return value === 'user' || value === 'environment' ? value : undefined
}

function describe(device: MediaDeviceInfo): CameraInfo {
  const { deviceId, label } = device
  const capabilities = 'getCapabilities' in device ? (device as InputDeviceInfo).getCapabilities() : undefined
  const facing = facingOf(capabilities?.facingMode?.[0])
  return facing === undefined ? { deviceId, label } : { deviceId, label, facing }
}
