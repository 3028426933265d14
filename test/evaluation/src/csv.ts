import { Refusal } from './refusal.js'

/** A record of a CSV file and the line it starts on, counted from 1. */
export interface CsvRecord {
  readonly line: number
  readonly fields: readonly string[]
}

/**
 * The records of a CSV text by RFC 4180: quoted fields with doubled quotes, commas and line breaks inside; LF, CRLF or CR; a byte order
 * mark, and lines of nothing or of white space, are passed over.
 * @throws Refusal for a quote that is never closed, or text right after a closing one
 */
export function parseCsv(text: string): readonly CsvRecord[] {
  const reader = new Reader(text.startsWith('\uFEFF') ? text.slice(1) : text)
  const records: CsvRecord[] = []
  while (!reader.ended) {
    const record = reader.record()
    if (record.fields.length > 1 || record.fields[0]?.trim() !== '') records.push(record)
  }
  return records
}

/** Whatever a field holds, quoted where it must be. */
export function formatField(value: string): string {
  return /[",\r\n]|^\uFEFF/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}

class Reader {
  readonly #text: string
  #at = 0
  #line = 1

  constructor(text: string) {
    this.#text = text
  }

  get ended(): boolean {
    return this.#at >= this.#text.length
  }

  record(): CsvRecord {
    const line = this.#line
    const fields = [this.#field()]
    while (this.#text[this.#at] === ',') {
      this.#at += 1
      fields.push(this.#field())
    }
    this.#lineEnd()
    return { line, fields }
  }

  #field(): string {
    if (this.#text[this.#at] === '"') return this.#quoted()
    const start = this.#at
    while (!this.ended && !',\r\n'.includes(this.#text.charAt(this.#at))) this.#at += 1
    return this.#text.slice(start, this.#at)
  }

  #quoted(): string {
    const opened = this.#line
    let value = ''
    for (;;) {
      const close = this.#text.indexOf('"', this.#at + 1)
      if (close < 0) throw new Refusal(`line ${opened}: a quote is opened and never closed`)
      const part = this.#text.slice(this.#at + 1, close)
      this.#line += part.match(/\r\n|\r|\n/g)?.length ?? 0
      value += part
      this.#at = close + 1
      if (this.#text[this.#at] !== '"') break
      value += '"'
    }
    if (!this.ended && !',\r\n'.includes(this.#text.charAt(this.#at))) throw new Refusal(`line ${this.#line}: text right after a closing quote`)
    return value
  }

  #lineEnd(): void {
    if (this.ended) return
    this.#at += this.#text.startsWith('\r\n', this.#at) ? 2 : 1
    this.#line += 1
  }
}
