import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, extname, join, resolve } from 'node:path'
import { browserEngine, type BrowserPlaces } from './browser-engine.js'
import { evaluate, type Surroundings } from './evaluate.js'
import { folderName, foldersFor } from './folders.js'
import { runNodeEngine } from './node-engine.js'
import { readOptions, USAGE, type EvaluateOptions } from './options.js'
import { protocolsIn } from './pairs.js'
import { commitOf, shownPath, toldArguments } from './provenance.js'
import { Refusal } from './refusal.js'
import { plotOf, reportOf } from './report.js'
import { toJson } from './result.js'
import type { WeightedSpace } from './scorer.js'
import { formatTable, tablesOf } from './summary.js'

/** Where this runs. */
export interface Places extends BrowserPlaces {
  /** The repository. */
  readonly repository: string
  /** Where the command was typed: paths are relative to it. */
  readonly cwd: string
}

/** Runs the command; the exit code: 0 done, 1 refused. */
export async function main(args: readonly string[], places: Places): Promise<number> {
  try {
    const { SHIPPED_CALIBRATION } = await import('@lintas/core/comparison')
    const shipped = SHIPPED_CALIBRATION.models.map(({ space, weight }) => ({ space, weight }))
    const options = readOptions(args, shipped)
    if (options === undefined) {
      print(USAGE)
      return 0
    }
    return await runAll(fromCwd(options, places.cwd), places, args, shipped)
  } catch (fault) {
    return refused(fault)
  }
}

/** @throws what is no refusal */
function refused(fault: unknown): 1 {
  if (!(fault instanceof Refusal)) throw fault
  process.stderr.write(`evaluate: ${fault.message}\n`)
  return 1
}

/**
 * One protocol after another: an error rate over a mixture of data sets means nothing. They share the embeddings, and one that is refused does not
 * keep the others from being evaluated.
 */
async function runAll(options: EvaluateOptions, places: Places, args: readonly string[], shipped: readonly WeightedSpace[]): Promise<0 | 1> {
  const listed = options.protocol === undefined && existsSync(options.pairs) ? protocolsIn(readFileSync(options.pairs, 'utf8')) : []
  const engine = options.engine === 'node' ? '-node' : ''
  const whole = options.name ?? options.protocol ?? basename(options.pairs, extname(options.pairs))
  const store = options.out ?? join(places.repository, '.lintas', 'evaluation', `${folderName(whole)}${engine}`)
  if (listed.length < 2) {
    await run(options, { name: whole, store, out: store }, places, args, shipped)
    return 0
  }
  const folders = foldersFor(listed)
  let code: 0 | 1 = 0
  for (const [index, protocol] of listed.entries()) {
    print(`\n── ${protocol} ──`)
    const target = { name: protocol, store, out: join(store, folders[index]!) }
    await run({ ...options, protocol }, target, places, args, shipped).catch((fault: unknown) => (code = refused(fault)))
  }
  return code
}

/** Where a run's results go, and what they are called. */
interface Target {
  readonly name: string
  /** Folder of the embeddings. */
  readonly store: string
  readonly out: string
}

async function run(
  options: EvaluateOptions,
  { name, store, out }: Target,
  places: Places,
  args: readonly string[],
  defaultModels: readonly WeightedSpace[],
): Promise<void> {
  const commit = commitOf(places.repository)
  const around: Surroundings = {
    name,
    out: store,
    assets: options.assets ?? join(places.repository, '.lintas', 'assets'),
    core: join(places.repository, 'packages', 'core', 'dist'),
    engine: options.engine === 'node' ? runNodeEngine : browserEngine(places),
    defaultModels,
    ...(commit && { commit }),
    command: `npm run evaluate -- ${toldArguments(args)
      .map((arg) => shownPath(arg, places.repository))
      .join(' ')}`,
    shownRoot: shownPath(options.root, places.repository),
    log: (line) => process.stderr.write(`${line}\n`),
  }
  const result = await evaluate(options, around)
  mkdirSync(out, { recursive: true })
  writeFileSync(join(out, 'result.json'), toJson(result))
  writeFileSync(join(out, 'det.svg'), plotOf(result))
  writeFileSync(join(out, 'report.html'), reportOf(result))
  print(tablesOf(result).map(formatTable).join('\n'))
  print(`\nresult.json, det.svg and report.html are in ${out}`)
}

function fromCwd(options: EvaluateOptions, cwd: string): EvaluateOptions {
  const { root, pairs, meanFrom, assets, against, out } = options
  return {
    ...options,
    root: resolve(cwd, root),
    pairs: resolve(cwd, pairs),
    ...(meanFrom !== undefined && { meanFrom: resolve(cwd, meanFrom) }),
    ...(assets !== undefined && { assets: resolve(cwd, assets) }),
    ...(against !== undefined && { against: resolve(cwd, against) }),
    ...(out !== undefined && { out: resolve(cwd, out) }),
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
