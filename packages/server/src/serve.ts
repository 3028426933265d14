import { readConfig } from './config/index.js'
import { listen } from './listen.js'
import { createLintasServer, type LintasServer } from './server.js'

/** Longest that a shutdown waits for what runs, milliseconds: a supervisor that asked to stop kills soon after. */
const SHUTDOWN_MS = 25_000

try {
  const config = readConfig(process.env)
  const server = await createLintasServer(config)
  for (const path of server.made) server.app.log.warn({ path }, 'a key was made: keep this file, apart from the backups of the database')
  closeOnSignal(server)
  const address = await listen(server.app, config.listen)
  server.app.log.info({ address }, 'LINTAS server')
} catch (fault) {
  process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`)
  process.exitCode = 1
}

/** The first signal lets requests end; a second one, or too long a wait, does not. */
function closeOnSignal(server: LintasServer): void {
  let closing = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (closing) process.exit(1)
      closing = true
      server.app.log.info({ signal }, 'closing')
      setTimeout(() => process.exit(1), SHUTDOWN_MS).unref()
      server.close().then(
        () => process.exit(0),
        () => process.exit(1),
      )
    })
  }
}
