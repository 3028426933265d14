export { runCli, USAGE } from './run.js'
export type { CliPorts, ExitCode } from './ports.js'
