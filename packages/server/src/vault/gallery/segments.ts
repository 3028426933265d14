import { createGallery, packEmbeddings, search, type CalibrationProfile, type Gallery } from '@lintas/core/comparison'
import type { Template } from '@lintas/core/reference'
import { VaultError } from '../errors.js'
import { areAlike, netsOf, textOfNets, type Net } from './nets.js'

/** Whose an entry is. */
export interface Entry {
  readonly tenantId: string
  readonly subjectId: string
  readonly personId: string | null
}

/** Whether an entry is the one itself who is searched for. Somebody who moved has a reference at each agency, and is one person on purpose. */
export function isItself(entry: Entry, itself: Entry): boolean {
  if (entry.tenantId === itself.tenantId && entry.subjectId === itself.subjectId) return true
  return itself.personId !== null && entry.personId === itself.personId
}

/** An entry that is like a probe. */
export interface Found extends Entry {
  readonly score: number
}

/** What a search found, and whom it could not compare. */
export interface Searched {
  /** Best first. */
  readonly found: readonly Found[]
  /** Those whose references other models made: a score with them would mean nothing. */
  readonly leftOut: readonly Entry[]
}

/** References in memory, decrypted: biometric data in clear. They are never written anywhere. */
export interface Segments {
  readonly size: number
  has(referenceId: string): boolean
  add(referenceId: string, entry: Entry, template: Template): void
  /** Forgets whatever is not in `keep` of a tenant, and may forget more of it: ask {@link Segments.has} and add that again. */
  retain(tenantId: string, keep: ReadonlySet<string>): void
  /** The best `count` at or above `threshold`. @throws LintasError `models-unlike` for a probe that the profile cannot compare */
  search(probe: Template, count: number, threshold: number): Searched
}

/** A segment is packed once it has so many; until then it is packed anew with each change, which is cheap for so few. */
const SEGMENT = 512

interface Segment {
  readonly tenantId: string
  /** Of all of its references: those of one model are compared with nobody of another. */
  readonly nets: readonly Net[]
  /** Templates, until the segment is full; then only what the gallery packed of them. */
  templates: Template[]
  gallery: Gallery | undefined
  ids: string[]
}

/** @param limit most references at once */
export function createSegments(profile: CalibrationProfile, limit: number): Segments {
  const entries = new Map<string, Entry>()
  /** By reference id, those that the profile cannot compare: of them there is no number in memory. */
  const strangers = new Map<string, Entry>()
  let segments: Segment[] = []
  return {
    get size() {
      return entries.size
    },
    has: (referenceId) => entries.has(referenceId) || strangers.has(referenceId),
    add: (referenceId, entry, template) => {
      if (entries.size >= limit) {
        throw new VaultError('gallery-full', `more than ${limit} references: raise the limit, or use vectors in the database`, { limit })
      }
      const nets = netsOf(template, profile)
      if (nets === undefined) return void strangers.set(referenceId, entry)
      const segment = segmentFor(segments, entry.tenantId, nets)
      segment.ids.push(referenceId)
      // A gallery tells its entries apart by their subject ids, which two tenants may share.
      segment.templates.push({ ...template, subjectId: referenceId })
      segment.gallery = undefined
      entries.set(referenceId, entry)
    },
    retain: (tenantId, keep) => {
      for (const [id, entry] of strangers) if (entry.tenantId === tenantId && !keep.has(id)) strangers.delete(id)
      segments = segments.flatMap((segment) => (segment.tenantId === tenantId ? shrink(segment, keep, entries) : [segment]))
    },
    search: (probe, count, threshold) => {
      const [alike, others] = byLikeness(segments, probe, profile)
      const unlike = others.flatMap(({ ids }) => ids.flatMap((id) => entries.get(id) ?? []))
      const found = alike.flatMap((segment) => nearest(segment, probe, profile, count, threshold, entries))
      return { found: found.sort((left, right) => right.score - left.score).slice(0, count), leftOut: [...strangers.values(), ...unlike] }
    },
  }
}

/** The segment with room for a reference of these nets, a new one where there is none. */
function segmentFor(segments: Segment[], tenantId: string, nets: readonly Net[]): Segment {
  const key = textOfNets(nets)
  const last = segments.findLast((segment) => segment.tenantId === tenantId && textOfNets(segment.nets) === key)
  if (last !== undefined && last.ids.length < SEGMENT) return last
  const made: Segment = { tenantId, nets, templates: [], gallery: undefined, ids: [] }
  segments.push(made)
  return made
}

/** Those that a probe can be compared with, and the others. */
function byLikeness(
  segments: readonly Segment[],
  probe: Template,
  profile: CalibrationProfile,
): readonly [alike: readonly Segment[], others: readonly Segment[]] {
  const nets = netsOf(probe, profile)
  // Not everybody is left out then: the probe is, and core says of which space.
  if (nets === undefined) packEmbeddings(probe.embeddings, profile)
  const isAlike = (segment: Segment): boolean => nets !== undefined && areAlike(segment.nets, nets)
  return [segments.filter(isAlike), segments.filter((segment) => !isAlike(segment))]
}

/** Nothing of what is forgotten stays in memory. A full segment has no templates to be packed anew from, so it goes whole. */
function shrink(segment: Segment, keep: ReadonlySet<string>, entries: Map<string, Entry>): readonly Segment[] {
  if (segment.ids.every((id) => keep.has(id))) return [segment]
  const packed = segment.templates.length < segment.ids.length
  const ids = packed ? [] : segment.ids.filter((id) => keep.has(id))
  const kept = new Set(ids)
  for (const id of segment.ids) if (!kept.has(id)) entries.delete(id)
  if (ids.length === 0) return []
  const { tenantId, nets } = segment
  return [{ tenantId, nets, ids, templates: segment.templates.filter(({ subjectId }) => kept.has(subjectId)), gallery: undefined }]
}

function nearest(
  segment: Segment,
  probe: Template,
  profile: CalibrationProfile,
  count: number,
  threshold: number,
  entries: ReadonlyMap<string, Entry>,
): readonly Found[] {
  const gallery = (segment.gallery ??= createGallery(segment.templates, profile))
  if (segment.ids.length >= SEGMENT) segment.templates = []
  const { candidates } = search(probe.embeddings, gallery, { count, threshold })
  return candidates.flatMap(({ subjectId, score, decision }) => {
    const entry = entries.get(subjectId)
    return entry !== undefined && decision === 'match' ? [{ ...entry, score }] : []
  })
}
