import type { Template } from '../reference/index.js'
import { LintasError } from '../errors/index.js'
import { checkChoice, checkKeys } from '../options/index.js'
import { checkSameNet } from '../embedding/index.js'
import { centred, sidesOf, type Side } from './centre.js'
import { createInnerProducts, type InnerProducts, type SearchEngine } from './inner-products.js'
import { checkCalibrationProfile } from './profile.js'
import type { CalibratedModel, CalibrationProfile } from './types.js'

/** References ready for a search: centred, weighted, packed. Biometric data in clear, in memory. */
export interface Gallery {
  readonly profile: CalibrationProfile
  readonly size: number
  /** Numbers a reference takes: the dimensions of the profile's spaces together. */
  readonly dimension: number
  readonly engine: SearchEngine
  /** The `count` best references for `probe`, best first; of equal scores the lesser subject id first. Every reference is looked at. */
  nearest(probe: readonly Side[], count: number): readonly { readonly subjectId: string; readonly score: number }[]
}

/** Options of {@link createGallery}. */
export interface GalleryOptions {
  /** Default `simd`: where it runs, else `script`. */
  readonly engine?: SearchEngine
}

/**
 * A gallery of `templates`, one a subject. Memory: 4 bytes × dimension × size; 10,000 references of FaceNet and the compact model take
 * 26 MB. The profile's mean is the same for all: unlike a comparison 1:1, a search cannot leave each subject out of it.
 * @throws TypeError for two templates of one subject
 * @throws LintasError `models-unlike`, `embedding-invalid`, `calibration-invalid`
 */
export function createGallery(templates: readonly Template[], profile: CalibrationProfile, options: GalleryOptions = {}): Gallery {
  checkKeys('createGallery', options, ['engine'])
  const engine = checkChoice('engine', options.engine, 'simd', ['simd', 'script'])
  checkCalibrationProfile(profile)
  const subjectIds = templates.map(({ subjectId }) => subjectId)
  if (new Set(subjectIds).size < subjectIds.length) throw new TypeError('templates must be one a subject')
  const [first] = templates
  const layout = first === undefined ? [] : centred(first.embeddings, profile.models, 'a reference').map(({ length }) => length)
  const nets = first === undefined ? [] : sidesOf(first.embeddings, profile.models, 'a reference')
  const dimension = layout.reduce((sum, length) => sum + length, 0)
  const products = createInnerProducts(templates.length, dimension, engine)
  templates.forEach(({ embeddings }, row) => {
    checkNets(embeddings, profile.models, 'a reference', nets)
    products.rows.set(pack(embeddings, profile.models, 'a reference', layout), row * products.stride)
  })
  return {
    profile,
    size: templates.length,
    dimension,
    engine: products.engine,
    nearest: (probe, count) => {
      checkNets(probe, profile.models, 'the probe', nets)
      const query = pack(probe, profile.models, 'the probe', first && layout)
      if (templates.length === 0) return []
      return best(products, query, count, subjectIds)
    },
  }
}

/** All spaces in one vector, each times the root of its weight: the inner product of two such is the weighted sum of their cosines. */
function pack(embeddings: readonly Side[], models: readonly CalibratedModel[], what: string, layout: readonly number[] | undefined): Float32Array {
  const parts = centred(embeddings, models, what)
  if (layout !== undefined) checkLayout(parts, models, what, layout)
  const packed = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  parts.forEach((part, index) => {
    const root = Math.sqrt(models[index]?.weight ?? NaN)
    for (let place = 0; place < part.length; place += 1) packed[at++] = (part[place] ?? NaN) * root
  })
  return packed
}

/**
 * A template's or probe's embeddings as one vector, length 1: the inner product of two such is their score under `profile`. Biometric data in
 * clear.
 * @throws LintasError `models-unlike`, `embedding-invalid`
 */
export const packEmbeddings = (embeddings: readonly Side[], profile: CalibrationProfile): Float32Array =>
  pack(embeddings, profile.models, 'the template', undefined)

function checkNets(embeddings: readonly Side[], models: readonly CalibratedModel[], what: string, nets: readonly Side[]): void {
  sidesOf(embeddings, models, what).forEach((side, index) => {
    const first = nets[index]
    if (first !== undefined) checkSameNet(side, first, `${what} and the first reference`)
  })
}

/** Space by space: two lengths swapped have the same sum, and their products would be numbers without meaning. */
function checkLayout(parts: readonly Float32Array[], models: readonly CalibratedModel[], what: string, layout: readonly number[]): void {
  parts.forEach(({ length }, index) => {
    if (length === layout[index]) return
    const space = models[index]?.space ?? ''
    const message = `Of ${space} ${what} has ${length} numbers, the first reference ${layout[index] ?? 0}`
    throw new LintasError('models-unlike', message, { details: { space } })
  })
}

/** The kernel sums in float32; whatever could be among the best within its rounding is computed again in float64, alike on every machine. */
function best(products: InnerProducts, query: Float32Array, count: number, subjectIds: readonly string[]): { subjectId: string; score: number }[] {
  const scores = products.with(query)
  // Twice the bound on rounding of a sum of n products of two vectors of length 1: n × 2⁻²⁴ (Higham, Accuracy and Stability, §3.1).
  const floor = greatest(scores, count) - query.length * 2 ** -23
  const shortlist: { subjectId: string; score: number }[] = []
  for (let row = 0; row < scores.length; row += 1) {
    if ((scores[row] ?? NaN) >= floor) shortlist.push({ subjectId: subjectIds[row] ?? '', score: exactProduct(products, row, query) })
  }
  return shortlist.sort((left, right) => right.score - left.score || (left.subjectId < right.subjectId ? -1 : 1)).slice(0, count)
}

/** The `place`-th greatest of `scores`, or −Infinity when there are no more than that. */
function greatest(scores: Float32Array, place: number): number {
  if (scores.length <= place) return -Infinity
  const top: number[] = []
  let least = -Infinity
  for (let row = 0; row < scores.length; row += 1) {
    const score = scores[row] ?? NaN
    if (score <= least) continue
    const at = top.findIndex((value) => value < score)
    top.splice(at < 0 ? top.length : at, 0, score)
    if (top.length > place) top.pop()
    if (top.length === place) least = top[place - 1] ?? -Infinity
  }
  return least
}

function exactProduct({ rows, stride }: InnerProducts, row: number, query: Float32Array): number {
  let sum = 0
  for (let index = 0; index < query.length; index += 1) sum += (rows[row * stride + index] ?? 0) * (query[index] ?? 0)
  return sum
}
