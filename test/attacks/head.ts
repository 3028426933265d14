import { closeEyes, jawWeights, lidTexture, openMouth, RING, SURROUNDINGS, VERTICES, type Points } from './expression.js'
import { drawLashes } from './lashes.js'
import type { Stance } from './motion.js'
import { emptyPicture, sampleAt } from './pictures.js'
import { DETAIL, type Plate } from './portrait.js'
import { canvasOn, drawMesh } from './rasterise.js'
import { rotation, turn } from './rotation.js'
import { band, EYES, LIPS, OUTLINE, SKIN, SKIN_COUNT, strip } from './topology.js'
import { HEIGHT, WIDTH, type Picture } from './types.js'

/** Distance of the camera from the head's middle, over the distance between the eyes (6.3 cm): half a metre, an arm's length. */
export const CAMERA_DISTANCE = 8

const ring = (first: number): readonly number[] => OUTLINE.map((_, index) => first + index)
const TRIANGLES = {
  skin: SKIN,
  around: Uint16Array.from([...band(OUTLINE, ring(RING)), ...band(ring(RING), ring(SURROUNDINGS))]),
  eyes: Uint16Array.from(EYES.flatMap(({ upper, lower }) => [...strip(upper, lower)])),
  mouth: strip(LIPS.upper, LIPS.lower),
}
const CAVITY: Picture = { width: 2, height: 2, data: Uint8Array.from({ length: 12 }, (_, index) => [54, 20, 22][index % 3]!) }

/** A head that can be moved: its vertices in space so that the neutral stance shows the portrait as it is. */
export interface Head {
  readonly plate: Plate
  /** The head's axes: pixels of the frame at the camera's neutral distance, origin in the frame's middle, z away from the camera. */
  readonly points: Points
  readonly texturePoints: Float32Array
  readonly jaw: Float32Array
  /** Pixels of the frame. */
  readonly interEye: number
  /** Where the head turns: the neck under the ears. */
  readonly pivot: readonly [x: number, y: number, z: number]
}

export function headOf(plate: Plate): Head {
  const interEye = plate.interEye / DETAIL
  const flat = new Float32Array(VERTICES * 3)
  for (let vertex = 0; vertex < SKIN_COUNT; vertex += 1) {
    flat[vertex * 3] = (plate.landmarks[vertex * 3]! - plate.picture.width / 2) / DETAIL
    flat[vertex * 3 + 1] = (plate.landmarks[vertex * 3 + 1]! - plate.picture.height / 2) / DETAIL
    flat[vertex * 3 + 2] = plate.landmarks[vertex * 3 + 2]! / DETAIL
  }
  const pivot = [mean(flat, 0), flat[152 * 3 + 1]! - 0.4 * interEye, (flat[234 * 3 + 2]! + flat[454 * 3 + 2]!) / 2] as const
  surround(flat, pivot, interEye)
  const texturePoints = new Float32Array(VERTICES * 2)
  const points = new Float32Array(flat)
  const distance = CAMERA_DISTANCE * interEye
  for (let vertex = 0; vertex < VERTICES; vertex += 1) {
    texturePoints[vertex * 2] = flat[vertex * 3]! * DETAIL + plate.picture.width / 2
    texturePoints[vertex * 2 + 1] = flat[vertex * 3 + 1]! * DETAIL + plate.picture.height / 2
    const scale = (distance + flat[vertex * 3 + 2]!) / distance
    points[vertex * 3] = flat[vertex * 3]! * scale
    points[vertex * 3 + 1] = flat[vertex * 3 + 1]! * scale
  }
  return { plate, points, texturePoints, jaw: jawWeights(points, interEye), interEye, pivot }
}

function mean(flat: Points, axis: number): number {
  return OUTLINE.reduce((sum, vertex) => sum + flat[vertex * 3 + axis]!, 0) / OUTLINE.length
}

