export { compose, invert, similarity, transform, type Affine } from './affine.js'
export type { Box, Chip, Point, Raster } from './raster.js'
export { clamp, mean, median, quantile } from './statistics.js'
export { cosine, dot, meanVector, normalise, subtract } from './vector.js'
