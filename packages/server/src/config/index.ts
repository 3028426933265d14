export { ConfigError, type ConfigFault } from './config-error.js'
export { type Environment } from './reader.js'
export { readConfig, type KeySource, type Retention, type ServerConfig } from './read-config.js'
export { envExample, VARIABLES, type Variable, type VariableName } from './variables.js'
