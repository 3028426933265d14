// TypeScript of the server's tests as one module of the sources, built or not; each file keeps the address it would have unbundled.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bundleForNode } from '../../scripts/lib/bundle.mjs'
import { ROOT } from '../../scripts/lib/run.mjs'

const CORE = join(ROOT, 'packages/core/src')

const ownSources = {
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

/** Bundles `entry`, a path of a .ts file, into a script inside the repository, so that it finds the libraries. */
export async function bundle(entry, name) {
  const outfile = join(ROOT, '.lintas', 'server-tests', `${name}-${process.pid}.mjs`)
  await bundleForNode({ entryPoints: [entry], outfile, plugins: [ownSources] })
  return outfile
}

/** What `entry` exports. */
export async function load(entry) {
  const outfile = await bundle(entry, 'tool')
  try {
    return await import(pathToFileURL(outfile).href)
  } finally {
    rmSync(outfile, { force: true })
  }
}
