import type { Manifest } from './types.js'

/** Written in by the build; there is none where the sources run as they are. */
declare const LINTAS_BUILD_SHA256: unknown

/**
 * This build of the library, as its evidence tells of it. `version` is the package's (a test holds the two together); `sha256` is of the list of core's
 * sources, which anybody can make again: `find packages/core/src -type f | LC_ALL=C sort | xargs sha256sum | sha256sum`. A claim like all of the manifest:
 * an altered page can tell any.
 */
export const BUILD: Manifest['build'] = {
  version: '0.1.0',
  ...(typeof LINTAS_BUILD_SHA256 === 'string' && { sha256: LINTAS_BUILD_SHA256 }),
}
