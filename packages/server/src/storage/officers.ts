import { and, eq, inArray, or } from 'drizzle-orm'
import { noteAct } from './audit.js'
import { inserted, only, type Scope } from './scope.js'
import { findSubject } from './subjects.js'
import { officers } from './tables-officers.js'
import { subjects } from './tables-people.js'

/** Who an actor is, as far as anybody has said. */
export type Officer = typeof officers.$inferSelect

/** Says which person, which subject an actor is; `null`: not known. What was said before holds no longer. */
export interface OfficerLink {
  readonly actor: string
  /** Of the regency's tenant, and the caller has looked it up there. */
  readonly personId: string | null
  readonly subjectId: string | null
  /** Actor id of who says so. */
  readonly linkedBy: string
}

/** Links an actor to who they are; `undefined` where there is no such subject. */
export async function linkOfficer(scope: Scope, link: OfficerLink): Promise<Officer | undefined> {
  const { tenantId, now, database } = scope
  const { actor, personId, subjectId, linkedBy } = link
  if (subjectId !== null && (await findSubject(scope, subjectId)) === undefined) return undefined
  const set = { personId, subjectId, linkedAt: now, linkedBy }
  const target = [officers.tenantId, officers.actor]
  const row = inserted(
    await database
      .insert(officers)
      .values({ tenantId, actor, ...set })
      .onConflictDoUpdate({ target, set })
      .returning(),
  )
  const details = { officer: actor, ...(personId === null ? {} : { personId }) }
  await noteAct(scope, { actor: linkedBy, action: 'officer-linked', details, ...(subjectId === null ? {} : { subjectId }) })
  return row
}

/** What is known of an actor. */
export async function findOfficer({ tenantId, database }: Scope, actor: string): Promise<Officer | undefined> {
  return only(
    await database
      .select()
      .from(officers)
      .where(and(eq(officers.tenantId, tenantId), eq(officers.actor, actor))),
  )
}

/**
 * Whether anybody of `left` and anybody of `right` are one person, as far as is known: they have one id, or are linked to one subject or
 * person. Ids are of actors or subjects.
 */
export async function isSamePerson(scope: Scope, left: readonly string[], right: readonly string[]): Promise<boolean> {
  const of = await identities(scope, left)
  return [...(await identities(scope, right))].some((identity) => of.has(identity))
}

/** Whether ids that are all different are of people who are all different, as far as is known. */
export async function areDifferentPeople(scope: Scope, ids: readonly string[]): Promise<boolean> {
  for (const [index, id] of ids.entries()) if (await isSamePerson(scope, [id], ids.slice(index + 1))) return false
  return true
}

async function identities({ tenantId, database }: Scope, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set(ids.map(idOf))
  if (ids.length === 0) return found
  const links = await database
    .select()
    .from(officers)
    .where(and(eq(officers.tenantId, tenantId), inArray(officers.actor, [...ids])))
  const own = links.flatMap(({ subjectId }) => (subjectId === null ? [] : [subjectId]))
  const people = links.flatMap(({ personId }) => (personId === null ? [] : [personId]))
  const all = [...ids, ...own]
  // A person has one subject here, or several: all of them are this person.
  const isOne = or(inArray(subjects.subjectId, all), people.length === 0 ? undefined : inArray(subjects.personId, people))
  const rows = await database
    .select()
    .from(subjects)
    .where(and(eq(subjects.tenantId, tenantId), isOne))
  for (const id of [...own, ...rows.map(({ subjectId }) => subjectId)]) found.add(idOf(id))
  for (const personId of [...people, ...rows.map((row) => row.personId)]) if (personId !== null) found.add(`person ${personId}`)
  return found
}

const idOf = (id: string): string => `id ${id}`
