/** Where to listen. */
export interface Listen {
  readonly host: string
  readonly port: number
  /** The port was asked for: when it is taken, that is a fault and not a reason to take the next. */
  readonly fixed: boolean
}

const DEFAULT_HOST = '127.0.0.1'
const DEFAULT_PORT = 8080

/** @throws TypeError that names the variable */
export function readListen(env: Readonly<Record<string, string | undefined>>): Listen {
  const host = env['HOST'] === undefined || env['HOST'] === '' ? DEFAULT_HOST : env['HOST']
  const asked = env['PORT']
  if (asked === undefined || asked === '') return { host, port: DEFAULT_PORT, fixed: false }
  const port = Number(asked)
  if (!/^\d+$/u.test(asked) || port > 65_535) throw new TypeError(`PORT must be an integer from 0 to 65535, not ${JSON.stringify(asked)}`)
  return { host, port, fixed: true }
}
