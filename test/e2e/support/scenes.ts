import type { Scene } from './film.js'

/** How near somebody stands who holds a phone at arm's length: the eyes about a sixth of the picture's width apart. */
const NEAR = 100

/** The scenes of the films, by their names. */
export const SCENES = {
  enrolled: { name: 'enrolled', subjects: [{ portrait: 'obama', interEye: NEAR }] },
  samePerson: { name: 'same-person', subjects: [{ portrait: 'obama3', interEye: NEAR }] },
  otherPerson: { name: 'other-person', subjects: [{ portrait: 'biden', interEye: NEAR }] },
  twoFaces: {
    name: 'two-faces',
    subjects: [
      { portrait: 'obama3', interEye: 75 },
      { portrait: 'biden', interEye: 75 },
    ],
  },
  noFace: { name: 'no-face', subjects: [] },
  // Below the 32 px that quality wants; at 24 px MediaPipe's detector finds no face in most frames, and the hint is that of an empty room.
  tooFar: { name: 'too-far', subjects: [{ portrait: 'obama3', interEye: 29 }] },
  tooDark: { name: 'too-dark', subjects: [{ portrait: 'obama3', interEye: NEAR }], gain: 0.12 },
} as const satisfies Readonly<Record<string, Scene>>
