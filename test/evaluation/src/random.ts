/** Numbers that look random and are the same for the same seed on every machine: xoshiro128** (Blackman and Vigna), seeded by splitmix32. */
export interface Random {
  /** 0 ≤ value < 1. */
  next(): number
  /** An integer, 0 ≤ value < `below`. */
  below(below: number): number
}

/** @param seed an unsigned 32-bit integer */
export function createRandom(seed: number): Random {
  const state = new Uint32Array(4)
  let mixed = seed >>> 0
  for (let index = 0; index < 4; index += 1) {
    mixed = (mixed + 0x9e3779b9) >>> 0
    let value = mixed
    value = Math.imul(value ^ (value >>> 16), 0x21f0aaad)
    value = Math.imul(value ^ (value >>> 15), 0x735a2d97)
    state[index] = value ^ (value >>> 15)
  }
  const draw = (): number => {
    const [a = 0, b = 0, c = 0, d = 0] = state
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const e = c ^ a
    const f = d ^ b
    state.set([a ^ f, b ^ e, e ^ (b << 9), rotate(f, 11)])
    return result
  }
  const next = (): number => (draw() * 0x200000 + (draw() >>> 11)) / 2 ** 53
  return { next, below: (below) => Math.floor(next() * below) }
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by))
}
