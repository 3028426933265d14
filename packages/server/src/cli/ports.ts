import type { Environment, ServerConfig } from '../config/index.js'
import { everyTenant, type openStorage, type Storage } from '../storage/index.js'

/** What a command reads and where it writes. */
export interface CliPorts {
  readonly env: Environment
  /** A line of the result. */
  readonly out: (text: string) => void
  /** A line for the person at the keyboard. */
  readonly err: (text: string) => void
  readonly readText: (path: string) => Promise<string>
  /** The clock, milliseconds since 1970. Default `Date.now`. */
  readonly clock?: () => number
  /** Opens the storage; the command closes it. Default {@link openStorage}. */
  readonly open?: typeof openStorage
}

/** Options of a command as they were typed. */
export type Options = Readonly<Record<string, string | undefined>>

/** What a command runs with. */
export interface Command {
  readonly ports: CliPorts
  readonly config: ServerConfig
  readonly storage: Storage
  readonly options: Options
}

/** 0: done, and it holds. 1: it does not hold, or something of it failed. 2: the command or the configuration is wrong. */
export type ExitCode = 0 | 1 | 2

/** A mistake of whoever typed the command; its message is all that is shown. */
export class UsageError extends Error {}

/** An option that has to be there. */
export function required(options: Options, name: string): string {
  const value = options[name]
  if (value === undefined || value === '') throw new UsageError(`--${name} is missing`)
  return value
}

/** The tenant that `--tenant` names, or all. */
export async function chosenTenants({ storage, options }: Command): Promise<readonly string[]> {
  const all = (await everyTenant(storage)).map(({ tenantId }) => tenantId)
  const { tenant } = options
  if (tenant !== undefined && !all.includes(tenant)) throw new UsageError(`there is no tenant ${JSON.stringify(tenant)}`)
  return tenant === undefined ? all : [tenant]
}

/** The one tenant that `--tenant` has to name. */
export async function oneTenant(command: Command): Promise<string> {
  required(command.options, 'tenant')
  const [tenantId = ''] = await chosenTenants(command)
  return tenantId
}

/** A file as JSON. */
export async function readJson({ readText }: CliPorts, path: string): Promise<unknown> {
  const text = await readText(path).catch(() => Promise.reject(new UsageError(`${path} cannot be read`)))
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError(`${path} is not JSON`)
  }
}
