import type { Stance } from './motion.js'
import { copyOf, sampleAt } from './pictures.js'
import { cover, drawPlane, type Surface } from './plane.js'
import { HEIGHT, WIDTH, type Picture } from './types.js'

/** What is shown fills this much of the frame at the neutral stance. */
const SHOWN = 0.86
const HALF_WIDTH = (WIDTH / 2) * SHOWN
const HALF_HEIGHT = (HEIGHT / 2) * SHOWN
const BEZEL = 16
/** Pixels of the display to a pixel of the camera: close to two, so that the grids beat. */
const PITCH = 1.93
/** Contrast of the display's sub-pixels and rows after the lens. */
const STRIPES = 0.09
const ROWS = 0.05

/** How bright a display makes each value: its gamma over a camera's, its contrast, its black that glows. */
const TONE = Float32Array.from({ length: 256 }, (_, value) => 13 + 226 * (value / 255) ** 1.16)
const TINT = [0.95, 0.99, 1.06]

/** A display that shows `content`, held before `background`. */
export function showOnScreen(background: Picture, content: Picture, stance: Stance, timestampMs: number): Picture {
  const picture = copyOf(background)
  drawPlane(picture, stance, display(content, stance, timestampMs))
  return picture
}

function display(content: Picture, stance: Stance, timestampMs: number): Surface {
  const glossX = WIDTH * (0.7 - stance.yaw / 60)
  const glossY = HEIGHT * (0.2 + stance.pitch / 60)
  return (u, v, colour, x, y) => {
    const alpha = cover(u, v, HALF_WIDTH + BEZEL, HALF_HEIGHT + BEZEL)
    if (alpha === 0) return 0
    const lit = cover(u, v, HALF_WIDTH, HALF_HEIGHT)
    sampleAt(content, (u + HALF_WIDTH) / SHOWN - 0.5, (v + HALF_HEIGHT) / SHOWN - 0.5, colour)
    const band = 1 + 0.045 * Math.sin(2 * Math.PI * (y / 170 - timestampMs / 620))
    const row = 1 + ROWS * Math.cos(2 * Math.PI * v * PITCH)
    const gloss = 34 * Math.exp(-(((x - glossX) / 60) ** 2) - ((y - glossY) / 38) ** 2) + windowIn(x - glossX, y - glossY)
    for (let c = 0; c < 3; c += 1) {
      const stripe = 1 + STRIPES * Math.cos(2 * Math.PI * (u * PITCH - c / 3))
      const emitted = TONE[Math.round(colour[c]!)]! * TINT[c]! * band * row * stripe
      colour[c] = lit * emitted + (1 - lit) * 16 + gloss
    }
    return alpha
  }
}

/** The faint mirror image of a window in the glass. */
function windowIn(x: number, y: number): number {
  const edge = Math.min(150 - Math.abs(x + 230), 90 - Math.abs(y - 170))
  const bar = Math.abs(x + 230) < 6 ? 0.3 : 1
  return 11 * bar * Math.max(0, Math.min(1, edge / 12))
}
