import { FaceLandmarker } from '@mediapipe/tasks-vision'

/** Landmarks that have triangles: all but the irises. */
export const SKIN_COUNT = 468

/** MediaPipe's own triangles of the face's skin: three directed edges each. The eyes and the mouth are holes in it. */
export const SKIN: Uint16Array = Uint16Array.from(
  Array.from({ length: FaceLandmarker.FACE_LANDMARKS_TESSELATION.length / 3 }, (_, index) => triangleAt(index * 3)).flat(),
)

function triangleAt(first: number): readonly number[] {
  return [0, 1, 2].map((corner) => FaceLandmarker.FACE_LANDMARKS_TESSELATION[first + corner]!.start)
}

/** The face's outline, clockwise from the middle of the forehead. */
export const OUTLINE: readonly number[] = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127,
  162, 21, 54, 103, 67, 109,
]

/** The lids of an eye from corner to corner, and the crease above the upper one's inner points. */
export interface Lids {
  readonly upper: readonly number[]
  readonly lower: readonly number[]
  readonly crease: readonly number[]
}

export const EYES: readonly Lids[] = [
  {
    upper: [33, 246, 161, 160, 159, 158, 157, 173, 133],
    lower: [33, 7, 163, 144, 145, 153, 154, 155, 133],
    crease: [247, 30, 29, 27, 28, 56, 190],
  },
  {
    upper: [263, 466, 388, 387, 386, 385, 384, 398, 362],
    lower: [263, 249, 390, 373, 374, 380, 381, 382, 362],
    crease: [467, 260, 259, 257, 258, 286, 414],
  },
]

/** The inner edges of the lips, from the person's right to their left. */
export const LIPS = {
  upper: [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308],
  lower: [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308],
} as const

/** Triangles between two chains of equal length that share their ends. */
export function strip(first: readonly number[], second: readonly number[]): Uint16Array {
  const triangles: number[] = []
  for (let index = 0; index + 1 < first.length; index += 1) {
    const [a, b, c, d] = [first[index]!, first[index + 1]!, second[index]!, second[index + 1]!]
    if (a !== c) triangles.push(a, b, c)
    if (b !== d) triangles.push(b, d, c)
  }
  return Uint16Array.from(triangles)
}

/** Triangles between two closed rings of equal length, given by the vertices they begin with or their lists. */
export function band(inner: readonly number[], outer: readonly number[]): Uint16Array {
  return Uint16Array.from(
    inner.flatMap((vertex, index) => {
      const next = (index + 1) % inner.length
      return [vertex, inner[next]!, outer[index]!, inner[next]!, outer[next]!, outer[index]!]
    }),
  )
}
