/** The spaces that are embedded where nobody chooses: FaceNet with the compact model, as the shipped calibration profile weighs them. */
export const DEFAULT_SPACES: readonly string[] = ['facenet-128', 'compact-512']
