export { type RelayServer } from './forward.js'
export { lintasRelay, type OfficePlace, type RelayOptions } from './lintas-relay.js'
