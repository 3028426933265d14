import { isIP } from 'node:net'
import { isOfficeCode } from './office-code.js'
import type { Office, TenantOffices } from './offices.js'

/** What shows that somebody is there: a kiosk's key, the office's egress address, the code on its screen; or nothing, and it is said only. */
export type PlaceBy = 'kiosk' | 'egress' | 'code' | 'claim'

/** A place, and what it rests on. */
export interface Place {
  /** Office id, `kiosk:` and a thumbprint, or what was claimed. */
  readonly place: string
  readonly by: PlaceBy
}

/** What is known of where somebody is. */
export interface PlaceFacts {
  readonly office?: string
  /** As it was typed. */
  readonly code?: string
  /** Where the browser's request came from, by the agency's relay, which has to know: who has its key can say anything. */
  readonly clientAddress?: string
  /** Thumbprint of a device that an officer made a kiosk. */
  readonly kiosk?: string
}

/** Why a place is not taken. */
export type PlaceRefusal =
  | 'office-unknown' // the tenant has no such office
  | 'code-wrong' // the code is not this office's, or was before the last

/** The offices of a tenant, and whether a code is right now. */
export interface PlaceRules {
  readonly offices: TenantOffices
  readonly isCode: (officeId: string, code: string) => boolean
}

/**
 * Rules for {@link placeFrom}.
 * @param secrets of every key of the deployment's ring: what a screen shows may be of the one that was current a moment ago, or is in another instance
 * @param at milliseconds since 1970
 */
export function placeRules(offices: TenantOffices | undefined, secrets: readonly Uint8Array[], tenantId: string, at: number): PlaceRules {
  // All are tried, so that how long it takes says nothing.
  const isCode = (officeId: string, code: string): boolean =>
    secrets.filter((secret) => isOfficeCode(secret, tenantId, officeId, code, at)).length > 0
  return { offices: offices ?? new Map(), isCode }
}

/**
 * The place that the facts come to; `undefined` where they come to none. A code that is wrong is refused even where the address would do: who
 * guesses is to be told apart from who is there.
 */
export function placeFrom(facts: PlaceFacts, rules: PlaceRules): Place | { readonly refused: PlaceRefusal } | undefined {
  const { office: officeId, code, clientAddress, kiosk } = facts
  if (kiosk !== undefined) return { place: `kiosk:${kiosk}`, by: 'kiosk' }
  if (officeId === undefined) return code === undefined ? byAddress(clientAddress, rules.offices) : { refused: 'office-unknown' }
  const office = rules.offices.get(officeId)
  if (office === undefined) return { refused: 'office-unknown' }
  if (code !== undefined) return office.code && rules.isCode(officeId, code) ? { place: officeId, by: 'code' } : { refused: 'code-wrong' }
  return { place: officeId, by: isEgress(office, clientAddress) ? 'egress' : 'claim' }
}

/** The one office with this egress address. Of several that share it, which one is anybody's guess: then the page has to say. */
function byAddress(address: string | undefined, offices: TenantOffices): Place | undefined {
  const [office, another] = [...offices.values()].filter((one) => isEgress(one, address))
  return office === undefined || another !== undefined ? undefined : { place: office.officeId, by: 'egress' }
}

/** Whether a browser at this address is in the office's network. Not where nobody says the address, nor where there is no such office any more. */
export const isAtOffice = (officeId: string, address: string | undefined, offices: TenantOffices | undefined): boolean => {
  const office = offices?.get(officeId)
  return office !== undefined && isEgress(office, address)
}

function isEgress({ egress }: Office, address: string | undefined): boolean {
  const version = isIP(address ?? '')
  // An IPv4 address that came in through a socket of both kinds, `::ffff:203.0.113.7`, is compared as what it is: a BlockList sees to it.
  return egress !== undefined && address !== undefined && version !== 0 && egress.check(address, version === 4 ? 'ipv4' : 'ipv6')
}

/** Whether a place is shown and not only said. */
export const isShown = (by: string | null | undefined): boolean => by === 'kiosk' || by === 'egress' || by === 'code'
