import { DETAIL, type Plate } from './portrait.js'
import type { Stance } from './motion.js'
import { copyOf, sampleAt, smoothstep } from './pictures.js'
import { drawPlane } from './plane.js'
import { paper, type Print } from './print.js'
import { EYES } from './topology.js'
import type { Picture } from './types.js'

/** A hole in the paper, and the eye that is behind it. */
interface Hole {
  /** Pixels of the plane, from its middle. */
  readonly at: readonly [x: number, y: number]
  readonly radii: readonly [x: number, y: number]
  /** Middle of the eye behind, pixels of the picture behind. */
  readonly behind: readonly [x: number, y: number]
}

/** How far behind the paper the other face is, pixels of the plane: half a centimetre. */
const GAP = 4.5

/** The holes that are cut into the print of `plate` for a head of `other`. */
export function holesOf(plate: Plate, other: Plate): readonly Hole[] {
  return EYES.map((_, eye) => {
    const own = eyeOf(plate, eye)
    const behind = eyeOf(other, eye)
    return {
      at: [own.x, own.y],
      radii: [0.62 * own.width, Math.max(0.36 * own.width, 0.75 * own.height)],
      behind: [320 + behind.x, 240 + behind.y],
    }
  })
}

/** The middle and the size of an eye, pixels of the frame from its middle. */
function eyeOf(
  { landmarks, picture }: Plate,
  eye: number,
): { readonly x: number; readonly y: number; readonly width: number; readonly height: number } {
  const { upper, lower } = EYES[eye]!
  const places = [...upper, ...lower].map(
    (vertex) => [landmarks[vertex * 3]! - picture.width / 2, landmarks[vertex * 3 + 1]! - picture.height / 2] as const,
  )
  const [xs, ys] = [places.map(([x]) => x / DETAIL), places.map(([, y]) => y / DETAIL)]
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  return { x: (left + right) / 2, y: (top + bottom) / 2, width: right - left, height: bottom - top }
}

/** The print with its eyes cut out; through the holes one sees `behind`, in the paper's shadow and moving against it as it turns. */
export function holdMask(background: Picture, print: Print, holes: readonly Hole[], behind: Picture, stance: Stance): Picture {
  const picture = copyOf(background)
  const sheet = paper(print, stance)
  const aside = GAP * Math.tan((stance.yaw * Math.PI) / 180)
  const down = GAP * Math.tan((stance.pitch * Math.PI) / 180)
  const seen = new Float32Array(3)
  drawPlane(picture, stance, (u, v, colour, x, y) => {
    const alpha = sheet(u, v, colour, x, y)
    for (const { at, radii, behind: eye } of holes) {
      const edge = Math.hypot((u - at[0]) / radii[0], (v - at[1]) / radii[1])
      if (edge >= 1.1) continue
      sampleAt(behind, eye[0] + u - at[0] - aside, eye[1] + v - at[1] + down, seen)
      const open = 1 - smoothstep(0.92, 1, edge)
      const shadow = 1.1 - 0.4 * smoothstep(0.6, 1, edge)
      for (let c = 0; c < 3; c += 1) colour[c] = colour[c]! * (1 - open) + seen[c]! * shadow * open
    }
    return alpha
  })
  return picture
}
