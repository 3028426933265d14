import { randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** Who holds a folder, as its lock file tells it. */
export interface Holder {
  /** Unique to this taking of the lock. */
  readonly token: string
  readonly pid: number
  /** When the process started, in the words of the system; empty where it does not tell. Ids of processes are used again, starts are not. */
  readonly started: string
  /** The host and its space of process ids: a container's 17 is not another's 17. */
  readonly host: string
}

/** This process. */
export function ownHolder(): Holder {
  return { token: randomBytes(16).toString('hex'), pid: process.pid, started: processStart(process.pid) ?? '', host: ownHost() }
}

/** `undefined` where `text` is not a holder's. */
export function parseHolder(text: string): Holder | undefined {
  try {
    const value = JSON.parse(text) as Partial<Record<keyof Holder, unknown>> | null
    if (value === null || typeof value !== 'object') return undefined
    const { token, pid, started, host } = value
    if (typeof token !== 'string' || !/^[0-9a-f]{32}$/u.test(token)) return undefined
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 1 || typeof started !== 'string' || typeof host !== 'string') return undefined
    return { token, pid, started, host }
  } catch {
    return undefined
  }
}

/**
 * Whether the holder still runs. On this host the system is asked; of another (two containers on one volume) only its sign of life can tell.
 * @param silentMs how long ago it last gave a sign of life, milliseconds
 * @param limitMs how long it may be silent
 */
export function isAlive(holder: Holder, silentMs: number, limitMs: number): boolean {
  if (holder.host !== ownHost()) return silentMs <= limitMs
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    // Not permitted: it is somebody's, so it is there.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  const started = processStart(holder.pid)
  return started === undefined || holder.started === '' || started === holder.started
}

function ownHost(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return hostname()
  }
}

/** Boot id and start in clock ticks since boot, from Linux's /proc; `''` for a process that is dead and not yet buried; `undefined` elsewhere. */
function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name, in brackets, may hold anything; after it come the state and, as the 20th field from there, the start.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return ''
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19] ?? ''}`
  } catch {
    return undefined
  }
}
