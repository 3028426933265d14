import { asc, eq } from 'drizzle-orm'
import { only, type Scope } from './scope.js'
import { tenants } from './tables-people.js'

/** Tells the id of the regency's tenant; `undefined` as long as there is none. */
export type RegencyOf = (scope: Scope) => Promise<string | undefined>

/**
 * Looks for the regency's tenant when it is asked, in the asker's transaction, until there is one: it may be made while the server runs, by this instance,
 * another or the command line. Once it is there it is remembered, since it stays.
 */
export function regencyFinder(): RegencyOf {
  let known: string | undefined
  return async ({ database }) => {
    if (known !== undefined) return known
    const first = database
      .select({ tenantId: tenants.tenantId })
      .from(tenants)
      .where(eq(tenants.kind, 'regency'))
      .orderBy(asc(tenants.tenantId))
      .limit(1)
    return (known = only(await first)?.tenantId)
  }
}
