// The server's verification and what it stands on as one module of the sources, built or not.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bundleForNode } from '../../../scripts/lib/bundle.mjs'
import { ROOT } from '../../../scripts/lib/run.mjs'

const CORE = join(ROOT, 'packages/core/src')

/** Packages of this repository are their sources, and each file keeps the address it would have unbundled. */
export const ownSources = {
  name: 'own-sources',
  setup(build) {
    build.onResolve({ filter: /^@lintas\/core(\/.+)?$/ }, ({ path }) => {
      const stage = path.slice('@lintas/core/'.length)
      return { path: join(CORE, stage === '' ? 'index.ts' : stage === 'node' ? 'node.ts' : `${stage}/index.ts`) }
    })
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8').replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
      return { contents, loader: 'ts' }
    })
  },
}

/** @param {string} entry path of a .ts file */
export async function loadSources(entry) {
  const outfile = join(ROOT, '.lintas', 'evaluation', `server-${process.pid}.mjs`)
  await bundleForNode({ entryPoints: [entry], outfile, plugins: [ownSources] })
  try {
    return await import(pathToFileURL(outfile).href)
  } finally {
    rmSync(outfile, { force: true })
  }
}
