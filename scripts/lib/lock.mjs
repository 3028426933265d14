// One build at a time in one working tree: two would write the same files.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { ROOT } from './run.mjs'

const LOCK = join(ROOT, '.lintas', 'build.lock')

const alive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return cause.code === 'EPERM'
  }
}

function take() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' })
    return true
  } catch (cause) {
    if (cause.code !== 'EEXIST') throw cause
    return false
  }
}

function holder() {
  try {
    return Number(readFileSync(LOCK, 'utf8'))
  } catch {
    return undefined
  }
}

/** Runs `work` while holding the lock; the lock of a process that died is taken over. */
export async function withBuildLock(work) {
  mkdirSync(join(ROOT, '.lintas'), { recursive: true })
  let told = false
  while (!take()) {
    const pid = holder()
    if (pid !== undefined && pid > 0 && !alive(pid)) {
      rmSync(LOCK, { force: true })
      continue
    }
    if (!told) console.log('Another build is running in this folder; waiting for it …')
    told = true
    await wait(250)
  }
  try {
    return await work()
  } finally {
    rmSync(LOCK, { force: true })
  }
}
