export { headOf, readLedger, type LedgerState } from './ledger.js'
export { anyTemplate, seed, seedSubject, TENANT, type SeededSubject } from './seed.js'
export { buildServer, startServer, type ServerEnvironment, type ServerProcess } from './servers.js'
