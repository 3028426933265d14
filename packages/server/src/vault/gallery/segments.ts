import { createGallery, search, type CalibrationProfile, type Gallery } from '@lintas/core/comparison'
import type { Template } from '@lintas/core/reference'
import { VaultError } from '../errors.js'

/** Whose an entry is. */
export interface Entry {
  readonly tenantId: string
  readonly subjectId: string
  readonly personId: string | null
}

/** An entry that is like a probe. */
export interface Found extends Entry {
  readonly score: number
}

/** References in memory, decrypted: biometric data in clear. They are never written anywhere. */
export interface Segments {
  readonly size: number
  has(referenceId: string): boolean
  add(referenceId: string, entry: Entry, template: Template): void
  /** Forgets whatever is not in `keep` of a tenant, and may forget more of it: ask {@link Segments.has} and add that again. */
  retain(tenantId: string, keep: ReadonlySet<string>): void
  /** The best `count` at or above `threshold`, best first. */
  search(probe: Template, count: number, threshold: number): readonly Found[]
}

/** A segment is packed once it has so many; until then it is packed anew with each change, which is cheap for so few. */
const SEGMENT = 512

interface Segment {
  readonly tenantId: string
  /** Templates, until the segment is full; then only what the gallery packed of them. */
  templates: Template[]
  gallery: Gallery | undefined
  ids: string[]
}

/** @param limit most references at once */
export function createSegments(profile: CalibrationProfile, limit: number): Segments {
  const entries = new Map<string, Entry>()
  let segments: Segment[] = []
  const open = (tenantId: string): Segment => {
    const last = segments.findLast((segment) => segment.tenantId === tenantId)
    if (last !== undefined && last.ids.length < SEGMENT) return last
    const made: Segment = { tenantId, templates: [], gallery: undefined, ids: [] }
    segments.push(made)
    return made
  }
  return {
    get size() {
      return entries.size
    },
    has: (referenceId) => entries.has(referenceId),
    add: (referenceId, entry, template) => {
      if (entries.size >= limit) {
        throw new VaultError('gallery-full', `more than ${limit} references: raise the limit, or use vectors in the database`, { limit })
      }
      const segment = open(entry.tenantId)
      segment.ids.push(referenceId)
      // A gallery tells its entries apart by their subject ids, which two tenants may share.
      segment.templates.push({ ...template, subjectId: referenceId })
      segment.gallery = undefined
      entries.set(referenceId, entry)
    },
    retain: (tenantId, keep) => {
      segments = segments.flatMap((segment) => (segment.tenantId === tenantId ? shrink(segment, keep, entries) : [segment]))
    },
    search: (probe, count, threshold) =>
      segments
        .flatMap((segment) => nearest(segment, probe, profile, count, threshold, entries))
        .sort((left, right) => right.score - left.score)
        .slice(0, count),
  }
}

/** Nothing of what is forgotten stays in memory. A full segment has no templates to be packed anew from, so it goes whole. */
function shrink(segment: Segment, keep: ReadonlySet<string>, entries: Map<string, Entry>): readonly Segment[] {
  if (segment.ids.every((id) => keep.has(id))) return [segment]
  const packed = segment.templates.length < segment.ids.length
  const ids = packed ? [] : segment.ids.filter((id) => keep.has(id))
  const kept = new Set(ids)
  for (const id of segment.ids) if (!kept.has(id)) entries.delete(id)
  if (ids.length === 0) return []
  return [{ tenantId: segment.tenantId, ids, templates: segment.templates.filter(({ subjectId }) => kept.has(subjectId)), gallery: undefined }]
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
