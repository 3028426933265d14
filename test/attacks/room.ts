import { blend, emptyPicture, smoothstep } from './pictures.js'
import { randomOf } from './random.js'
import { HEIGHT, WIDTH, type Picture } from './types.js'

/** The room behind whatever is held: a wall in uneven light, a door, a shelf with files, out of focus. */
export function room(seed: number): Picture {
  const random = randomOf(seed, 3)
  const picture = emptyPicture()
  const tint = [178 + 20 * random.next(), 174 + 20 * random.next(), 162 + 20 * random.next()]
  const lamp = WIDTH * random.next()
  const colour = new Float32Array(3)
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      const light = 0.72 + 0.28 * Math.exp(-(((x - lamp) / 380) ** 2) - (y / 520) ** 2)
      for (let c = 0; c < 3; c += 1) colour[c] = tint[c]! * light
      blend(picture.data, (y * WIDTH + x) * 3, colour, 1)
    }
  }
  const door = 60 + 90 * random.next()
  box(picture, [door, 40, door + 130, HEIGHT + 40], [112, 84, 60])
  box(picture, [door + 18, 75, door + 112, 230], [124, 95, 70])
  const shelf = 430 + 60 * random.next()
  box(picture, [shelf, 250, WIDTH + 40, 262], [90, 72, 56])
  for (let left = shelf + 8; left < WIDTH; left += 24) {
    const top = 165 + 30 * random.next()
    box(picture, [left, top, left + 19, 250], [60 + 120 * random.next(), 60 + 80 * random.next(), 60 + 100 * random.next()])
  }
  return picture
}

/** A rectangle out of focus. */
function box(picture: Picture, [left, top, right, bottom]: readonly number[], tint: readonly number[]): void {
  const blur = 7
  const colour = Float32Array.from(tint)
  for (let y = Math.max(0, Math.floor(top! - blur)); y < Math.min(HEIGHT, bottom! + blur); y += 1) {
    for (let x = Math.max(0, Math.floor(left! - blur)); x < Math.min(WIDTH, right! + blur); x += 1) {
      const across = smoothstep(-blur, blur, Math.min(x - left!, right! - x))
      const down = smoothstep(-blur, blur, Math.min(y - top!, bottom! - y))
      blend(picture.data, (y * WIDTH + x) * 3, colour, across * down)
    }
  }
}
