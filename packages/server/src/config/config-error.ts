/** What is wrong with a variable. The reason never repeats what stands in a secret one. */
export interface ConfigFault {
  readonly variable: string
  readonly reason: string
}

/** The environment is not what it should be; all that is wrong with it at once. */
export class ConfigError extends Error {
  readonly code = 'config-invalid'
  readonly faults: readonly ConfigFault[]

  constructor(faults: readonly ConfigFault[]) {
    super(faults.map(({ variable, reason }) => `${variable} ${reason}`).join('\n'))
    this.name = 'ConfigError'
    this.faults = faults
  }
}
