import type { Reader } from './reader.js'

/** Where officers make and use passkeys, and whether their acts need them. */
export interface PasskeyConfig {
  readonly rpId: string
  readonly origins: readonly string[]
  readonly required: boolean
}

const DOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/u

/** `undefined` where there are none. */
export function readPasskeys(reader: Reader): PasskeyConfig | undefined {
  const required = reader.choice('LINTAS_OFFICER_PASSKEY', ['off', 'required'], 'off') === 'required'
  const rpId = reader.matching('LINTAS_PASSKEY_RP_ID', DOMAIN, 'must be a domain in lower case')
  const origins = reader
    .text('LINTAS_PASSKEY_ORIGINS')
    ?.split(',')
    .map((origin) => origin.trim())
  if (rpId === undefined && (required || origins !== undefined)) reader.fault('LINTAS_PASSKEY_RP_ID', 'must be set with passkeys')
  if (origins === undefined && (required || rpId !== undefined)) reader.fault('LINTAS_PASSKEY_ORIGINS', 'must be set with passkeys')
  if (rpId === undefined || origins === undefined) return undefined
  const stray = DOMAIN.test(rpId) ? origins.find((origin) => !isOriginOf(origin, rpId)) : undefined
  if (stray !== undefined) {
    reader.fault('LINTAS_PASSKEY_ORIGINS', `must be origins of ${rpId} or below it, with https://, not ${JSON.stringify(stray)}`)
  }
  return { rpId, origins, required }
}

/** As browsers hold it: https, or this machine; the domain, or one below it. */
function isOriginOf(origin: string, rpId: string): boolean {
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) return false
  const { protocol, hostname } = new URL(origin)
  return (protocol === 'https:' || hostname === 'localhost') && (hostname === rpId || hostname.endsWith(`.${rpId}`))
}
