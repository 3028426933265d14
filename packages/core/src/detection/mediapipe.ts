import { FaceLandmarker, type FaceLandmarkerResult } from '@mediapipe/tasks-vision'
import ModuleFactory from '@mediapipe/tasks-vision/vision_wasm_module_internal.js'
import type { Frame, Picture } from '../capture/index.js'
import { LintasError } from '../errors/index.js'
import { faceOf, largestFirst } from './face.js'
import type { DetectionMode, Detector, Face } from './types.js'

/** Options of {@link createMediaPipeDetector}. */
export interface MediaPipeDetectorOptions {
  /** `vision_wasm_module_internal.wasm`, verified. */
  readonly wasmBinary: Uint8Array<ArrayBuffer>
  /** `face_landmarker.task`, verified. */
  readonly model: Uint8Array<ArrayBuffer>
  /** Most faces told apart, 1 to 8. */
  readonly maxFaces: number
}

/** Edge of the blank picture that empties the tracker, pixels. */
const BLANK_SIZE = 32

/** The globals through which MediaPipe's bundle takes its module; it clears both after each creation. */
interface MediaPipeGlobals {
  ModuleFactory?: unknown
  Module?: unknown
}

/**
 * MediaPipe's FaceLandmarker 0.10.35 in this worker, its module bundled and its wasm handed over, so that it loads no script by itself
 * (Trusted Types, no CDN). It needs WebGL even for its CPU delegate. One instance a mode, made when first asked for: a check-in tracks
 * video only, an evaluation looks at stills only.
 */
export async function createMediaPipeDetector(options: MediaPipeDetectorOptions, first: DetectionMode = 'video'): Promise<Detector> {
  const landmarkers = new Map<DetectionMode, Promise<FaceLandmarker>>()
  const landmarker = (mode: DetectionMode): Promise<FaceLandmarker> => {
    const known = landmarkers.get(mode)
    if (known !== undefined) return known
    const made = createLandmarker(options, mode)
    landmarkers.set(mode, made)
    // One that failed may have met a lost context; kept, it would fail every later picture.
    made.catch(() => landmarkers.delete(mode))
    return made
  }
  await landmarker(first)
  let clock = 0
  return {
    engine: 'mediapipe',
    async detect(frame, mode) {
      const instance = await landmarker(mode)
      clock = Math.max(clock + 1, Math.round(frame.timestampMs))
      return run(instance, frame, mode, clock)
    },
    reset() {
      void landmarkers.get('video')?.then(
        (tracking) => emptyTracker(tracking, (clock += 1)),
        () => undefined,
      )
    },
    close() {
      for (const instance of landmarkers.values())
        void instance.then(
          (one) => {
            one.close()
          },
          () => undefined,
        )
      landmarkers.clear()
    },
  }
}

/** A frame without a face empties the tracker; making a new instance would take ten times as long. */
function emptyTracker(landmarker: FaceLandmarker, timestampMs: number): void {
  try {
    landmarker.detectForVideo(new ImageData(BLANK_SIZE, BLANK_SIZE), timestampMs)
  } catch {
    // A lost context: the next frame tells.
  }
}

function silence(): void {
  // Nothing is said.
}

async function createLandmarker({ wasmBinary, model, maxFaces }: MediaPipeDetectorOptions, mode: DetectionMode): Promise<FaceLandmarker> {
  const globals = globalThis as MediaPipeGlobals
  globals.ModuleFactory = ModuleFactory
  // Its chatter on every start would bury an integrator's own messages; what fails comes back as an exception.
  globals.Module = { wasmBinary, print: silence, printErr: silence }
  try {
    const fileset = { wasmLoaderPath: '', wasmBinaryPath: 'vision_wasm_module_internal.wasm' }
    const landmarker = await FaceLandmarker.createFromOptions(fileset, {
      baseOptions: { modelAssetBuffer: model, delegate: 'CPU' },
      // Its own guess at OffscreenCanvas fails for Chrome and Firefox on iOS, which have it.
      canvas: new OffscreenCanvas(1, 1),
      runningMode: mode === 'video' ? 'VIDEO' : 'IMAGE',
      numFaces: maxFaces,
      outputFacialTransformationMatrixes: true,
      outputFaceBlendshapes: false,
    })
    // Proven before it is believed: where WebGL is there and fails, the other engine is chosen now, and not after two lost frames.
    const blank = new ImageData(BLANK_SIZE, BLANK_SIZE)
    if (mode === 'video') landmarker.detectForVideo(blank, 0)
    else landmarker.detect(blank)
    return landmarker
  } catch (cause) {
    throw new LintasError('detector-load', 'MediaPipe could not start; it needs WebGL', {
      cause,
      details: { engine: 'mediapipe' },
    })
  }
}

function run(instance: FaceLandmarker, frame: Frame, mode: DetectionMode, timestampMs: number): readonly Face[] {
  const image = imageOf(frame.picture)
  try {
    // MediaPipe refuses a timestamp that does not rise, and stays broken afterwards: the clock is ours, never the video's.
    const result = mode === 'video' ? instance.detectForVideo(image, timestampMs) : instance.detect(image)
    return facesOf(result, frame.picture)
  } catch (cause) {
    throw new LintasError('detector-run', 'MediaPipe failed on a frame', { cause, details: { engine: 'mediapipe' } })
  }
}

function imageOf(picture: Picture): TexImageSource {
  if (picture.drawable !== undefined) return picture.drawable
  const { width, height, data } = picture.raster()
  return new ImageData(Uint8ClampedArray.from(data), width, height)
}

function facesOf({ faceLandmarks, facialTransformationMatrixes }: FaceLandmarkerResult, picture: Picture): readonly Face[] {
  const faces = faceLandmarks.flatMap((points, index) => {
    const matrix = facialTransformationMatrixes[index]
    if (matrix === undefined) return []
    const landmarks = new Float32Array(points.length * 3)
    points.forEach(({ x, y, z }, at) => {
      landmarks.set([x * picture.width, y * picture.height, z * picture.width], at * 3)
    })
    return [faceOf(landmarks, Float32Array.from(matrix.data))]
  })
  return largestFirst(faces)
}
