import { readFile } from 'node:fs/promises'
import { BlockList, isIP } from 'node:net'

/** An office of an agency. */
export interface Office {
  readonly officeId: string
  readonly name: string
  /** Addresses with which its network reaches the internet; absent where it has none of its own. */
  readonly egress?: BlockList
  /** Whether a screen there shows the changing code. */
  readonly code: boolean
}

/** Offices of one tenant by their ids. */
export type TenantOffices = ReadonlyMap<string, Office>
/** Offices by tenant. */
export type Offices = ReadonlyMap<string, TenantOffices>

/** The file of offices is not what it should be. The message says where in it. */
export class OfficesError extends Error {
  readonly code = 'offices-malformed'
  /** Such as `opd-1.hall.egress[0]`; `$` for the whole. */
  readonly path: string

  constructor(path: string, reason: string) {
    super(`${path} ${reason}`)
    this.name = 'OfficesError'
    this.path = path
  }
}

/** @throws OfficesError where it cannot be read, or is not what {@link parseOffices} takes */
export async function readOffices(file: string): Promise<Offices> {
  const text = await readFile(file, 'utf8').catch(() => Promise.reject(new OfficesError('$', `is not there: ${file} cannot be read`)))
  return parseOffices(text)
}

/**
 * Reads offices: JSON `{tenant: {office: {name, egress?: ["203.0.113.7", "2001:db8::/48"], code?: true}}}`. Strict: a misspelt field would be a
 * place that nobody can prove, or one that everybody can.
 * @throws OfficesError with the place of the fault
 */
export function parseOffices(text: string): Offices {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new OfficesError('$', 'is not JSON')
  }
  return mapOf(value, '$', TENANT, (tenant, tenantId) => mapOf(tenant, tenantId, OFFICE, (office, id) => officeOf(office, `${tenantId}.${id}`, id)))
}

const TENANT = { pattern: /^[a-z0-9][a-z0-9-]{0,62}$/u, is: 'is no id of a tenant' }
const OFFICE = { pattern: /^[a-z0-9][a-z0-9-]{0,62}$/u, is: 'must have 1 to 63 lower-case letters, digits and "-"' }
const NAME = /^[^\p{Cc}\p{Cs}]{1,200}$/u
const FIELDS: ReadonlySet<string> = new Set(['name', 'egress', 'code'])
const MOST_RANGES = 100

function mapOf<T>(value: unknown, path: string, keys: typeof TENANT, read: (value: unknown, key: string) => T): ReadonlyMap<string, T> {
  const entries = Object.entries(objectOf(value, path))
  return new Map(
    entries.map(([key, one]) => {
      if (!keys.pattern.test(key)) throw new OfficesError(path === '$' ? key : `${path}.${key}`, keys.is)
      return [key, read(one, key)]
    }),
  )
}

function objectOf(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new OfficesError(path, 'must be an object')
  return value as Readonly<Record<string, unknown>>
}

function officeOf(value: unknown, path: string, officeId: string): Office {
  const fields = objectOf(value, path)
  const stranger = Object.keys(fields).find((field) => !FIELDS.has(field))
  if (stranger !== undefined) throw new OfficesError(`${path}.${stranger}`, 'is no field of an office: name, egress, code')
  const { name, egress, code = false } = fields
  if (typeof name !== 'string' || !NAME.test(name)) throw new OfficesError(`${path}.name`, 'must have 1 to 200 characters and no control character')
  if (typeof code !== 'boolean') throw new OfficesError(`${path}.code`, 'must be true or false')
  return { officeId, name, code, ...(egress === undefined ? {} : { egress: rangesOf(egress, `${path}.egress`) }) }
}

function rangesOf(value: unknown, path: string): BlockList {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_RANGES)
    throw new OfficesError(path, `must list 1 to ${MOST_RANGES} addresses`)
  const list = new BlockList()
  value.forEach((range: unknown, index) => addRange(list, range, `${path}[${index}]`))
  return list
}

/** An address, or a network in CIDR notation. A network of 0 bits is the whole internet, and no office. */
function addRange(list: BlockList, range: unknown, path: string): void {
  const [address = '', bits, ...rest] = typeof range === 'string' ? range.split('/') : []
  const version = isIP(address)
  const most = version === 4 ? 32 : 128
  const prefix = bits === undefined ? most : Number(/^\d{1,3}$/u.test(bits) ? bits : NaN)
  if (version === 0 || rest.length > 0 || address.includes('%') || !(prefix >= 1 && prefix <= most)) {
    throw new OfficesError(path, 'must be an address, or a network such as 203.0.113.0/29')
  }
  list.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6')
}
