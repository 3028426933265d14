import type { Frame } from '../../capture/index.js'
import { LintasError } from '../../errors/index.js'
import type { InferenceSession } from '../../inference/index.js'
import type { Raster } from '../../numeric/index.js'
import { checkNumber } from '../../options/index.js'
import { faceOf, largestFirst } from '../face.js'
import { transformationMatrix } from '../geometry/transformation.js'
import type { DetectionMode, Detector, Face } from '../types.js'
import { createFaceFinder, type FaceFinder } from './face-detector.js'
import { createLandmarkPlacer, type LandmarkPlacer, type LandmarkReading } from './face-landmarks.js'
import { regionFromLandmarks, regionOverlap, type Region } from './region.js'

// MediaPipe's defaults: `minFacePresenceConfidence`, and `minTrackingConfidence`, the overlap at which two regions are one face.
const LEAST_PRESENCE = 0.5
const SAME_FACE = 0.5

/** Options of {@link createOnnxDetector}. */
export interface OnnxDetectorOptions {
  /** The face detector of MediaPipe's bundle; see `createFaceFinder` for its tensors. Released by `close`. */
  readonly detector: InferenceSession
  /** The landmark net of the same bundle; see `createLandmarkPlacer`. Released by `close`. */
  readonly landmarks: InferenceSession
  /** Most faces that are told apart, 1 to 8. Default 2. */
  readonly maxFaces?: number
}

/**
 * MediaPipe's FaceLandmarker rebuilt on ONNX Runtime, for browsers without WebGL and for Node: same nets, same regions, same tracking.
 *
 * A `still` costs one run of the detector and one of the landmark net per face. A `video` frame looks where the faces were, and runs the
 * detector besides while fewer than `maxFaces` are tracked; a region that it finds takes the place of the tracked one it overlaps. So no
 * frame ever costs more than one run of the detector and `maxFaces` of the landmark net.
 * @throws TypeError naming an option that is out of bounds.
 */
export function createOnnxDetector(options: OnnxDetectorOptions): Detector {
  return new OnnxDetector(options)
}

class OnnxDetector implements Detector {
  readonly engine = 'onnx'
  readonly #maxFaces: number
  readonly #sessions: readonly InferenceSession[]
  readonly #find: FaceFinder
  readonly #place: LandmarkPlacer
  #tracked: readonly Region[] = []
  // Counts resets: a frame that was under way when somebody asked to forget must not bring the face back.
  #era = 0

  constructor({ detector, landmarks, maxFaces }: OnnxDetectorOptions) {
    this.#maxFaces = checkNumber('maxFaces', maxFaces, 2, { min: 1, max: 8, integer: true })
    this.#sessions = [detector, landmarks]
    this.#find = createFaceFinder(detector)
    this.#place = createLandmarkPlacer(landmarks)
  }

  async detect({ picture }: Frame, mode: DetectionMode): Promise<readonly Face[]> {
    const era = this.#era
    try {
      const raster = picture.raster()
      const readings = await this.#read(raster, mode === 'video' ? this.#tracked : [])
      if (mode === 'video' && era === this.#era) this.#tracked = readings.map(({ landmarks }) => regionFromLandmarks(landmarks))
      return largestFirst(readings.flatMap((reading) => toFace(reading, raster)))
    } catch (cause) {
      if (cause instanceof LintasError && cause.code !== 'inference-run') throw cause
      throw new LintasError('detector-run', 'the landmark engine failed on a frame', { cause, details: { engine: 'onnx' } })
    }
  }

  reset(): void {
    this.#era += 1
    this.#tracked = []
  }

  close(): void {
    this.reset()
    // Nobody waits for this, and a session that does not let go cannot be helped.
    for (const session of this.#sessions) void session.release().catch(() => undefined)
  }

  async #read(raster: Raster, tracked: readonly Region[]): Promise<readonly LandmarkReading[]> {
    const fresh = tracked.length < this.#maxFaces ? await this.#find(raster, this.#maxFaces) : []
    const readings: LandmarkReading[] = []
    for (const region of associate(tracked, fresh).slice(0, this.#maxFaces)) {
      const reading = await this.#place(raster, region)
      if (reading.presence > LEAST_PRESENCE) readings.push(reading)
    }
    return distinct(readings)
  }
}

/** Regions to look at: those tracked that no fresh one overlaps, then the fresh ones (MediaPipe's `AssociationCalculator`). */
function associate(tracked: readonly Region[], fresh: readonly Region[]): readonly Region[] {
  return [...tracked.filter((old) => fresh.every((region) => regionOverlap(old, region) <= SAME_FACE)), ...fresh]
}

/** Two regions may have led to one face: of readings that overlap, the one with the higher presence. */
function distinct(readings: readonly LandmarkReading[]): readonly LandmarkReading[] {
  const kept: { readonly reading: LandmarkReading; readonly region: Region }[] = []
  for (const reading of [...readings].sort((one, other) => other.presence - one.presence)) {
    const region = regionFromLandmarks(reading.landmarks)
    if (kept.every((other) => regionOverlap(other.region, region) <= SAME_FACE)) kept.push({ reading, region })
  }
  return kept.map(({ reading }) => reading)
}

function toFace({ landmarks, presence }: LandmarkReading, { width, height }: Raster): Face[] {
  const matrix = transformationMatrix(landmarks, width, height)
  // Points that span no body are no face, whatever the net believes.
  if (matrix === undefined) return []
  return [faceOf(landmarks, matrix, presence)]
}
