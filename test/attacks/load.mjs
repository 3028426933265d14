// Bundles TypeScript of the test suite for plain Node and imports it; each file keeps the address it would have unbundled.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from '../../scripts/lib/run.mjs'

const ownAddress = {
  name: 'own-address',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8').replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
      return { contents, loader: 'ts' }
    })
  },
}

/** @param {string} entry path of a .ts file */
export async function load(entry) {
  const { bundleForNode } = await import('../../scripts/lib/bundle.mjs')
  const outfile = join(ROOT, '.lintas', 'attacks', `tool-${process.pid}-${performance.now()}.mjs`)
  await bundleForNode({
    entryPoints: [entry],
    outfile,
    plugins: [ownAddress],
  })
  try {
    return await import(pathToFileURL(outfile).href)
  } finally {
    rmSync(outfile, { force: true })
  }
}
