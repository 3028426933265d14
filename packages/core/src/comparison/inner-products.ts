import { KERNEL_STEP, instantiateKernel } from './simd-kernel.js'

/** What computes inner products: the WebAssembly SIMD kernel, or plain script where that is missing or forbidden. */
export type SearchEngine = 'simd' | 'script'

/** Many rows of numbers that meet one vector at a time. */
export interface InnerProducts {
  readonly engine: SearchEngine
  /** `count` rows of `stride` numbers, all 0 at first: to be filled before the first call. */
  readonly rows: Float32Array
  /** Numbers from one row to the next: the dimension, rounded up to what the kernel takes at once. */
  readonly stride: number
  /** The inner product of each row with `query` (the dimension's length), float32, overwritten by the next call. */
  with(query: Float32Array): Float32Array
}

const PAGE_BYTES = 65_536

/** Room for `count` rows of `dimension` numbers. @param engine default: SIMD where it runs */
export function createInnerProducts(count: number, dimension: number, engine: SearchEngine = 'simd'): InnerProducts {
  const stride = Math.max(1, Math.ceil(dimension / KERNEL_STEP)) * KERNEL_STEP
  if (engine === 'script') return inScript(count, stride)
  try {
    return inKernel(count, stride)
  } catch {
    // No WebAssembly, no SIMD, a CSP without 'wasm-unsafe-eval', or no memory of that size: the same numbers, more slowly.
    return inScript(count, stride)
  }
}

function inKernel(count: number, stride: number): InnerProducts {
  const rowBytes = stride * 4
  const rowsAt = rowBytes
  const outAt = rowsAt + count * rowBytes
  const memory = new WebAssembly.Memory({ initial: Math.ceil((outAt + count * 4) / PAGE_BYTES) })
  const scores = instantiateKernel(memory)
  const query = new Float32Array(memory.buffer, 0, stride)
  const out = new Float32Array(memory.buffer, outAt, count)
  return {
    engine: 'simd',
    rows: new Float32Array(memory.buffer, rowsAt, count * stride),
    stride,
    with: (vector) => {
      query.set(vector)
      scores(rowsAt, 0, outAt, count, rowBytes)
      return out
    },
  }
}

function inScript(count: number, stride: number): InnerProducts {
  const rows = new Float32Array(count * stride)
  const query = new Float32Array(stride)
  const out = new Float32Array(count)
  return {
    engine: 'script',
    rows,
    stride,
    with: (vector) => {
      query.set(vector)
      for (let row = 0; row < count; row += 1) out[row] = productAt(rows, row * stride, query)
      return out
    },
  }
}

/** Four sums at a time, so that additions need not wait for each other. */
function productAt(rows: Float32Array, start: number, query: Float32Array): number {
  let [first, second, third, fourth] = [0, 0, 0, 0]
  for (let index = 0; index < query.length; index += 4) {
    const at = start + index
    first += (rows[at] ?? 0) * (query[index] ?? 0)
    second += (rows[at + 1] ?? 0) * (query[index + 1] ?? 0)
    third += (rows[at + 2] ?? 0) * (query[index + 2] ?? 0)
    fourth += (rows[at + 3] ?? 0) * (query[index + 3] ?? 0)
  }
  return first + second + third + fourth
}
