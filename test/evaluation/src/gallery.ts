import { Refusal } from './refusal.js'

/** What the line made of one picture. */
export interface Sample {
  readonly file: string
  readonly subject: string
  /** Another sample of unknown identity may be of the same person. */
  readonly unsure?: true
  readonly session?: string
  /** By space. Absent where the line could not acquire the picture. */
  readonly embeddings?: Readonly<Record<string, Float32Array>>
}

/** Embeddings of many pictures side by side. */
export interface Gallery {
  readonly samples: readonly Sample[]
  readonly subjectNames: readonly string[]
  /** By sample: the index of its subject. */
  readonly subjectOf: Int32Array
  /** By sample: 1 where there are embeddings. */
  readonly acquired: Uint8Array
  /** By sample: 1 where nothing says whether others like it are of the same person. */
  readonly unsure: Uint8Array
  /** By subject: the acquired samples. */
  readonly membersOf: readonly (readonly number[])[]
}

export function createGallery(samples: readonly Sample[]): Gallery {
  const subjectNames = [...new Set(samples.map(({ subject }) => subject))].sort()
  const indexOf = new Map(subjectNames.map((name, index) => [name, index]))
  const subjectOf = Int32Array.from(samples, ({ subject }) => indexOf.get(subject) ?? -1)
  const acquired = Uint8Array.from(samples, ({ embeddings }) => (embeddings === undefined ? 0 : 1))
  const membersOf = subjectNames.map((): number[] => [])
  for (const [index, subject] of subjectOf.entries()) if (acquired[index] === 1) membersOf[subject]!.push(index)
  const unsure = Uint8Array.from(samples, (sample) => (sample.unsure === true ? 1 : 0))
  return { samples, subjectNames, subjectOf, acquired, unsure, membersOf }
}

/** The embedding of a sample in a space. @throws Refusal where there is none of that space */
export function vectorOf(sample: Sample, space: string): Float32Array {
  const vector = sample.embeddings?.[space]
  if (vector === undefined) throw new Refusal(`${sample.file} was not embedded in the space ${space}`)
  return vector
}

/** Sum of the subjects' means in a space, and the subjects' means: what population means are made of. */
export interface SubjectMeans {
  /** Subjects with an acquired sample. */
  readonly count: number
  readonly sum: Float64Array
  /** By subject; absent where nothing was acquired. */
  readonly means: readonly (Float64Array | undefined)[]
}

/** Every subject counts once, however many pictures there are: each one's mean embedding first, then the sum of those. */
export function subjectMeans({ samples, membersOf }: Gallery, space: string): SubjectMeans {
  const means = membersOf.map((members) => (members.length === 0 ? undefined : meanOf(members.map((index) => vectorOf(samples[index]!, space)))))
  const present = means.filter((mean) => mean !== undefined)
  const sum = new Float64Array(present[0]?.length ?? 0)
  for (const mean of present) for (let index = 0; index < sum.length; index += 1) sum[index]! += mean[index]!
  return { count: present.length, sum, means }
}

function meanOf(vectors: readonly Float32Array[]): Float64Array {
  const mean = new Float64Array(vectors[0]?.length ?? 0)
  for (const vector of vectors) for (let index = 0; index < mean.length; index += 1) mean[index]! += vector[index]! / vectors.length
  return mean
}
