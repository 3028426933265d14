import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatField, parseCsv } from '../src/csv.js'

const fieldsOf = (text: string): (readonly string[])[] => parseCsv(text).map(({ fields }) => fields)

describe('CSV', () => {
  it('reads quotes, doubled quotes, commas and line breaks inside quotes', () => {
    expect(fieldsOf('a,"b,""c""",d\r\n"two\r\nlines",,x\n')).toEqual([
      ['a', 'b,"c"', 'd'],
      ['two\r\nlines', '', 'x'],
    ])
  })

  it('passes over a byte order mark and empty lines, and takes a last line without an end', () => {
    expect(fieldsOf('\uFEFFa,b\n\n\r\nc,d')).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ])
  })

  it('counts lines as an editor does, line breaks inside quotes included', () => {
    expect(parseCsv('a\n"b\nc"\r\nd').map(({ line }) => line)).toEqual([1, 2, 4])
  })

  it('names the line of a quote that is never closed, and of text after a closing one', () => {
    expect(() => parseCsv('a\nb,"c')).toThrow('line 2: a quote is opened and never closed')
    expect(() => parseCsv('"a"b,c')).toThrow('line 1: text right after a closing quote')
  })

  it('gives back whatever was written by the standard, with every kind of line end', () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'ü', ' ', ',', '"', '\n', '\r', '\uFEFF', '面') })
    const rows = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n', '\r'), fc.boolean(), fc.boolean(), (records, end, mark, last) => {
        const text = records.map((record) => record.map(formatField).join(',')).join(end)
        expect(fieldsOf(`${mark ? '\uFEFF' : ''}${text}${last ? end : ''}`)).toEqual(records)
      }),
    )
  })

  it('never hangs and throws nothing but a refusal, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r') }), (text) => {
        try {
          parseCsv(text)
        } catch (error) {
          expect((error as Error).name).toBe('Refusal')
        }
      }),
    )
  })
})
