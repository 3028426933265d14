import { parseCsv, type CsvRecord } from './csv.js'
import { Refusal } from './refusal.js'

/** Whether the two samples of a mated pair were taken in one session. */
export type SessionRelation = 'same' | 'cross' | 'unknown'

/** A row of the pairs file. */
export interface ListedPair {
  /** Line in the file, from 1. */
  readonly line: number
  readonly fileA: string
  readonly fileB: string
  readonly mated: boolean
  /** The protocol column without its fold; empty where there is no such column. */
  readonly protocol: string
  /** Absent where the protocol names none. */
  readonly fold?: number
  readonly sessionA?: string
  readonly sessionB?: string
  /** Only where a column says `same` or `cross` itself. */
  readonly relation?: SessionRelation
}

/** What of the file is read. */
export interface PairsOptions {
  /** Rows of this protocol alone (its folds included). */
  readonly protocol?: string
  /** Columns `NAMEA` and `NAMEB`, or one column `NAME` with `same` or `cross`. Default: `session`, where there. */
  readonly sessionColumn?: string
}

const MATED = new Map([
  ...['1', '1.0', 'true', 'yes', 'mated', 'same'].map((word) => [word, true] as const),
  ...['0', '0.0', 'false', 'no', 'non-mated', 'nonmated', 'different'].map((word) => [word, false] as const),
])
const REQUIRED = ['fileA', 'fileB', 'mated'] as const

/**
 * The pairs of a CSV with the columns `fileA`, `fileB`, `mated` and, where there, `protocol` and sessions, in any order.
 * @throws Refusal that names the missing column or the line at fault
 */
export function readPairs(text: string, options: PairsOptions = {}, log: (line: string) => void = () => undefined): readonly ListedPair[] {
  const [header, ...records] = parseCsv(text)
  if (header === undefined) throw new Refusal('the pairs file is empty')
  const columns = readHeader(header, options.sessionColumn)
  const asked = options.sessionColumn !== undefined
  const rows = records.map((record) => readRow(record, columns, header.fields.length, asked))
  if (!asked && columns.has('#relation') && rows.every(({ relation }) => relation === 'unknown'))
    log('The column session says neither same nor cross: sessions are taken as unknown. Name columns with --session-column, or a --session-pattern.')
  return chooseProtocol(rows, options.protocol)
}

/** The protocols of a pairs file in their order, as `--protocol` takes them. @throws Refusal as {@link readPairs} */
export function protocolsIn(text: string): readonly string[] {
  const [header, ...records] = parseCsv(text)
  if (header === undefined) throw new Refusal('the pairs file is empty')
  const columns = readHeader(header, undefined)
  return [...new Set(records.map((record) => nameOf(readRow(record, columns, header.fields.length, false))))]
}

/** Bare folds are one protocol, and so are rows without any. */
function nameOf({ protocol, fold }: ListedPair): string {
  return protocol !== '' ? protocol : fold === undefined ? '(none)' : 'folds'
}

type Columns = ReadonlyMap<string, number>

function readHeader({ fields }: CsvRecord, sessionColumn: string | undefined): Columns {
  const columns = new Map<string, number>()
  for (const [index, field] of fields.entries()) {
    const name = field.trim().toLowerCase()
    if (columns.has(name)) throw new Refusal(`the pairs file has the column ${field.trim()} twice`)
    columns.set(name, index)
  }
  for (const name of REQUIRED) {
    if (!columns.has(name.toLowerCase())) throw new Refusal(`the pairs file has no column ${name}; it has ${fields.join(', ')}`)
  }
  const session = (sessionColumn ?? 'session').toLowerCase()
  const found = columns.has(session) || (columns.has(`${session}a`) && columns.has(`${session}b`))
  if (sessionColumn !== undefined && !found) {
    throw new Refusal(`the pairs file has neither a column ${sessionColumn} nor ${sessionColumn}A and ${sessionColumn}B`)
  }
  const named = (to: string, from: string): [string, number][] => (columns.has(from) ? [[to, columns.get(from) ?? 0]] : [])
  return new Map([...columns, ...named('#relation', session), ...named('#sessionA', `${session}a`), ...named('#sessionB', `${session}b`)])
}

function readRow({ line, fields }: CsvRecord, columns: Columns, width: number, asked: boolean): ListedPair {
  if (fields.length !== width) throw new Refusal(`line ${line} of the pairs file has ${fields.length} fields, the header ${width}`)
  const field = (name: string): string | undefined => {
    const index = columns.get(name)
    return index === undefined ? undefined : (fields[index] ?? '').trim()
  }
  const text = field('mated') ?? ''
  const mated = MATED.get(text.toLowerCase())
  if (mated === undefined) throw new Refusal(`line ${line} of the pairs file: mated is ${JSON.stringify(text)}, not 1 or 0`)
  const fileA = field('filea') ?? ''
  const fileB = field('fileb') ?? ''
  if (fileA === '' || fileB === '') throw new Refusal(`line ${line} of the pairs file: ${fileA === '' ? 'fileA' : 'fileB'} is empty`)
  return { line, fileA, fileB, mated, ...splitProtocol(field('protocol') ?? ''), ...readSessions(line, field, asked) }
}

/** `fold-3` and `lfw/fold-3` are folds; everything else is a protocol as a whole. */
function splitProtocol(text: string): { protocol: string; fold?: number } {
  const match = /^(?:(.*?)[\s/:_.-]+)?fold[-_ ]?(\d+)$/i.exec(text)
  return match === null ? { protocol: text } : { protocol: match[1] ?? '', fold: Number(match[2]) }
}

function readSessions(
  line: number,
  field: (name: string) => string | undefined,
  asked: boolean,
): Pick<ListedPair, 'sessionA' | 'sessionB' | 'relation'> {
  const [sessionA, sessionB, relation] = [field('#sessionA'), field('#sessionB'), field('#relation')?.toLowerCase()]
  if (sessionA !== undefined && sessionB !== undefined) return { ...(sessionA && { sessionA }), ...(sessionB && { sessionB }) }
  if (relation === undefined) return {}
  // A column of that name which nobody asked for may hold anything.
  if (relation === '' || (!asked && relation !== 'same' && relation !== 'cross')) return { relation: 'unknown' }
  if (relation === 'same' || relation === 'cross') return { relation }
  throw new Refusal(`line ${line} of the pairs file: the session is ${JSON.stringify(relation)}, neither same nor cross`)
}

/** One protocol at a time: an error rate over a mixture of data sets means nothing. */
function chooseProtocol(rows: readonly ListedPair[], wanted: string | undefined): readonly ListedPair[] {
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(nameOf(row), (counts.get(nameOf(row)) ?? 0) + 1)
  const told = [...counts].map(([name, count]) => `${name} (${count} pairs)`).join(', ')
  if (rows.length === 0) throw new Refusal('the pairs file has a header and no pairs')
  if (wanted === undefined && counts.size > 1) throw new Refusal(`the pairs file has several protocols, choose one with --protocol: ${told}`)
  const chosen =
    wanted === undefined
      ? rows
      : rows.filter((row) => nameOf(row) === wanted || (row.protocol === '' && row.fold !== undefined && wanted === `fold-${row.fold}`))
  if (chosen.length === 0) throw new Refusal(`the pairs file has no protocol ${wanted ?? ''}; it has ${told}`)
  return chosen
}
