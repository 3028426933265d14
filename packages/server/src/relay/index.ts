export { type RelayServer } from './forward.js'
export { lintasRelay, type RelayOptions } from './lintas-relay.js'
