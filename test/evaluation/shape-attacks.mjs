// Flat and bent pictures held before a camera, computed: a pinhole camera, a sheet with the picture on it, a plain wall behind. Deterministic.

const WIDTH = 640
const HEIGHT = 480
/** Focal length over the picture's width: a webcam's 60°. */
const FOCAL = 0.87

const RAD = Math.PI / 180

/**
 * The picture on a sheet 1 high at `distance` heights, turned by `yaw`, `pitch`, `roll` degrees about its middle, shifted by `x`, `y`, bent round a
 * cylinder of `bend` times its width (0: flat) about the vertical axis, or the horizontal one with `lying`.
 */
export function heldPicture(picture, { yaw = 0, pitch = 0, roll = 0, distance = 1.25, x = 0, y = 0, bend = 0, lying = false, seed = 1 } = {}) {
  const aspect = picture.width / picture.height
  const turn = rotation(yaw * RAD, pitch * RAD, roll * RAD)
  const camera = apply(turn, [-x, -y, -distance])
  const radius = bend * (lying ? 1 : aspect)
  const data = new Uint8ClampedArray(WIDTH * HEIGHT * 4)
  for (let row = 0; row < HEIGHT; row += 1) {
    for (let column = 0; column < WIDTH; column += 1) {
      const ray = apply(turn, [(column + 0.5 - WIDTH / 2) / (FOCAL * WIDTH), (row + 0.5 - HEIGHT / 2) / (FOCAL * WIDTH), 1])
      const place = radius > 0 ? onCylinder(camera, ray, radius, lying) : onPlane(camera, ray)
      const at = (row * WIDTH + column) * 4
      const inside = place && Math.abs(place[0]) < aspect / 2 && Math.abs(place[1]) < 0.5
      if (inside) read(picture, (place[0] / aspect + 0.5) * picture.width, (place[1] + 0.5) * picture.height, data, at)
      else data[at] = data[at + 1] = data[at + 2] = 128 + ((row + column + seed) % 3)
      data[at + 3] = 255
    }
  }
  return { width: WIDTH, height: HEIGHT, data }
}

/** World → sheet: the inverse of turning by yaw, then pitch, then roll. */
function rotation(yaw, pitch, roll) {
  const [cy, sy, cp, sp, cr, sr] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch), Math.cos(roll), Math.sin(roll)]
  const ry = [cy, 0, sy, 0, 1, 0, -sy, 0, cy]
  const rx = [1, 0, 0, 0, cp, -sp, 0, sp, cp]
  const rz = [cr, -sr, 0, sr, cr, 0, 0, 0, 1]
  const m = times(times(ry, rx), rz)
  return [m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]]
}

const times = (a, b) => Array.from({ length: 9 }, (_, i) => [0, 1, 2].reduce((s, k) => s + a[Math.floor(i / 3) * 3 + k] * b[k * 3 + (i % 3)], 0))
const apply = (m, v) => [0, 3, 6].map((row) => m[row] * v[0] + m[row + 1] * v[1] + m[row + 2] * v[2])

function onPlane(camera, ray) {
  const t = -camera[2] / ray[2]
  return t > 0 ? [camera[0] + t * ray[0], camera[1] + t * ray[1]] : undefined
}

/** The sheet touches z = 0 in its middle and falls back on both sides: convex towards the camera. */
function onCylinder(camera, ray, radius, lying) {
  const [a, b] = lying ? [camera[1], ray[1]] : [camera[0], ray[0]]
  const depth = camera[2] - radius
  const [p, q, r] = [b * b + ray[2] * ray[2], a * b + depth * ray[2], a * a + depth * depth - radius * radius]
  const root = q * q - p * r
  if (root < 0) return undefined
  const t = (-q - Math.sqrt(root)) / p
  const angle = Math.atan2(a + t * b, -(depth + t * ray[2]))
  if (t <= 0 || Math.abs(angle) > Math.PI / 2) return undefined
  return lying ? [camera[0] + t * ray[0], angle * radius] : [angle * radius, camera[1] + t * ray[1]]
}

function read({ width, height, data }, x, y, into, at) {
  const [left, top] = [Math.min(Math.max(x - 0.5, 0), width - 1), Math.min(Math.max(y - 0.5, 0), height - 1)]
  const [x0, y0] = [Math.floor(left), Math.floor(top)]
  const [x1, y1] = [Math.min(x0 + 1, width - 1), Math.min(y0 + 1, height - 1)]
  const [fx, fy] = [left - x0, top - y0]
  for (let c = 0; c < 3; c += 1) {
    const v = (px, py) => data[(py * width + px) * 4 + c]
    into[at + c] = (1 - fy) * ((1 - fx) * v(x0, y0) + fx * v(x1, y0)) + fy * ((1 - fx) * v(x0, y1) + fx * v(x1, y1))
  }
}

const sweep = (most, step) => {
  const angles = []
  for (let angle = 0; angle <= most; angle += step) angles.push(angle)
  return [0, 0, ...angles, most, most]
}

/** Attack species: each a series of ways to hold one picture, at 10 frames a second. */
export const SPECIES = {
  'flat, turned to 25°': sweep(25, 5).map((yaw) => ({ yaw })),
  'flat, turned to 35°': sweep(35, 5).map((yaw) => ({ yaw: -yaw })),
  'flat, turned to 45°': sweep(45, 5).map((yaw) => ({ yaw })),
  'flat, tilted to 35°': sweep(35, 5).map((pitch) => ({ pitch })),
  'flat, turned to 30° and tilted, rolled, shifted': sweep(30, 5).map((yaw) => ({ yaw, pitch: yaw / 2, roll: yaw / 3, x: yaw / 150 })),
  'bent (1/2 width), turned to 30°': sweep(30, 5).map((yaw) => ({ yaw, bend: 0.5 })),
  'bent (1/3 width), turned to 30°': sweep(30, 5).map((yaw) => ({ yaw: -yaw, bend: 1 / 3 })),
  'bent (1/3 width), turned to 45°': sweep(45, 5).map((yaw) => ({ yaw, bend: 1 / 3 })),
  'bent about the horizontal axis (1/2), tilted to 30°': sweep(30, 5).map((pitch) => ({ pitch, bend: 0.5, lying: true })),
  'flat at first, bent (1/3 width) as it turns to 30°': sweep(30, 5).map((yaw) => ({ yaw, bend: yaw > 0 ? 10 / yaw : 0 })),
  'flat, brought from 1.6 to 0.9 heights': sweep(7, 1).map((step) => ({ distance: 1.6 - step / 10 })),
  'bent (1/2 width), brought from 1.6 to 0.9 heights': sweep(7, 1).map((step) => ({ distance: 1.6 - step / 10, bend: 0.5 })),
}
