/** Why the shape layer did not find a head. */
export const SHAPE_REASONS = [
  'shape-flat', // the face turned as a plane, or a sheet bent once, turns
  'shape-unsure', // between what flat things and what heads were seen to do
  'shape-still', // it moved too little to tell
  'shape-too-few', // too few frames with one face and landmarks
] as const

/** One of {@link SHAPE_REASONS}. */
export type ShapeReason = (typeof SHAPE_REASONS)[number]
