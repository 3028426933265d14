import type { Raster } from '../numeric/index.js'

/** What can be drawn or handed to another thread without a copy. */
export type Drawable = VideoFrame | ImageBitmap

/**
 * A picture of either kind: pixels in memory (Node, or decoded already), or a drawable whose pixels are read only when somebody asks.
 * Unmirrored, upright.
 */
export interface Picture {
  /** Pixels. */
  readonly width: number
  /** Pixels. */
  readonly height: number
  /** Present in the browser: what MediaPipe takes without a copy through memory. */
  readonly drawable?: Drawable
  /** All pixels, read once and kept. @throws LintasError `still-undecodable` when the platform gives none */
  raster(): Raster
}

/** A picture with its moment. */
export interface Frame {
  readonly picture: Picture
  /** Milliseconds on the capturing side's clock, rising. */
  readonly timestampMs: number
}
