/** Flags for every Chromium that a test starts. */
export const CHROMIUM_FLAGS: readonly string[]
/** Path of a Chromium, or undefined. `CHROME_PATH` decides where it is set. */
export function findChromium(env?: Readonly<Record<string, string | undefined>>): string | undefined
