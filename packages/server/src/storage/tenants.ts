import { asc, eq } from 'drizzle-orm'
import { startLedger } from './ledger.js'
import type { Storage } from './open-storage.js'
import { only, type Scope } from './scope.js'
import { tenants } from './tables-people.js'

/** An agency (OPD), or the regency whose people the agencies share. */
export type Tenant = typeof tenants.$inferSelect

/** Makes the scope's tenant, with an empty ledger; `undefined` where there is one already. */
export async function createTenant(scope: Scope, tenant: Pick<Tenant, 'kind' | 'name' | 'timeZone'>): Promise<Tenant | undefined> {
  const { tenantId, now, database } = scope
  const row = { tenantId, kind: tenant.kind, name: tenant.name, timeZone: tenant.timeZone, createdAt: now }
  const made = only(await database.insert(tenants).values(row).onConflictDoNothing().returning())
  if (made !== undefined) await startLedger(scope)
  return made
}

/** The scope's tenant. */
export async function findTenant({ database, tenantId }: Scope): Promise<Tenant | undefined> {
  return only(await database.select().from(tenants).where(eq(tenants.tenantId, tenantId)))
}

/** Every tenant, to whoever acts for the regency's own; nobody else learns who there is. */
export async function listTenants(scope: Scope): Promise<readonly Tenant[]> {
  if ((await findTenant(scope))?.kind !== 'regency') return []
  return await scope.database.select().from(tenants).orderBy(asc(tenants.tenantId))
}

/** Every tenant there is: for whoever runs the server, at its own machine. No request may reach this. */
export async function everyTenant(storage: Pick<Storage, 'snapshot'>): Promise<readonly Tenant[]> {
  return await storage.snapshot('', ({ database }) => database.select().from(tenants).orderBy(asc(tenants.tenantId)))
}