/** The rings: hair, ears and throat go with the head; the surroundings stay. */
function surround(flat: Points, pivot: readonly [number, number, number], interEye: number): void {
  const [cx, cy] = [mean(flat, 0), mean(flat, 1)]
  OUTLINE.forEach((vertex, index) => {
    const [x, y] = [flat[vertex * 3]! - cx, flat[vertex * 3 + 1]! - cy]
    const up = -y / Math.hypot(x, y)
    const near = 1.24 + 0.26 * Math.max(0, up) - 0.08 * Math.max(0, -up)
    const far = 2.05 - 0.35 * Math.max(0, -up)
    flat.set([cx + near * x, cy + near * y, Math.min(pivot[2], flat[vertex * 3 + 2]! + 0.3 * interEye)], (RING + index) * 3)
    flat.set([cx + far * x, cy + far * y, pivot[2] + 0.4 * interEye], (SURROUNDINGS + index) * 3)
  })
}

/** The head in a stance: 640 × 480, without what a camera adds. */
export function drawHead(head: Head, stance: Stance): Picture {
  const canvas = canvasOn(emptyPicture())
  drawSurroundings(canvas.picture, head, stance)
  const moved = new Float32Array(head.points)
  closeEyes(moved, head.points, stance.blink)
  openMouth(moved, head.jaw, head.interEye, stance.mouth)
  const { texturePoints, plate } = head
  const mesh = { texturePoints, texture: plate.picture, points: project(head, moved, stance) }
  // Eyeballs and teeth stay where the head is while lids and lips move over them.
  const still = project(head, head.points, stance)
  drawMesh(canvas, { ...mesh, texture: CAVITY, triangles: TRIANGLES.mouth, behind: 0.3 * head.interEye })
  drawMesh(canvas, { ...mesh, points: still, triangles: TRIANGLES.mouth, behind: 0.12 * head.interEye })
  drawMesh(canvas, { ...mesh, points: still, triangles: TRIANGLES.eyes, behind: 0.12 * head.interEye })
  drawMesh(canvas, { ...mesh, triangles: TRIANGLES.around })
  drawMesh(canvas, { ...mesh, texturePoints: lidTexture(texturePoints, stance.blink), triangles: TRIANGLES.skin })
  drawLashes(canvas.picture, mesh.points, stance.blink)
  return canvas.picture
}

/** Where the vertices appear: x, y in the frame, depth. */
function project({ interEye, pivot }: Head, points: Points, stance: Stance): Float32Array {
  const distance = CAMERA_DISTANCE * interEye
  const matrix = rotation(stance)
  const seen = new Float32Array(points.length)
  for (let vertex = 0; vertex < VERTICES; vertex += 1) {
    const at = vertex * 3
    const place = [points[at]!, points[at + 1]!, points[at + 2]!] as const
    const [x, y, z] = vertex < SURROUNDINGS ? turn(matrix, place, pivot) : place
    const away = distance / stance.scale + z
    seen.set([WIDTH / 2 + stance.dx + (x * distance) / away, HEIGHT / 2 + stance.dy + (y * distance) / away, away], at)
  }
  return seen
}

/** Shoulders and wall: a plane behind the head that comes nearer with it and does not turn. */
function drawSurroundings(picture: Picture, { plate, interEye, pivot }: Head, { dx, dy, scale }: Stance): void {
  const distance = CAMERA_DISTANCE * interEye
  const behind = pivot[2] + 0.4 * interEye
  const zoom = ((distance / scale + behind) / (distance + behind)) * DETAIL
  const colour = new Float32Array(3)
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      const u = plate.picture.width / 2 + (x - WIDTH / 2 - dx) * zoom
      const v = plate.picture.height / 2 + (y - HEIGHT / 2 - dy) * zoom
      sampleAt(plate.picture, u, v, colour)
      for (let c = 0; c < 3; c += 1) picture.data[(y * WIDTH + x) * 3 + c] = Math.round(colour[c]!)
    }
  }
}
