import { normalize } from 'node:path'
import type { ListedPair } from './pairs.js'
import { Refusal } from './refusal.js'

/** How a picture's person is known: a pattern over its path, the name of its folder, or the mated pairs of the list. */
export type IdentitySource = 'pattern' | 'folder' | 'list'

/** Up to this share of rows that contradict the folders the folders are believed. */
const MISTAKEN = 0.01

/** Who is on which picture. */
export interface Identities {
  readonly by: IdentitySource
  /** @throws Refusal where the pattern does not fit */
  subjectOf(file: string): string
  /** False where nothing says whether two such pictures are of one person: by the list, and in no mated pair. */
  isSure(file: string): boolean
}

/**
 * By `pattern` where one is given; else by folder, as long as the list says the same; else by the list itself: whoever mated pairs connect is one
 * person. The list is of pictures by their keys.
 * @throws Refusal where a non-mated pair lies within a person that mated pairs connect
 */
export function identitiesOf(listed: readonly ListedPair[], pattern: RegExp | undefined): Identities {
  if (pattern !== undefined) return { by: 'pattern', isSure: () => true, subjectOf: (file) => matchOf(pattern, file) }
  const contradicting = listed.filter(({ fileA, fileB, mated }) => {
    const [a, b] = [folderOf(fileA), folderOf(fileB)]
    return a === undefined || b === undefined || mated !== (a === b)
  })
  // A few rows against the folders are mistakes of the list, and are told as such; many mean that folders are no people.
  if (contradicting.length <= listed.length * MISTAKEN) return { by: 'folder', isSure: () => true, subjectOf: (file) => folderOf(file) ?? file }
  return fromList(listed)
}

function fromList(listed: readonly ListedPair[]): Identities {
  const parents = new Map<string, string>()
  const rootOf = (file: string): string => {
    let root = file
    for (let up = parents.get(root); up !== undefined && up !== root; up = parents.get(root)) root = up
    parents.set(file, root)
    return root
  }
  for (const { fileA, fileB, mated } of listed) if (mated) parents.set(rootOf(fileA), rootOf(fileB))
  const stray = listed.find(({ fileA, fileB, mated }) => !mated && rootOf(fileA) === rootOf(fileB))
  if (stray !== undefined)
    throw new Refusal(`line ${stray.line} of the pairs file is non-mated, and mated pairs connect its two files: one of the rows is wrong`)
  const sure = new Set(listed.flatMap(({ fileA, fileB, mated }) => (mated ? [fileA, fileB] : [])))
  return { by: 'list', subjectOf: rootOf, isSure: (file) => sure.has(file) }
}

/** The name of the folder that a picture lies in; undefined for one that lies in none. */
export function folderOf(file: string): string | undefined {
  const folder = normalize(file).split(/[/\\]/).at(-2)
  return folder === undefined || folder === '' || folder === '..' ? undefined : folder
}

function matchOf(pattern: RegExp, file: string): string {
  const match = pattern.exec(file)
  if (match === null) throw new Refusal(`--subject-pattern ${pattern.source} does not fit ${file}`)
  return match[1] ?? match[0]
}

/** What is told of it with the figures. */
export const IDENTITY_METHODS: Readonly<Record<IdentitySource, string>> = {
  pattern: "A person is what --subject-pattern finds in a picture's path.",
  folder: 'A person is a folder, as the list says, too.',
  list: 'A person is whoever mated pairs of the list connect. Pictures in no mated pair may be of one person: they are compared as listed, and are not in the full matrix.',
}
