export type { Drawable, Frame, Picture } from './types.js'
