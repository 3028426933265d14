import { parseArgs } from 'node:util'
import { ConfigError, readConfig } from '../config/index.js'
import { openStorage, StorageError } from '../storage/index.js'
import { VaultError } from '../vault/index.js'
import { exportTombstonesCommand, holdsReleaseCommand, reapplyErasuresCommand, rotateKeysCommand, sweepCommand } from './keeping-commands.js'
import { headsCommand, verifyLedgerCommand } from './ledger-commands.js'
import { UsageError, type CliPorts, type Command, type ExitCode, type Options } from './ports.js'
import {
  keysIssueCommand,
  keysListCommand,
  keysRevokeCommand,
  officersLinkCommand,
  tenantsAddCommand,
  tenantsListCommand,
} from './tenant-commands.js'
import { vectorsDropCommand, vectorsRebuildCommand } from './vector-commands.js'

const COMMANDS: Readonly<Record<string, readonly [run: (command: Command) => Promise<ExitCode>, options: readonly string[]]>> = {
  'verify-ledger': [verifyLedgerCommand, ['tenant', 'heads']],
  heads: [headsCommand, ['tenant']],
  'rotate-keys': [rotateKeysCommand, ['tenant']],
  sweep: [sweepCommand, ['tenant']],
  'tenants add': [tenantsAddCommand, ['tenant', 'kind', 'name', 'time-zone']],
  'tenants list': [tenantsListCommand, []],
  'keys issue': [keysIssueCommand, ['tenant', 'role', 'label', 'actor']],
  'keys revoke': [keysRevokeCommand, ['tenant', 'key']],
  'keys list': [keysListCommand, ['tenant']],
  'officers link': [officersLinkCommand, ['tenant', 'actor', 'person', 'subject']],
  'vectors rebuild': [vectorsRebuildCommand, []],
  'vectors drop': [vectorsDropCommand, []],
  'export-tombstones': [exportTombstonesCommand, ['tenant']],
  'reapply-erasures': [reapplyErasuresCommand, ['from']],
  'holds release': [holdsReleaseCommand, ['tenant', 'session', 'reason', 'actor']],
}

export const USAGE = `lintas COMMAND [options], with the server's environment (see .env.example)

  verify-ledger --tenant T --heads FILE   proves the ledger against heads that somebody kept; exit 1 where it does not hold
  heads [--tenant T]                      today's signed heads, a JSON list: give them to others to keep
  rotate-keys [--tenant T]                puts templates and evidence under the current key; safe while the server runs
  sweep [--tenant T]                      removes what has been kept long enough
  tenants add --tenant T --name NAME [--kind agency|regency] [--time-zone Asia/Jakarta]
  tenants list
  keys issue --tenant T --role agency --label TEXT
  keys issue --tenant T --role officer|regency|operator --actor WHO --label TEXT
                                          an officer's key is one person's: who acts is whose key it is
  keys revoke --tenant T --key ID
  keys list --tenant T
  officers link --tenant T --actor WHO [--person ID] [--subject ID]
                                          who an officer is, so that nobody acts for themself under another id
  vectors rebuild                         makes the vectors of LINTAS_VECTORS=on that are missing: TEMPLATES IN CLEAR
  vectors drop                            takes them all away; then set LINTAS_VECTORS=off
  export-tombstones [--tenant T]          erasures, to be kept apart from the backups
  reapply-erasures --from FILE            does them again after a restore, before the server serves
  holds release --tenant T --session SID --reason TEXT --actor WHO
                                          lifts a legal hold, which keeps an erasure from being done again; the audit has it

With the embedded database the server must be stopped first; with PostgreSQL it may run.`

/** Runs a command. Never throws what a person at a keyboard can mend: that is a line on `err`, and a code. */
export async function runCli(args: readonly string[], ports: CliPorts): Promise<ExitCode> {
  try {
    if (args.length === 0 || args.includes('--help')) {
      ports.out(USAGE)
      return args.length === 0 ? 2 : 0
    }
    const { run, options } = parseCommand(args)
    const config = readConfig(ports.env)
    const storage = await (ports.open ?? openStorage)(config.storage, {
      ...(ports.clock === undefined ? {} : { clock: ports.clock }),
      vectors: config.vectors || run === vectorsDropCommand,
    })
    try {
      return await run({ ports, config, storage, options })
    } finally {
      await storage.close()
    }
  } catch (error) {
    return explain(error, ports)
  }
}

/** What a line of words asks for. @throws UsageError where there is no such command or option */
export function parseCommand(args: readonly string[]): { readonly run: (command: Command) => Promise<ExitCode>; readonly options: Options } {
  const words = args.findIndex((arg) => arg.startsWith('-'))
  const name = args.slice(0, words < 0 ? args.length : words).join(' ')
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined) throw new UsageError(`there is no command ${JSON.stringify(name)}; lintas --help tells which there are`)
  const [run, names] = command
  const options = Object.fromEntries(names.map((option) => [option, { type: 'string' as const }]))
  try {
    return { run, options: parseArgs({ args: words < 0 ? [] : args.slice(words), options, strict: true }).values }
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function explain(error: unknown, { err }: CliPorts): ExitCode {
  if (error instanceof UsageError || error instanceof ConfigError) {
    err(error.message)
    return 2
  }
  if (error instanceof StorageError || error instanceof VaultError) {
    err(`${error.code}: ${error.message}`)
    return error.code === 'storage-locked' || error instanceof VaultError ? 2 : 1
  }
  throw error
}
