/** A picture in memory: 8-bit RGBA, row by row from the top left, not premultiplied. `ImageData` is one. */
export interface Raster {
  /** Pixels, 1 or more. */
  readonly width: number
  /** Pixels, 1 or more. */
  readonly height: number
  /** `width × height × 4` bytes: R, G, B, A. */
  readonly data: Uint8ClampedArray | Uint8Array
}

/** A cropped, resampled picture as the nets take it: 8-bit RGB, row by row from the top left. */
export interface Chip {
  /** Pixels. */
  readonly width: number
  /** Pixels. */
  readonly height: number
  /** `width × height × 3` bytes: R, G, B. */
  readonly data: Uint8Array
}

/** An axis-parallel rectangle in pixels of the picture; the origin is the top left corner of the top left pixel. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A point in pixels of the picture; (0.5, 0.5) is the middle of the top left pixel. */
export interface Point {
  readonly x: number
  readonly y: number
}
