import { linkSync, mkdirSync, readFileSync, renameSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StorageError } from './errors.js'
import { isAlive, ownHolder, parseHolder, type Holder } from './holder.js'

/** A held folder. */
export interface FolderLock {
  /** Gives it back; once is enough. */
  release(): void
}

const FIRST = 'lintas.lock'
const SIGN_OF_LIFE_MS = 5_000
/** Six missed signs: a process that computes for that long is not one that serves. A container started anew after a crash waits as long. */
const SILENT_LIMIT_MS = 30_000
const ATTEMPTS = 20

/**
 * Takes the folder for this process, making it where it is not there. A lock whose process is dead is taken over.
 *
 * Nothing is ever overwritten to take a lock: a file is linked into place, which the file system lets exactly one process do. A dead
 * holder's file is left, and its heir links a file named after the dead one's token, so two heirs of one holder cannot both win. The heir
 * then moves its own file to the first name; whoever was slow finds there, on the second look that everyone takes, that it came too late.
 * @throws StorageError `storage-locked` with `details.pid`, `storage-folder`
 */
export function lockFolder(folder: string): FolderLock {
  const own = ownHolder()
  const claim = join(folder, `${FIRST}.claim-${own.token}`)
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(claim, `${JSON.stringify(own)}\n`, { flag: 'wx' })
  } catch (cause) {
    throw new StorageError('storage-folder', `${folder} cannot be written`, { cause })
  }
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (take(folder, claim, own)) return hold(join(folder, FIRST), own)
    }
    throw new StorageError('storage-folder', `the lock of ${folder} changes faster than it can be read`)
  } finally {
    removeIfThere(claim)
  }
}

/** Whether the folder is ours; `false` when somebody was quicker and another look is due. */
function take(folder: string, claim: string, own: Holder): boolean {
  const dead = walk(folder)
  const place = join(folder, dead.at(-1)?.next ?? FIRST)
  if (!linkNew(claim, place)) return false
  if (dead.length === 0) return true
  const chain = walk(folder, own.token)
  if (chain.at(-1)?.token !== own.token || chain.length !== dead.length + 1) {
    unlinkSync(place)
    return false
  }
  renameSync(claim, join(folder, FIRST))
  // After the first name tells the new holder: before that, a second heir could take a name that became free.
  for (const { next } of dead) removeIfThere(join(folder, next))
  return true
}

/** The dead holders in order of succession. With `own`, the chain ends at that holder, who is alive, instead of refusing. */
function walk(folder: string, own?: string): { readonly token: string; readonly next: string }[] {
  const chain: { token: string; next: string }[] = []
  for (let name = FIRST; ;) {
    const found = read(join(folder, name))
    if (found === undefined) return chain
    const { holder, silentMs } = found
    chain.push({ token: holder.token, next: `${FIRST}.after-${holder.token}` })
    if (holder.token === own) return chain
    if (isAlive(holder, silentMs, SILENT_LIMIT_MS)) {
      // Refused, and the own claim, if it was linked, is nobody's any more: the first name tells who won.
      if (own !== undefined) return chain
      throw new StorageError('storage-locked', `${folder} is in use by process ${holder.pid}`, { details: { pid: holder.pid, host: holder.host } })
    }
    name = `${FIRST}.after-${holder.token}`
  }
}

function read(file: string): { readonly holder: Holder; readonly silentMs: number } | undefined {
  let text: string
  let silentMs: number
  try {
    text = readFileSync(file, 'utf8')
    silentMs = Date.now() - statSync(file).mtimeMs
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return undefined
    throw new StorageError('storage-folder', `${file} cannot be read`, { cause })
  }
  const holder = parseHolder(text)
  // Linked into place whole, so a damaged one is not of our making: a person decides.
  if (holder === undefined) throw new StorageError('storage-folder', `${file} is damaged: remove it when no server runs on its folder`)
  return { holder, silentMs }
}

function hold(file: string, own: Holder): FolderLock {
  const timer = setInterval(() => {
    const now = new Date()
    try {
      utimesSync(file, now, now)
    } catch {
      // The folder is gone or read-only; the database will say so itself.
    }
  }, SIGN_OF_LIFE_MS)
  timer.unref()
  let held = true
  return {
    release: () => {
      clearInterval(timer)
      if (held && ownsStill(file, own)) removeIfThere(file)
      held = false
    },
  }
}

function ownsStill(file: string, own: Holder): boolean {
  try {
    return parseHolder(readFileSync(file, 'utf8'))?.token === own.token
  } catch {
    return false
  }
}

function linkNew(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (cause) {
    if (hasCode(cause, 'EEXIST')) return false
    throw new StorageError('storage-folder', `${to} cannot be made`, { cause })
  }
}

function removeIfThere(file: string): void {
  try {
    unlinkSync(file)
  } catch (cause) {
    if (!hasCode(cause, 'ENOENT')) throw new StorageError('storage-folder', `${file} cannot be removed`, { cause })
  }
}

const hasCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code
