import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, extname, join, resolve } from 'node:path'
import { ROUTE_STEPS } from '../../../packages/core/src/liveness/challenge/index.js'
import { bundlePage, runPage, type BrowserPlaces } from '../src/browser-engine.js'
import type { EngineInfo } from '../src/engine.js'
import { folderName } from '../src/folders.js'
import { createProgress } from '../src/progress.js'
import { commitOf, shownPath, toldArguments } from '../src/provenance.js'
import { Refusal } from '../src/refusal.js'
import { formatTable } from '../src/summary.js'
import type { PadPageOptions } from './page/main.js'
import { presentationsOf, readList } from './list.js'
import { readOptions, USAGE, type PadOptions } from './options.js'
import { FindingStore, keyOf, PadQueue } from './queue.js'
import { plotsOf, reportOf, tablesOf } from './report.js'
import { ablationOf, drawRatesOf, METHOD, ratesOf, separationOf, worstOf, type Found, type PadResult } from './result.js'
import type { PadPresentation } from './types.js'

/** Where this runs. */
export interface Places extends BrowserPlaces {
  readonly repository: string
  /** Where the command was typed: paths are relative to it. */
  readonly cwd: string
}

/** Runs the command; the exit code: 0 done, 1 refused, 2 done with files left out. */
export async function main(args: readonly string[], places: Places): Promise<0 | 1 | 2> {
  try {
    const options = readOptions(args)
    if (options === undefined) {
      process.stdout.write(`${USAGE}\n`)
      return 0
    }
    return await run(fromCwd(options, places.cwd), places, args)
  } catch (fault) {
    if (!(fault instanceof Refusal)) throw fault
    process.stderr.write(`evaluate:pad: ${fault.message}\n`)
    return 1
  }
}

function fromCwd(options: PadOptions, cwd: string): PadOptions {
  const { list, root, assets, out } = options
  return {
    ...options,
    list: resolve(cwd, list),
    root: resolve(cwd, root),
    ...(assets !== undefined && { assets: resolve(cwd, assets) }),
    ...(out !== undefined && { out: resolve(cwd, out) }),
  }
}

async function run(options: PadOptions, places: Places, args: readonly string[]): Promise<0 | 2> {
  const name = options.name ?? basename(options.list, extname(options.list))
  const out = options.out ?? join(places.repository, '.lintas', 'pad', folderName(name))
  const listed = readList(read(options.list))
  const [present, missing] = split(listed, ({ file }) => isFile(join(options.root, file)))
  if (present.length === 0) throw new Refusal(`none of the ${listed.length} files is under ${options.root}; --root names another folder`)
  const presentations = presentationsOf(present, options.pictures, ROUTE_STEPS[options.route])
  const found = await find(presentations, options, places, out)
  const left = [...missing.map(({ file }) => ({ file, why: 'it is not there' })), ...found.left]
  const result: PadResult = {
    ...provenance(name, places, args),
    line: found.line,
    play: playedAs(options),
    data: dataOf(found.found, left),
    ...figures(found.found, options),
    method: METHOD,
  }
  write(out, result, found.found)
  process.stdout.write(`${tablesOf(result).map(formatTable).join('\n')}\n\nresult.json, presentations.json, plots and report.html are in ${out}\n`)
  if (left.length === 0) return 0
  process.stderr.write(`evaluate:pad: ${left.length} files are in no rate; the first table names them\n`)
  return 2
}

interface Finding {
  readonly found: readonly Found[]
  readonly left: PadResult['data']['left']
  readonly line: PadResult['line']
}

