// Error rates on the lists of ../shared/data, with the shipped bundle in Chromium. Prints figures and keeps them in .lintas/evaluation; what is
// committed under docs/evaluation is copied from there by hand, after a look.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const DATA = fileURLToPath(new URL('../../../shared/data', import.meta.url))
const TOOL = fileURLToPath(new URL('../evaluation/evaluate.mjs', import.meta.url))
const MODELS = ['--model', 'facenet-128', '--model', 'facenet-128,compact-512']
const RUNS = {
  'lfw-dev': ['--matrix', '--split', ...MODELS],
  'nuaa-dev': ['--mean', 'leave-two-out', '--subject-pattern', String.raw`nuaa.*/(\d+)_`, '--session-pattern', String.raw`_(\d\d)_\d+\.`, ...MODELS],
}

if (!existsSync(DATA)) {
  process.stdout.write('skipped: ../shared/data is not here\n')
  process.exit(0)
}
let failed = 0
for (const [protocol, options] of Object.entries(RUNS)) {
  const args = [TOOL, '--root', DATA, '--pairs', `${DATA}/pairs.csv`, '--protocol', protocol, ...options]
  if (spawnSync(process.execPath, args, { stdio: 'inherit' }).status !== 0) failed += 1
}
process.exit(failed === 0 ? 0 : 1)
