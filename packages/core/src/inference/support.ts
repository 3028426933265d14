/** What {@link chooseThreads} and the backend choice look at; `navigator`, `self` and the like, so that tests can hand in others. */
export interface RuntimeFacts {
  readonly crossOriginIsolated: boolean
  readonly hardwareConcurrency: number
  readonly userAgent: string
}

/** The facts of this thread. */
export function runtimeFacts(): RuntimeFacts {
  return {
    crossOriginIsolated: globalThis.crossOriginIsolated,
    hardwareConcurrency: navigator.hardwareConcurrency || 1,
    userAgent: navigator.userAgent,
  }
}

/**
 * Whether this is WebKit: Safari, every browser on iOS, WebKitGTK. Its threads run out of memory inside `WebAssembly.instantiate`
 * (onnxruntime #11679), its WebGPU crashes after some hundred runs (onnxruntime #26827, #27584). Chromium names WebKit too, hence the second half.
 */
export function isWebKit({ userAgent }: Pick<RuntimeFacts, 'userAgent'>): boolean {
  return /AppleWebKit/.test(userAgent) && !/Chrome\/|Chromium\/|Edg\//.test(userAgent)
}

/** Most threads that are started by ourselves: beyond four a 160 × 160 net gains nothing, and a phone has other things to do. */
const MOST_THREADS = 4

/** `wanted` where threads can run at all, otherwise 1: they need cross-origin isolation, and WebKit never gets them. */
export function chooseThreads(wanted: number | undefined, facts: RuntimeFacts): number {
  if (!facts.crossOriginIsolated || isWebKit(facts)) return 1
  return wanted ?? Math.min(MOST_THREADS, Math.max(1, Math.ceil(facts.hardwareConcurrency / 2)))
}

/**
 * Whether WebAssembly with SIMD compiles here: false where the browser is too old or the page's CSP lacks `'wasm-unsafe-eval'`.
 * The module is the smallest one that uses a v128 instruction (`i32.const 0; i8x16.splat; drop`).
 */
export function hasWasmSimd(): boolean {
  try {
    return WebAssembly.validate(SIMD_PROBE) && new WebAssembly.Module(SIMD_PROBE) instanceof WebAssembly.Module
  } catch {
    return false
  }
}

const SIMD_PROBE = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11)
