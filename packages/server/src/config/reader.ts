import type { ConfigFault } from './config-error.js'
import { VARIABLES, type Variable, type VariableName } from './variables.js'

/** `process.env`, or what a test puts in its place. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Reads variables one by one and remembers what is wrong with them. */
export interface Reader {
  /** `undefined` where it is not set, or empty. */
  text(name: VariableName): string | undefined
  matching(name: VariableName, pattern: RegExp, reason: string): string | undefined
  integer(name: VariableName, fallback: number, min: number, max: number): number
  choice<T extends string>(name: VariableName, choices: readonly T[], fallback: T): T
  fault(name: VariableName, reason: string): void
  faults(): readonly ConfigFault[]
}

const NAMES: ReadonlySet<string> = new Set(VARIABLES.map(({ name }) => name))
const SECRETS: ReadonlySet<string> = new Set(VARIABLES.flatMap((variable: Variable) => (variable.secret === true ? [variable.name] : [])))

/** A reader of `env`, which has found the `LINTAS_` variables that nobody knows. */
export function createReader(env: Environment): Reader {
  const faults: ConfigFault[] = unknownVariables(env)
  const fault = (variable: VariableName, reason: string): void => void faults.push({ variable, reason })
  const text = (name: VariableName): string | undefined => (env[name] === '' ? undefined : env[name])
  const but = (name: VariableName, value: string): string => (SECRETS.has(name) ? '' : `, not ${JSON.stringify(value)}`)
  return {
    text,
    fault,
    faults: () => faults,
    matching: (name, pattern, reason) => {
      const value = text(name)
      if (value !== undefined && !pattern.test(value)) fault(name, `${reason}${but(name, value)}`)
      return value
    },
    integer: (name, fallback, min, max) => {
      const value = text(name)
      if (value === undefined) return fallback
      const number = Number(value)
      if (/^\d{1,9}$/u.test(value) && number >= min && number <= max) return number
      fault(name, `must be an integer from ${min} to ${max}${but(name, value)}`)
      return fallback
    },
    choice: (name, choices, fallback) => {
      const value = text(name)
      const chosen = value === undefined ? fallback : choices.find((choice) => choice === value)
      if (chosen === undefined) fault(name, `must be one of ${choices.join(', ')}${but(name, value ?? '')}`)
      return chosen ?? fallback
    },
  }
}

/** A misspelt variable would leave its default in force without a word. */
function unknownVariables(env: Environment): ConfigFault[] {
  const strangers = Object.keys(env).filter((name) => name.startsWith('LINTAS_') && !NAMES.has(name) && env[name] !== undefined)
  return strangers.sort().map((variable) => ({ variable, reason: 'is no variable of the server: see .env.example' }))
}
