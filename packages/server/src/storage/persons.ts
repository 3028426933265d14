import { and, asc, eq, gte, isNull, lte, or } from 'drizzle-orm'
import { randomId } from './hashing.js'
import { inserted, only, type Scope } from './scope.js'
import { assignments, persons } from './tables-people.js'

/** A person of the regency; kept under the regency's own tenant. */
export type Person = typeof persons.$inferSelect

/** Where a person serves, from the first day to the last, both inclusive (`YYYY-MM-DD`). */
export type Assignment = typeof assignments.$inferSelect

/** A new person under a random id; `undefined` where the number (NIP) is already somebody's. */
export async function createPerson(scope: Scope, person: { readonly nip?: string; readonly name?: string }): Promise<Person | undefined> {
  const { tenantId, now, database } = scope
  const row = { tenantId, personId: randomId(), nip: person.nip ?? null, name: person.name ?? null, createdAt: now }
  return only(await database.insert(persons).values(row).onConflictDoNothing().returning())
}

/** A person of the scope's tenant. */
export async function findPerson({ tenantId, database }: Scope, personId: string): Promise<Person | undefined> {
  return only(
    await database
      .select()
      .from(persons)
      .where(and(eq(persons.tenantId, tenantId), eq(persons.personId, personId))),
  )
}

/** Forgets number and name; the id stays, because attendance that rests on public duty refers to it. */
export async function forgetPerson({ tenantId, database }: Scope, personId: string): Promise<boolean> {
  const itself = and(eq(persons.tenantId, tenantId), eq(persons.personId, personId))
  return (await database.update(persons).set({ nip: null, name: null }).where(itself).returning({ personId: persons.personId })).length > 0
}

/**
 * Assigns a person to an agency from a day on, which ends what went on until the day before. `undefined` where there is no such person, or
 * where an assignment already begins on that day or later.
 */
export async function assignPerson(scope: Scope, personId: string, agencyId: string, startsOn: string): Promise<Assignment | undefined> {
  const { tenantId, database } = scope
  const itself = and(eq(persons.tenantId, tenantId), eq(persons.personId, personId))
  // The person's row is what two transfers at once have to queue for.
  if (only(await database.select().from(persons).where(itself).for('update')) === undefined) return undefined
  const ofPerson = and(eq(assignments.tenantId, tenantId), eq(assignments.personId, personId))
  const later = and(ofPerson, gte(assignments.startsOn, startsOn))
  if ((await database.select().from(assignments).where(later).limit(1)).length > 0) return undefined
  await database
    .update(assignments)
    .set({ endsOn: dayBefore(startsOn) })
    .where(and(ofPerson, or(isNull(assignments.endsOn), gte(assignments.endsOn, startsOn))))
  const row = { tenantId, assignmentId: randomId(), personId, agencyId, startsOn }
  return inserted(await database.insert(assignments).values(row).returning())
}

/** Where the person serves on a day. */
export async function assignmentOn({ tenantId, database }: Scope, personId: string, day: string): Promise<Assignment | undefined> {
  const ofPerson = and(eq(assignments.tenantId, tenantId), eq(assignments.personId, personId))
  const covers = and(ofPerson, lte(assignments.startsOn, day), or(isNull(assignments.endsOn), gte(assignments.endsOn, day)))
  return only(await database.select().from(assignments).where(covers))
}

/** All assignments of a person, first to last. */
export async function listAssignments({ tenantId, database }: Scope, personId: string): Promise<readonly Assignment[]> {
  const ofPerson = and(eq(assignments.tenantId, tenantId), eq(assignments.personId, personId))
  return await database.select().from(assignments).where(ofPerson).orderBy(asc(assignments.startsOn))
}

/** Assignments of a person to the scope's own tenant, first to last. Persons are the regency's: of its rows no more is read than this agency's part. */
export async function assignmentsHere({ tenantId, database }: Scope, regencyId: string, personId: string): Promise<readonly Assignment[]> {
  const ofPerson = and(eq(assignments.tenantId, regencyId), eq(assignments.personId, personId))
  return await database
    .select()
    .from(assignments)
    .where(and(ofPerson, eq(assignments.agencyId, tenantId)))
    .orderBy(asc(assignments.startsOn))
}

function dayBefore(day: string): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() - 1)
  return date.toISOString().slice(0, 10)
}
