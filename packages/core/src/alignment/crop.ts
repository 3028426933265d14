import type { CropSpec } from '../assets/index.js'
import type { Face } from '../detection/index.js'
import type { Affine, Chip, Raster } from '../numeric/index.js'
import { contextBoxTransform, type PictureSize } from './context-box.js'
import { fivePointTransform } from './five-point.js'
import { resample } from './resample.js'
import { uprightBoxTransform } from './upright-box.js'

/** A crop that is cut around a face whose landmarks are known. */
export type FaceCropSpec = Extract<CropSpec, { kind: 'upright-box' | 'five-point' | 'box' }>

/**
 * The map from the chip's pixels to the picture's for `face` under `spec`.
 * @param picture size of the picture the landmarks belong to, pixels; only `box` looks at it.
 * @throws RangeError for a `spec` of another kind (`roi` and `letterbox` come before there are landmarks) or a degenerate face.
 */
export function cropTransform(face: Face, spec: CropSpec, picture: PictureSize): Affine {
  switch (spec.kind) {
    case 'upright-box':
      return uprightBoxTransform(face.landmarks, spec.scale, spec.size)
    case 'five-point':
      return fivePointTransform(face.landmarks, spec.size)
    case 'box':
      return contextBoxTransform(face.box, spec.scale, spec.size, picture)
    default:
      throw new RangeError(`a crop of kind ${spec.kind} is the detector's, not one around a found face`)
  }
}

/**
 * The chip of `face` that a model with crop `spec` takes, cut from the picture it was found in.
 *
 * `box` is read without averaging, as OpenCV's bilinear `resize` does and the PAD net was trained: what aliases there is evidence. On
 * single frames of NUAA APCER at BPCER 5 % is 4.3 % so and 7.6 % with averages (240 live, 210 printed).
 * @throws as {@link cropTransform}
 */
export function cutChip(raster: Raster, face: Face, spec: CropSpec): Chip {
  const sampling = spec.kind === 'box' ? 'bilinear' : 'area'
  return resample(raster, cropTransform(face, spec, raster), spec.size, spec.size, sampling)
}
