/** How many places the face detector looks at. */
export const ANCHOR_COUNT = 896

/**
 * The middles of the detector's anchors as x, y in 0…1 of its input: two at each of 16 × 16 places, then six at each of 8 × 8, row by
 * row. Source: BlazeFace, short range, as MediaPipe's `SsdAnchorsCalculator` makes them (strides 8, 16, 16, 16; all of unit size).
 */
export function faceAnchors(): Float32Array {
  const anchors = new Float32Array(ANCHOR_COUNT * 2)
  let at = 0
  for (const [cells, each] of [
    [16, 2],
    [8, 6],
  ] as const) {
    for (let place = 0; place < cells * cells; place += 1) {
      for (let copy = 0; copy < each; copy += 1) {
        anchors[at] = ((place % cells) + 0.5) / cells
        anchors[at + 1] = (Math.floor(place / cells) + 0.5) / cells
        at += 2
      }
    }
  }
  return anchors
}
