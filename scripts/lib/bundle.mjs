import { build } from 'esbuild'

/** Bundles TypeScript of the repository's own into one module for Node; packages stay outside. `more`: entry, `outfile`, plugins. */
export async function bundleForNode(more) {
  await build({
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    tsconfigRaw: '{}',
    logLevel: 'error',
    ...more,
  })
}
