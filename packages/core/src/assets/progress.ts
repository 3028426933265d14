import type { AssetFile, AssetProgress } from './types.js'

const SIGN_OF_LIFE_MS = 1000

/** Adds up what has come of several files. */
export interface Tally {
  /** `bytes` of `file` have come in the present attempt; less than before changes nothing. */
  received(file: AssetFile, bytes: number): void
  /** `file` is whole and proven. */
  done(file: AssetFile): void
}

/**
 * A tally over `files`, told to `onProgress` at the start, whenever it rises, and once a second while bytes come that do not raise it. The fraction never falls, an attempt made again
 * included, and is 1 only when every file is proven: a file that has come but is not yet checked lacks its last byte.
 */
export function createTally(files: readonly AssetFile[], onProgress: ((progress: AssetProgress) => void) | undefined): Tally {
  const sizes = new Map(files.map((file) => [file.sha256, file.bytes]))
  const totalBytes = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0)
  const received = new Map<string, number>()
  let loadedBytes = 0
  const tell = (): void => onProgress?.({ loadedBytes, totalBytes, fraction: totalBytes === 0 ? 1 : loadedBytes / totalBytes })
  let toldMs = -Infinity
  const tellNow = (): void => {
    toldMs = performance.now()
    tell()
  }
  const raise = (file: AssetFile, bytes: number): void => {
    const before = received.get(file.sha256) ?? 0
    if (bytes <= before) {
      // A second attempt catches up with the first: nothing rises, and whoever listens for a sign of life must hear one.
      if (performance.now() - toldMs >= SIGN_OF_LIFE_MS) tellNow()
      return
    }
    received.set(file.sha256, bytes)
    loadedBytes += bytes - before
    tellNow()
  }
  tellNow()
  return {
    received: (file, bytes) => raise(file, Math.min(bytes, file.bytes - 1)),
    done: (file) => raise(file, file.bytes),
  }
}
