import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attendanceCsv, attendanceDays, csvCell, type AttendanceDay } from '../../src/attendance/index.js'
import type { AttendanceRecord, CorrectedRecord, CorrectionRecord } from '../../src/storage/index.js'
import { localDay, localIso } from '../../src/time/index.js'

// Jakarta has no summer time; Beirut and São Paulo have changed clocks at midnight, St John's at 00:01, Lord Howe by half an hour; Apia left out a day.
const ZONES = ['Asia/Jakarta', 'Asia/Jayapura', 'Asia/Beirut', 'America/Sao_Paulo', 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Apia', 'UTC']
const zones = fc.constantFrom(...ZONES)
const EDGES = [
  '2018-11-04T03:00:00Z',
  '2024-03-30T22:00:00Z',
  '2010-11-07T02:31:00Z',
  '2024-04-06T15:00:00Z',
  '2011-12-30T10:00:00Z',
  '2026-03-01T17:00:00Z',
]
/** Moments about the changes of clocks and the ends of days, to the millisecond. */
const instants = fc
  .tuple(fc.constantFrom(...EDGES), fc.integer({ min: -40 * 3_600_000, max: 40 * 3_600_000 }))
  .map(([edge, by]) => Date.parse(edge) + by)
const directions = fc.constantFrom('arrival' as const, 'departure' as const)
const iso = (at: number): string => new Date(at).toISOString()

const records = fc.array(
  fc.record({
    subjectId: fc.constantFrom('a', 'b'),
    at: instants,
    direction: directions,
    corrections: fc.array(fc.option(fc.record({ at: instants, direction: directions })), { maxLength: 2 }),
  }),
  { maxLength: 25 },
)

function corrected(made: typeof records extends fc.Arbitrary<infer T> ? T : never): readonly CorrectedRecord[] {
  return made.map(({ subjectId, at, direction, corrections }, index) => {
    const record: AttendanceRecord = { kind: 'attendance', subjectId, occurredAt: iso(at), direction, assurance: 'server-verified', sid: `s${index}` }
    const of = corrections.map((instead): CorrectionRecord => {
      const holds = instead === null ? null : { occurredAt: iso(instead.at), direction: instead.direction }
      return { kind: 'correction', subjectId, occurredAt: iso(at), corrects: index + 1, reason: 'r', authors: ['x', 'y'], instead: holds }
    })
    return { seq: index + 1, record, corrections: of }
  })
}

/** Day and time of the wall's clock, by another way than the code's. */
const wall = (timeZone: string, at: number): string => new Date(at).toLocaleString('sv-SE', { timeZone })

/** Every record that counts, searched through anew for every day and subject. */
function slowly(all: readonly CorrectedRecord[], timeZone: string) {
  const counted = all.flatMap(({ seq, record, corrections }) => {
    const last = corrections[corrections.length - 1]
    const holds = last === undefined ? record : last.instead
    return holds === null ? [] : [{ seq, subjectId: record.subjectId, at: Date.parse(holds.occurredAt), direction: holds.direction }]
  })
  const keys = [...new Set(counted.map(({ at, subjectId }) => `${wall(timeZone, at).slice(0, 10)} ${subjectId}`))].sort()
  return keys.map((key) => {
    const own = counted.filter(({ at, subjectId }) => `${wall(timeZone, at).slice(0, 10)} ${subjectId}` === key)
    type One = (typeof own)[number]
    const later = (one: One, best: One): boolean => one.at > best.at || (one.at === best.at && one.seq > best.seq)
    let last: One | undefined
    for (const one of own) if (one.direction === 'departure' && (last === undefined || later(one, last))) last = one
    let first: One | undefined
    for (const one of own) if (one.seq !== last?.seq && (first === undefined || later(first, one))) first = one
    return { key, arrival: first?.seq, departure: last?.seq, records: own.length }
  })
}

describe('days of attendance', () => {
  it('are those of a slow plain computation, at the edges of days and where clocks change', () => {
    fc.assert(
      fc.property(records, zones, (made, timeZone) => {
        const all = corrected(made)
        const days = attendanceDays(all, timeZone).map(({ day, subjectId, arrival, departure, records: count }) => ({
          ...{ key: `${day} ${subjectId}`, arrival: arrival?.seq, departure: departure?.seq, records: count },
        }))
        expect(days).toEqual(slowly(all, timeZone))
      }),
      { numRuns: 400 },
    )
  })

  it.each([
    // In the order of the ledger; two who say that somebody came do not say that they went.
    [['arrival 07:28', 'arrival 07:30'], '07:28', undefined],
    [['arrival 07:30', 'arrival 07:28'], '07:28', undefined],
    [['arrival 07:28', 'arrival 07:30', 'departure 16:00'], '07:28', '16:00'],
    [['arrival 07:28', 'departure 12:00', 'departure 16:00'], '07:28', '16:00'],
    [['departure 12:00', 'departure 16:00'], '12:00', '16:00'],
    [['departure 16:00'], undefined, '16:00'],
    [['arrival 07:28', 'departure 12:00', 'arrival 13:00'], '07:28', '12:00'],
  ] as const)('of %j begin and end by what the records say of themselves', (said, arrival, departure) => {
    const all = said.map((one, index): CorrectedRecord => {
      const [direction, time] = one.split(' ') as ['arrival' | 'departure', string]
      const occurredAt = new Date(`2026-03-02T${time}:00+07:00`).toISOString()
      return {
        seq: index + 1,
        record: { kind: 'attendance', subjectId: 'a', occurredAt, direction, assurance: 'x', sid: `s${index}` },
        corrections: [],
      }
    })
    const [day] = attendanceDays(all, 'Asia/Jakarta')
    expect([day?.arrival?.at.slice(11, 16), day?.departure?.at.slice(11, 16), day?.records]).toEqual([arrival, departure, said.length])
  })

  it('are written with the zone’s own clock and an offset that gives the moment back', () => {
    fc.assert(
      fc.property(instants, zones, (at, timeZone) => {
        const written = localIso(timeZone, new Date(at))
        expect(Date.parse(written)).toBe(Math.floor(at / 1_000) * 1_000)
        expect(written.slice(0, 19).replace('T', ' ')).toBe(wall(timeZone, at))
        expect(localDay(timeZone, new Date(at))).toBe(written.slice(0, 10))
      }),
      { numRuns: 500 },
    )
  })

  it('begin at midnight in Jakarta, not in Greenwich', () => {
    expect(localDay('Asia/Jakarta', new Date('2026-03-01T16:59:59.999Z'))).toBe('2026-03-01')
    expect(localDay('Asia/Jakarta', new Date('2026-03-01T17:00:00.000Z'))).toBe('2026-03-02')
    expect(localIso('Asia/Jakarta', new Date('2026-03-02T00:30:00Z'))).toBe('2026-03-02T07:30:00+07:00')
  })

  it('show what was deferred as an interval, until two people say when it was', () => {
    const record: AttendanceRecord = {
      ...{ kind: 'attendance', subjectId: 'a', occurredAt: '2026-03-02T05:00:00.000Z', notBefore: '2026-03-02T00:00:00.000Z' },
      ...{ direction: 'arrival', assurance: 'deferred', sid: 's' },
    }
    const [day] = attendanceDays([{ seq: 1, record, corrections: [] }], 'Asia/Jakarta')
    expect(day?.arrival).toMatchObject({
      at: '2026-03-02T12:00:00+07:00',
      notBefore: '2026-03-02T07:00:00+07:00',
      assurance: 'deferred',
      corrected: false,
    })
    const instead = { occurredAt: '2026-03-02T00:40:00.000Z', direction: 'arrival' as const }
    const correction = {
      kind: 'correction' as const,
      subjectId: 'a',
      occurredAt: record.occurredAt,
      corrects: 1,
      reason: 'r',
      authors: ['x', 'y'] as const,
      instead,
    }
    const [after] = attendanceDays([{ seq: 1, record, corrections: [correction] }], 'Asia/Jakarta')
    expect(after?.arrival).toEqual({ at: '2026-03-02T07:40:00+07:00', assurance: 'deferred', seq: 1, corrected: true })
  })
})

/** RFC 4180, read back by its grammar. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]]
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy
  while (field.lastIndex < text.length) {
    const found = field.exec(text)
    if (found === null) throw new Error(`not RFC 4180 at ${field.lastIndex}`)
    rows.at(-1)!.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '')
    if (found[3] === '\r\n') rows.push([])
  }
  rows.pop()
  return rows
}

describe('attendance as CSV', () => {
  it('is RFC 4180, and gives every field back', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 12 })
    fc.assert(
      fc.property(fc.array(fc.record({ subjectId: text, place: text }), { minLength: 1, maxLength: 5 }), (made) => {
        const days = made.map(({ subjectId, place }): AttendanceDay => {
          const arrival = { at: '2026-03-02T07:30:00+07:00', assurance: 'server-verified', place, seq: 1, corrected: false }
          return { day: '2026-03-02', subjectId, arrival, records: 1 }
        })
        const [head, ...rows] = parseCsv(attendanceCsv(days))
        expect(head).toHaveLength(15)
        expect(rows.map((row) => row.length)).toEqual(made.map(() => 15))
        const plain = (cell: string): string => cell.replace(/^'(?=[=+\-@\t\r\n＝＋－＠])/u, '')
        expect(rows.map((row) => plain(row[head!.indexOf('subjectId')]!))).toEqual(made.map(({ subjectId }) => subjectId))
        expect(rows.map((row) => plain(row[head!.indexOf('arrival.place')]!))).toEqual(made.map(({ place }) => place))
      }),
    )
  })

  it.each(['=1+1', '+1', '-2', '@SUM(A1)', '\tx', '\rx', '＝1'])('holds no formula: %j', (cell) => {
    expect(csvCell(cell).replace(/^"/u, '').startsWith("'")).toBe(true)
  })
})
