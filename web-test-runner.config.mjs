// Browser tests: sources through esbuild, in Chromium, with a fake camera and software WebGL.
import { writeFileSync } from 'node:fs'
import { esbuildPlugin } from '@web/dev-server-esbuild'
import { defaultReporter } from '@web/test-runner'
import { chromeLauncher } from '@web/test-runner-chrome'
import { CHROMIUM_FLAGS, findChromium } from './scripts/lib/chromium.mjs'

// A worker does not inherit its page's header, so the header our integrators send is put on the scripts themselves, always.
const WORKER_CSP = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types lit-html lintas 'allow-duplicates'",
].join('; ')

/** `/lintas/…` is the assembled assets folder; workers carry the strict header; LINTAS_ISOLATED=1 isolates the page. */
function serve(context, next) {
  if (context.url.startsWith('/lintas/')) context.url = `/.lintas/assets/${context.url.slice('/lintas/'.length)}`
  if (/\/(?:runtime|lintas|\.lintas\/assets)\/lintas-worker[^/]*\.js/.test(context.url)) {
    context.set('Content-Security-Policy', WORKER_CSP)
    context.set('Cross-Origin-Embedder-Policy', 'require-corp')
  }
  if (process.env.LINTAS_ISOLATED === '1') {
    context.set('Cross-Origin-Opener-Policy', 'same-origin')
    context.set('Cross-Origin-Embedder-Policy', 'require-corp')
  }
  return next()
}

/** Counts for `npm run check`, which adds up all steps. */
function counter(file) {
  const add = (suite, counts) => {
    for (const test of suite?.tests ?? []) counts[test.skipped ? 'skipped' : test.passed ? 'passed' : 'failed']++
    for (const inner of suite?.suites ?? []) add(inner, counts)
  }
  return {
    onTestRunFinished({ sessions }) {
      const counts = { passed: 0, failed: 0, skipped: 0 }
      for (const session of sessions) {
        add(session.testResults, counts)
        if (!session.passed && !session.testResults) counts.failed++
      }
      writeFileSync(file, JSON.stringify(counts))
    },
  }
}

const report = process.env.LINTAS_REPORT

export default {
  files: ['packages/*/test/**/*.browser.ts'],
  rootDir: '.',
  nodeResolve: { exportConditions: ['browser', 'development'] },
  concurrency: 1,
  browsers: [
    chromeLauncher({
      concurrency: 1,
      launchOptions: {
        executablePath: findChromium(),
        args: [
          ...CHROMIUM_FLAGS,
          '--use-fake-device-for-media-stream',
          '--use-fake-ui-for-media-stream',
          '--autoplay-policy=no-user-gesture-required',
        ],
      },
    }),
  ],
  plugins: [esbuildPlugin({ ts: true, target: 'es2022', tsconfig: './tsconfig.json' })],
  middleware: [serve],
  testFramework: { config: { timeout: 60_000 } },
  testsStartTimeout: 120_000,
  testsFinishTimeout: 600_000,
  reporters: [defaultReporter(), ...(report ? [counter(report)] : [])],
}
