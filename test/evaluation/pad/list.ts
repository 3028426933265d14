import { extname } from 'node:path'
import { parseCsv, type CsvRecord } from '../src/csv.js'
import { Refusal } from '../src/refusal.js'
import { parseChallenge } from './challenge.js'
import type { ListedFile, PadPresentation } from './types.js'

const REQUIRED = ['file', 'label', 'species', 'subject', 'kind'] as const
type Column = (typeof REQUIRED)[number] | 'session' | 'challenge' | 'shows'

/**
 * The files of a list with the columns file, label, species, subject, kind and, where there, session, challenge and shows; others are passed over.
 * @throws Refusal that names the line and what is wrong with it
 */
export function readList(text: string): readonly ListedFile[] {
  const [head, ...records] = parseCsv(text)
  if (head === undefined) throw new Refusal('the list is empty')
  const names = head.fields.map((name) => name.trim().toLowerCase())
  const missing = REQUIRED.filter((name) => !names.includes(name))
  if (missing.length > 0) throw new Refusal(`the list lacks the column ${missing.join(', ')}; it has ${names.join(', ')}`)
  if (records.length === 0) throw new Refusal('the list has no rows')
  const seen = new Map<string, number>()
  return records.map((record) => {
    const row = readRow(record, (name) => record.fields[names.indexOf(name)]?.trim() ?? '')
    const key = `${row.file} ${record.fields[names.indexOf('challenge')] ?? ''}`
    const before = seen.get(key)
    if (before !== undefined) throw new Refusal(`line ${record.line}: ${row.file} is listed on line ${before} already`)
    seen.set(key, record.line)
    return row
  })
}

function readRow({ line }: CsvRecord, field: (name: Column) => string): ListedFile {
  const wrong = (what: string): Refusal => new Refusal(`line ${line}: ${what}`)
  /** Lists made by programs say so where there is nothing. */
  const optional = (column: Column): string => (/^(-|none|null|n\/a)$/i.test(field(column)) ? '' : field(column))
  const oneOf = <Name extends string>(column: Column, known: readonly Name[]): Name => {
    const value = field(column).toLowerCase()
    const found = known.find((name) => name === value)
    if (found === undefined) throw wrong(`${column} is ${known.join(' or ')}, not ${JSON.stringify(field(column))}`)
    return found
  }
  const given = (column: Column): string => {
    if (field(column) === '') throw wrong(`${column} is empty`)
    return field(column)
  }
  const [kind, session, challenge, shown] = [oneOf('kind', ['video', 'image']), optional('session'), optional('challenge'), optional('shows')]
  if (kind === 'image' && challenge !== '') throw wrong('a picture has no challenge')
  try {
    return {
      file: given('file'),
      label: oneOf('label', ['bona-fide', 'attack']),
      species: given('species'),
      subject: given('subject'),
      kind,
      ...(session !== '' && { session }),
      ...(challenge !== '' && { challenge: parseChallenge(challenge) }),
      ...(shown !== '' && { shows: parseChallenge(shown) }),
    }
  } catch (fault) {
    throw fault instanceof TypeError ? wrong(fault.message) : fault
  }
}

/**
 * The presentations of a list: every clip one; pictures of one label, species, subject and session together, `pictures` at a time in the order of
 * the list, and what is left over with the last. Fewer than that are one all the same: that the net says nothing about so few is a result.
 * @param steps least actions for which a whole check-in is played
 */
export function presentationsOf(files: readonly ListedFile[], pictures: number, steps: number): readonly PadPresentation[] {
  const clips = files.filter(({ kind }) => kind === 'video').map((row) => clipOf(row, steps))
  const groups = groupBy(
    files.filter(({ kind }) => kind === 'image'),
    keyOf,
  )
  return [...clips, ...[...groups.values()].flatMap((group) => split(group, pictures).map(picturesOf))]
}

const keyOf = ({ label, species, subject, session = '' }: ListedFile): string => JSON.stringify([label, species, subject, session])

function groupBy(files: readonly ListedFile[], key: (file: ListedFile) => string): Map<string, ListedFile[]> {
  const groups = new Map<string, ListedFile[]>()
  for (const file of files) groups.set(key(file), [...(groups.get(key(file)) ?? []), file])
  return groups
}

function split(group: readonly ListedFile[], size: number): readonly (readonly ListedFile[])[] {
  const parts = Math.max(1, Math.floor(group.length / size))
  return Array.from({ length: parts }, (_, part) => group.slice(part * size, part === parts - 1 ? undefined : (part + 1) * size))
}

function clipOf({ file, label, species, subject, kind, challenge, shows }: ListedFile, steps: number): PadPresentation {
  const level = (challenge?.length ?? 0) >= steps ? 'check-in' : 'layers'
  return { label, species, subject, kind, level, files: [file], ...(challenge && { challenge }), ...(shows && { shows }) }
}

function picturesOf(group: readonly ListedFile[]): PadPresentation {
  const [{ label, species, subject, kind }] = group as [ListedFile]
  return { label, species, subject, kind, level: 'frames', files: group.map(({ file }) => file) }
}

/** How a file's name ends, without the dot, in lower case. */
export const endingOf = (file: string): string => extname(file).slice(1).toLowerCase()