/** What the page finds of each presentation, or found in an earlier run. */
async function find(presentations: readonly PadPresentation[], options: PadOptions, places: Places, out: string): Promise<Finding> {
  const script = await bundlePage(places.page)
  const assets = options.assets ?? join(places.repository, '.lintas', 'assets')
  const played = JSON.stringify([playedAs(options), options.detector, options.seed])
  const line = createHash('sha256')
    .update(script)
    .update(read(join(assets, 'assets.json')))
    .update(played)
    .digest('hex')
    .slice(0, 16)
  const store = new FindingStore(join(out, 'findings.jsonl'))
  const keys = presentations.map((presentation) => keyOf(options.root, presentation, line))
  const todo = keys.flatMap((key, index) => (store.get(key) === undefined ? [index] : []))
  const left: { file: string; why: string }[] = []
  const progress = createProgress('presentations', todo.length)
  const queue = new PadQueue(options.root, presentations, todo, options.seed, (index, outcome) => {
    if ('finding' in outcome) store.add(keys[index]!, outcome.finding)
    else left.push(...presentations[index]!.files.map((file) => ({ file, why: 'fault' in outcome ? `fault: ${outcome.fault}` : outcome.unreadable })))
    progress.step()
  })
  const kept = join(out, `line-${line}.json`)
  const { fps, mjpegFps, leadMs, route, draws, detector, lanes } = options
  const page: PadPageOptions = { fps, mjpegFps, leadMs, route, draws, detector, lanes }
  // A clip is played from memory.
  const served = { assets, script, queue, policy: 'media-src blob:' }
  const info = todo.length > 0 || !existsSync(kept) ? await runPage(places, served, 'evaluatePad', page) : (JSON.parse(read(kept)) as EngineInfo)
  progress.end()
  mkdirSync(out, { recursive: true })
  writeFileSync(kept, JSON.stringify(info))
  // After faults in a row the page is given no more: what got no answer is told, too.
  for (const index of queue.unanswered)
    left.push(...presentations[index]!.files.map((file) => ({ file, why: 'it got no answer: the machinery failed' })))
  const found = presentations.flatMap((presentation, index) => {
    const finding = store.get(keys[index]!)
    return finding ? [{ presentation, finding }] : []
  })
  if (found.length === 0)
    throw new Refusal(`nothing could be found of any file; the first: ${left[0]?.file ?? ''}: ${left[0]?.why ?? 'there is none'}`)
  return { found, left, line: { ...info, hash: line } }
}

function figures(
  found: readonly Found[],
  { replicates, seed }: PadOptions,
): Pick<PadResult, 'rates' | 'worst' | 'ablation' | 'draws' | 'separation'> {
  const rates = ratesOf(found, { replicates, seed })
  return {
    rates,
    worst: worstOf(rates),
    ablation: ablationOf(found, { replicates, seed }),
    draws: drawRatesOf(found),
    separation: separationOf(found),
  }
}

function provenance(
  name: string,
  { repository }: Places,
  args: readonly string[],
): Pick<PadResult, 'schema' | 'name' | 'date' | 'command' | 'commit'> {
  const commit = commitOf(repository)
  const words = toldArguments(args).map((word) => shownPath(word, repository))
  return {
    schema: 'lintas-pad-evaluation/1',
    name,
    date: new Date().toISOString().slice(0, 10),
    command: `npm run evaluate:pad -- ${words.join(' ')}`,
    ...(commit && { commit }),
  }
}

const playedAs = ({ route, fps, mjpegFps, leadMs, pictures, draws }: PadOptions): PadResult['play'] => ({
  route,
  fps,
  mjpegFps,
  leadMs,
  pictures,
  draws,
})

function dataOf(found: readonly Found[], left: PadResult['data']['left']): PadResult['data'] {
  const presentations = found.map(({ presentation }) => presentation)
  return {
    presentations: found.length,
    subjects: new Set(presentations.map(({ subject }) => subject)).size,
    files: presentations.reduce((sum, { files }) => sum + files.length, 0),
    framesAnalysed: found.reduce((sum, { finding }) => sum + finding.frames, 0),
    left,
  }
}

function write(out: string, result: PadResult, found: readonly Found[]): void {
  const plots = plotsOf(found)
  writeFileSync(join(out, 'result.json'), `${JSON.stringify(result, null, 2)}\n`)
  writeFileSync(join(out, 'presentations.json'), `${JSON.stringify(found, null, 1)}\n`)
  for (const file of ['shape.svg', 'passive.svg', 'passive-single.svg']) rmSync(join(out, file), { force: true })
  for (const [file, plot] of Object.entries(plots)) writeFileSync(join(out, file), plot)
  writeFileSync(join(out, 'report.html'), reportOf(result, plots))
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Refusal(`${path} cannot be read: ${(cause as Error).message}`)
  }
}

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile()

function split<Item>(items: readonly Item[], holds: (item: Item) => boolean): readonly [Item[], Item[]] {
  return [items.filter(holds), items.filter((item) => !holds(item))]
}
