import { createRandom, type Random } from '../evaluation/src/random.js'

/** Numbers of their own for each pair of a seed and a purpose or frame. */
export function randomOf(seed: number, stream: number): Random {
  return createRandom((Math.imul(seed ^ 0x5bd1e995, 0x01000193) ^ Math.imul(stream + 1, 0x9e3779b1)) >>> 0)
}

/** Normal deviates, mean 0 and deviation 1, to be read at random places: 65,536 of them. */
export const NORMAL: Float32Array = normalTable(1 << 16)

function normalTable(count: number): Float32Array {
  const random = createRandom(478)
  const table = new Float32Array(count)
  for (let index = 0; index < count; index += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random.next()))
    const angle = 2 * Math.PI * random.next()
    table[index] = radius * Math.cos(angle)
    table[index + 1] = radius * Math.sin(angle)
  }
  return table
}

/** A slow wandering in −1…1 with a beginning drawn from the seed: three sines whose rates do not repeat together. */
export type Wander = (timestampMs: number) => number

export function wander(random: Random, hertz: number): Wander {
  const phases = [random.next(), random.next(), random.next()].map((value) => 2 * Math.PI * value)
  const rates = [1, 1.73, 2.61].map((rate) => (2 * Math.PI * hertz * rate * (0.9 + 0.2 * random.next())) / 1000)
  const shares = [0.5, 0.3, 0.2]
  return (timestampMs) => shares.reduce((sum, share, index) => sum + share * Math.sin(rates[index]! * timestampMs + phases[index]!), 0)
}
