import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** The demo's own logins. */
export type LoginKind = 'employee' | 'officer'

/** Signs the demo's login cookies and reads them again. */
export interface SessionCookies {
  /** The `set-cookie` that logs in as `name`. */
  write(kind: LoginKind, name: string): string
  /** The `set-cookie` that logs out. */
  clear(kind: LoginKind): string
  /** Who is logged in, by the request's `cookie` header; undefined for nobody and for what nobody here has signed. */
  read(kind: LoginKind, header: string | undefined): string | undefined
}

/**
 * Cookies of a demo login, which asks for no password. The key is this process's own: a restart logs everybody out.
 * HttpOnly: no script reads them; SameSite=Strict: no other site's page sends them. Without Secure, since the demo is served at http://localhost.
 */
export function createSessionCookies(key: Uint8Array = randomBytes(32)): SessionCookies {
  const nameOf = (kind: LoginKind): string => `lintas-demo-${kind}`
  const sign = (kind: LoginKind, name: string): string => createHmac('sha256', key).update(`${kind}\n${name}`).digest('base64url')
  return {
    write: (kind, name) => `${nameOf(kind)}=${encodeURIComponent(name)}.${sign(kind, name)}; ${ATTRIBUTES}`,
    clear: (kind) => `${nameOf(kind)}=; Max-Age=0; ${ATTRIBUTES}`,
    read: (kind, header) => {
      const value = valueOf(header, nameOf(kind))
      const dot = value?.lastIndexOf('.') ?? -1
      if (value === undefined || dot < 1) return undefined
      const name = decoded(value.slice(0, dot))
      return name !== undefined && isEqual(value.slice(dot + 1), sign(kind, name)) ? name : undefined
    },
  }
}

const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Strict'

/** A name that stands there twice is nobody's: another page may have set the second one. */
function valueOf(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '').split(';').flatMap((pair) => {
    const [key = '', ...rest] = pair.split('=')
    return key.trim() === name ? [rest.join('=').trim()] : []
  })
  return values.length === 1 ? values[0] : undefined
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function isEqual(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)]
  return one.length === other.length && timingSafeEqual(one, other)
}
