import { LANDMARK, LANDMARK_COUNT, landmarkBox, type Face } from '../../src/detection/index.js'
import { transform, type Affine, type Point, type Raster } from '../../src/numeric/index.js'

/** A picture of `width` × `height` whose channels are `paint` at the middles of the pixels. */
export function paintRaster(width: number, height: number, paint: (point: Point) => readonly [number, number, number]): Raster {
  const data = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      data.set([...paint({ x: x + 0.5, y: y + 0.5 }), 255], (y * width + x) * 4)
    }
  }
  return { width, height, data }
}

/** A smooth pattern without symmetry, defined on the whole plane; its finest wave is 25 units long. */
export function pattern({ x, y }: Point): readonly [number, number, number] {
  return [128 + 90 * Math.sin(x / 9 + y / 31), 128 + 90 * Math.cos(y / 7 - x / 23), 128 + 60 * Math.sin(x / 4.1) * Math.cos(y / 13)]
}

/** A face-like cloud of landmarks, upright, about 110 × 140 pixels, with its middle at (160, 120), mapped by `map`. */
export function sceneFace(map: Affine = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 }): Face {
  const landmarks = new Float32Array(LANDMARK_COUNT * 3)
  const put = (index: number, x: number, y: number): void => {
    const at = transform(map, { x, y })
    landmarks.set([at.x, at.y, 0], index * 3)
  }
  for (let index = 0; index < LANDMARK_COUNT; index += 1) {
    const angle = index * 2.399963
    const radius = Math.sqrt((index + 1) / LANDMARK_COUNT)
    put(index, 160 + 55 * radius * Math.cos(angle), 120 + 70 * radius * Math.sin(angle))
  }
  put(LANDMARK.rightEyeOuter, 128, 101)
  put(LANDMARK.rightEyeInner, 148, 103)
  put(LANDMARK.leftEyeInner, 172, 103)
  put(LANDMARK.leftEyeOuter, 192, 101)
  put(LANDMARK.noseTip, 161, 131)
  put(LANDMARK.mouthRight, 142, 155)
  put(LANDMARK.mouthLeft, 179, 155)
  return { landmarks, box: landmarkBox(landmarks), pose: { yaw: 0, pitch: 0, roll: 0 }, matrix: new Float32Array(16) }
}

/** The largest and the mean absolute difference of two runs of bytes. */
export function difference(left: ArrayLike<number>, right: ArrayLike<number>): { readonly most: number; readonly mean: number } {
  if (left.length !== right.length) throw new RangeError(`${left.length} bytes against ${right.length}`)
  let [most, sum] = [0, 0]
  for (let index = 0; index < left.length; index += 1) {
    const apart = Math.abs((left[index] ?? NaN) - (right[index] ?? NaN))
    most = Math.max(most, apart)
    sum += apart
  }
  return { most, mean: sum / left.length }
}
