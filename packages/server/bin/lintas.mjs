#!/usr/bin/env node
// The operator's command. What it does is in dist/cli; here is only what a process has and a test does not want.
import { readFile } from 'node:fs/promises'
import { runCli } from '../dist/cli/index.js'

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
  readText: (path) => readFile(path, 'utf8'),
})
