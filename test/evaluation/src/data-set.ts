import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { identitiesOf, type Identities } from './identities.js'
import { readPairs, type ListedPair, type SessionRelation } from './pairs.js'
import { Refusal } from './refusal.js'

/** How a picture's person and session are known. */
export interface IdentityRules {
  /** Default: the name of the file's folder, or where the list says otherwise the list's mated pairs. */
  readonly subjectPattern?: RegExp
  readonly sessionPattern?: RegExp
}

/** A picture of the list that is there. */
export interface Picture {
  /** Its path below the root, the same for every way to write it. */
  readonly file: string
  readonly path: string
  /** Of its bytes. */
  readonly sha256: string
  readonly subject: string
  /** True where another picture of unknown identity may show the same person. */
  readonly unsure?: true
  readonly session?: string
}

/** The pictures and pairs to evaluate. */
export interface DataSet {
  readonly pictures: readonly Picture[]
  /** Indices of pictures. */
  readonly pairs: readonly {
    readonly first: number
    readonly second: number
    readonly mated: boolean
    readonly fold?: number
    readonly relation: SessionRelation
  }[]
  readonly identities: Identities
  /** Files of the list that are not there. */
  readonly missing: readonly string[]
  /** Pairs left out for a missing file. */
  readonly pairsMissing: number
}

/** What of the options says which data. */
export interface DataOptions extends IdentityRules {
  readonly root: string
  readonly pairs: string
  readonly protocol?: string
  readonly sessionColumn?: string
}

/** @throws Refusal for a list that is damaged, contradicts itself, or of which no file is there */
export function loadDataSet(options: DataOptions, log: (line: string) => void = () => undefined): DataSet {
  if (!isFolder(options.root)) throw new Refusal(`--root ${options.root} is not a folder`)
  const listed = readPairs(readText('pairs', options.pairs), options, log).map((pair) => ({
    ...pair,
    fileA: keyOf(options.root, pair.fileA),
    fileB: keyOf(options.root, pair.fileB),
  }))
  const identities = identitiesOf(listed, options.subjectPattern)
  if (identities.by === 'list') log('The folders do not say who is on which picture: people are taken from the mated pairs of the list.')
  const files = [...new Set(listed.flatMap(({ fileA, fileB }) => [fileA, fileB]))]
  const { pictures, missing } = readPictures(files, options, listedSessions(listed), identities)
  if (pictures.length === 0) throw new Refusal(`none of the ${missing.length} files of the list is in ${options.root}, e.g. ${missing[0] ?? ''}`)
  const indexOf = new Map(pictures.map(({ file }, index) => [file, index]))
  const pairs = listed.flatMap((pair) => {
    const [first, second] = [indexOf.get(pair.fileA), indexOf.get(pair.fileB)]
    if (first === undefined || second === undefined) return []
    const [a, b] = [pictures[first]!, pictures[second]!]
    checkIdentity(pair, a, b)
    return [{ first, second, mated: pair.mated, relation: pair.relation ?? relate(a, b), ...(pair.fold !== undefined && { fold: pair.fold }) }]
  })
  return { pictures, pairs, identities, missing, pairsMissing: listed.length - pairs.length }
}

/**
 * The pictures of a `--mean-from` list: one file a line; people by the same rule as those of the pairs.
 * @throws Refusal for a list without files, or of which none is there
 */
export function loadList(
  path: string,
  options: DataOptions,
  identities: Identities,
): { readonly pictures: readonly Picture[]; readonly missing: readonly string[] } {
  const files = readText('mean-from', path)
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
  if (files.length === 0) throw new Refusal(`--mean-from ${path} lists no file`)
  const list = readPictures([...new Set(files.map((file) => keyOf(options.root, file)))], options, new Map(), identities)
  if (list.pictures.length === 0)
    throw new Refusal(`none of the ${list.missing.length} files of --mean-from is in ${options.root}, e.g. ${list.missing[0] ?? ''}`)
  return list
}

function readPictures(files: readonly string[], options: DataOptions, sessions: ReadonlyMap<string, string>, identities: Identities) {
  const pictures: Picture[] = []
  const missing: string[] = []
  for (const file of files) {
    const path = resolve(options.root, file)
    if (!existsSync(path) || !statSync(path).isFile()) {
      missing.push(file)
      continue
    }
    const session = sessions.get(file) ?? matchOf(options.sessionPattern, file)
    pictures.push({
      file,
      path,
      sha256: hashOf(path),
      subject: identities.subjectOf(file),
      ...(!identities.isSure(file) && { unsure: true }),
      ...(session !== undefined && { session }),
    })
  }
  return { pictures, missing }
}

function hashOf(path: string): string {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex')
  } catch (cause) {
    throw new Refusal(`${path} cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown'})`)
  }
}

/** One key a file, however the list writes it: absolute or not, with `./`, with backslashes where there is no such file. */
function keyOf(root: string, file: string): string {
  const slashed = file.replaceAll('\\', '/')
  const written = sep === '/' && file.includes('\\') && !existsSync(resolve(root, file)) ? slashed : file
  const key = relative(resolve(root), resolve(root, written))
  if (key === '' || isAbsolute(key) || key.split(sep)[0] === '..') throw new Refusal(`${file} leads out of --root`)
  return key.split(sep).join('/')
}

function matchOf(pattern: RegExp | undefined, file: string): string | undefined {
  const match = pattern?.exec(file)
  return match === null || match === undefined ? undefined : (match[1] ?? match[0])
}

function listedSessions(listed: readonly ListedPair[]): Map<string, string> {
  const sessions = new Map<string, string>()
  for (const { line, fileA, fileB, sessionA, sessionB } of listed) {
    for (const [file, session] of [
      [fileA, sessionA],
      [fileB, sessionB],
    ] as const) {
      const before = sessions.get(file)
      if (session !== undefined && before !== undefined && before !== session) {
        throw new Refusal(`line ${line} of the pairs file: ${file} is of session ${session}, and above of ${before}`)
      }
      if (session !== undefined) sessions.set(file, session)
    }
  }
  return sessions
}

function relate(a: Picture, b: Picture): SessionRelation {
  if (a.session === undefined || b.session === undefined) return 'unknown'
  return a.session === b.session ? 'same' : 'cross'
}

/** Bootstrap, means and matrix go by person: a list that disagrees with the rule for persons would falsify all of them. */
function checkIdentity({ line, mated }: ListedPair, a: Picture, b: Picture): void {
  if (mated === (a.subject === b.subject)) return
  const told = mated ? 'mated, and its files are of' : 'non-mated, and both files are of'
  const who = mated ? `${a.subject} and ${b.subject}` : a.subject
  throw new Refusal(`line ${line} of the pairs file is ${told} ${who}: is another --subject-pattern needed?`)
}

function readText(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Refusal(`--${name} ${path} cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown'})`)
  }
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory()
}
