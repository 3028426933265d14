import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import { rollup } from 'rollup'
import esbuild from 'rollup-plugin-esbuild'

const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url))

/** Where what is made for these tests lies; kept between runs, ignored by git. */
const WORK = at('.lintas/e2e')

/** The person before the camera, as a script for a page that is not of these tests: `globalThis.lintasPerson`. */
export async function personScript(): Promise<string> {
  const bundle = await rollup({
    input: at('test/e2e/page/person.ts'),
    plugins: [nodeResolve({ browser: true, extensions: ['.ts', '.js'] }), esbuild({ target: 'es2022', tsconfig: false })],
  })
  const { output } = await bundle.generate({ format: 'iife', name: 'lintasPerson' })
  await bundle.close()
  return `${output[0].code}\nglobalThis.lintasPerson = lintasPerson`
}

/** The demo as `npm start` serves it. */
export const DEMO_PAGES: string = at('packages/demo/dist')

/** A folder of this run's own, for films. */
export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'lintas-e2e-'))
}

/** The assets folder as the shipped command puts it together; what is there already with the right hash is not copied again. */
export async function assembleAssets(...args: readonly string[]): Promise<string> {
  const target = join(WORK, ['assets', ...args.map((arg) => arg.replace(/^--/, ''))].join('-'))
  await promisify(execFile)(process.execPath, [at('packages/core/bin/lintas-assets.mjs'), target, ...args])
  return target
}

/** A page with the element's shipped script, and core for what the element does not do: templates from stills, an analyser of one's own. */
export async function buildPages(): Promise<string> {
  const folder = join(WORK, 'pages')
  const element = at('packages/element/dist/lintas-checkin.js')
  if (!existsSync(element)) throw new Error('packages/element is not built: npm run build')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await cp(element, join(folder, 'lintas-checkin.js'))
  const bundle = await rollup({
    input: at('test/e2e/page/page.ts'),
    plugins: [nodeResolve({ browser: true, extensions: ['.ts', '.js'] }), esbuild({ target: 'es2022', tsconfig: false })],
  })
  await bundle.write({ file: join(folder, 'page.js'), format: 'es' })
  await bundle.close()
  await writeFile(join(folder, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  // For the test that a violation in a worker is heard of.
  await writeFile(join(folder, 'naughty.js'), "try { eval('1') } catch {} postMessage('done')\n")
  await writeFile(
    join(folder, 'index.html'),
    `<!doctype html>
<html lang="id">
  <head>
    <meta charset="utf-8" />
    <title>LINTAS e2e</title>
    <link rel="icon" href="icon.svg" />
    <script type="module" src="lintas-checkin.js"></script>
    <script type="module" src="page.js"></script>
  </head>
  <body></body>
</html>
`,
  )
  return folder
}
