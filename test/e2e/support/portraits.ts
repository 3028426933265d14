import { fileURLToPath } from 'node:url'

/** Portraits of United States officials; see `test/fixtures/portraits/README.md`. */
export const PORTRAITS = ['obama', 'obama2', 'obama3', 'biden'] as const

/** One of {@link PORTRAITS}. */
export type PortraitName = (typeof PORTRAITS)[number]

/** Group photographs of `@vladmandic/face-api`, read where the package lies. */
export const GROUPS = ['sample1', 'sample2', 'sample3', 'sample4', 'sample5', 'sample6'] as const

export function portraitFile(name: PortraitName): string {
  return fileURLToPath(new URL(`../../fixtures/portraits/${name}.jpg`, import.meta.url))
}

/** The file of a portrait or group photograph. */
export function pictureFile(name: string): string {
  const group = GROUPS.find((known) => known === name)
  if (group !== undefined) return fileURLToPath(new URL(`../../../node_modules/@vladmandic/face-api/demo/${group}.jpg`, import.meta.url))
  const portrait = PORTRAITS.find((known) => known === name)
  if (portrait === undefined) throw new TypeError(`there is no picture ${name}`)
  return portraitFile(portrait)
}
