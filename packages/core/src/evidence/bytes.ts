import { malformed } from './faults.js'

/** Bits of a varint that a number without rounding can have; the eighth byte has the last four. */
const MOST_VARINT_BYTES = 8

/** Writes bytes, and whole numbers in as few of them as they need (LEB128; signed ones by zigzag). */
export class ByteWriter {
  readonly #bytes: number[] = []

  raw(bytes: Iterable<number>): void {
    for (const byte of bytes) this.#bytes.push(byte)
  }

  /** A whole number, 0 or more. @throws LintasError `evidence-malformed` where it is none, or too large to be exact */
  count(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw malformed('a number cannot be written')
    let rest = value
    while (rest >= 128) {
      this.#bytes.push((rest % 128) + 128)
      rest = Math.floor(rest / 128)
    }
    this.#bytes.push(rest)
  }

  /** A whole number: 0, −1, 1, −2 … become 0, 1, 2, 3 … */
  signed(value: number): void {
    this.count(value < 0 ? -2 * value - 1 : 2 * value)
  }

  done(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#bytes)
  }
}

/** Reads what {@link ByteWriter} writes, and nothing else: each number has one spelling. Every fault is a LintasError `evidence-malformed`. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** The next `length` bytes; not copied. */
  raw(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) throw malformed('it ends too early')
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  byte(): number {
    return this.raw(1)[0] ?? 0
  }

  /** A whole number from `min` to `max`. */
  count(what: string, min: number, max: number): number {
    return within(this.#varint(), what, min, max)
  }

  signed(): number {
    const value = this.#varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** Nothing may follow. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw malformed('bytes follow its end')
  }

  #varint(): number {
    let [value, unit] = [0, 1]
    for (let length = 1; length <= MOST_VARINT_BYTES; length += 1, unit *= 128) {
      const byte = this.byte()
      value += (byte % 128) * unit
      if (byte >= 128) continue
      if (byte === 0 && length > 1) throw malformed('a number has leading zeros')
      if (value > Number.MAX_SAFE_INTEGER) break
      return value
    }
    throw malformed('a number is too large')
  }
}

/** `value` where it is from `min` to `max`. @throws LintasError `evidence-malformed` */
export function within(value: number, what: string, min: number, max: number): number {
  if (!(value >= min && value <= max)) throw malformed(`${what} must be from ${min} to ${max}`)
  return value
}
