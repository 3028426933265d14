// npm run check [step…]: every step in sequence, all of them even when one fails; the last line counts.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.mjs'
import { ROOT, run, runBin } from './lib/run.mjs'
import { findChromium } from './lib/chromium.mjs'

const REPORTS = join(ROOT, '.lintas', 'reports')
const env = { CHROME_PATH: findChromium() ?? '', ONNXRUNTIME_NODE_INSTALL: 'skip' }

const outcome = (passed) => ({ passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 })

/** A tool without tests of its own counts as one. */
const tool =
  (file, ...args) =>
  async () =>
    outcome((await runBin(file, args, { env })) === 0)

/** The counts a runner wrote; a runner that failed without a failed test (a file that does not load) counts as one failure. */
function counted(code, file, read) {
  const none = { passed: 0, failed: 0, skipped: 0 }
  let counts = none
  try {
    counts = { ...none, ...read(JSON.parse(readFileSync(file, 'utf8'))) }
  } catch {
    // No report: the runner did not get that far.
  }
  const silent = counts.failed === 0 && (code !== 0 || counts.passed + counts.skipped === 0)
  return silent ? { ...counts, failed: 1 } : counts
}

function report(name) {
  mkdirSync(REPORTS, { recursive: true })
  const file = join(REPORTS, `${name}.json`)
  rmSync(file, { force: true })
  return file
}

const vitest = (project) => async () => {
  const file = report(project)
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const code = await runBin('vitest/vitest.mjs', args, { env })
  return counted(code, file, ({ numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults }) => ({
    passed: numPassedTests,
    // A test file that does not load holds no failed test.
    failed: numFailedTests + testResults.filter((suite) => suite.status === 'failed' && suite.assertionResults.length === 0).length,
    skipped: numPendingTests + numTodoTests,
  }))
}

async function browser() {
  const file = report('browser')
  const code = await runBin('@web/test-runner/dist/bin.js', [], { env: { ...env, LINTAS_REPORT: file } })
  return counted(code, file, (counts) => counts)
}

/** The films first, on every core: the tests use one. Where they cannot be made the tests say so. */
async function e2e() {
  await run(process.execPath, [join(ROOT, 'test/e2e/films.mjs')])
  return vitest('e2e')()
}

async function built() {
  try {
    await build()
    return true
  } catch (fault) {
    console.error(fault.message)
    return false
  }
}

/** Declarations of core and element are emitted under isolatedDeclarations by the build; the rest is checked as one program. */
async function types() {
  const fresh = await built()
  const code = await runBin('typescript/bin/tsc', ['-p', 'tsconfig.json', '--noEmit'])
  return outcome(fresh && code === 0)
}

const STEPS = {
  format: tool('prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'),
  lint: tool('eslint/bin/eslint.js', '.', '--max-warnings', '0'),
  types,
  architecture: vitest('architecture'),
  unit: vitest('unit'),
  browser,
  e2e,
  packaging: vitest('packaging'),
}
/** Steps that test what is built; `types` builds anyway, so a build happens once. */
const NEEDS_BUILD = ['architecture', 'browser', 'e2e', 'packaging']

async function checkAll(names) {
  const total = { passed: 0, failed: 0, skipped: 0 }
  const lines = []
  if (!names.includes('types') && names.some((name) => NEEDS_BUILD.includes(name)) && !(await built())) total.failed += 1
  for (const name of names) {
    console.log(`\n── ${name} ──`)
    const started = performance.now()
    const counts = await STEPS[name]()
    for (const key of Object.keys(total)) total[key] += counts[key]
    const seconds = ((performance.now() - started) / 1000).toFixed(0)
    lines.push(`${counts.failed === 0 ? '✔' : '✘'} ${name.padEnd(13)} ${summary(counts)} (${seconds} s)`)
  }
  console.log(`\n${lines.join('\n')}\n`)
  console.log(summary(total))
  return total.failed
}

const summary = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`

const names = process.argv.slice(2)
const unknown = names.find((name) => !Object.hasOwn(STEPS, name))
if (unknown !== undefined) {
  console.error(`No step "${unknown}": there are ${Object.keys(STEPS).join(', ')}.`)
  process.exitCode = 1
} else {
  process.exitCode = (await checkAll(names.length > 0 ? names : Object.keys(STEPS))) > 0 ? 1 : 0
}
