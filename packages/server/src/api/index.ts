export { lintasApi } from './lintas-api.js'
export type { ApiParts, HealthChecks, QueueStats } from './ports.js'
