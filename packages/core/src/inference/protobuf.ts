import { concatBytes } from '../numeric/index.js'

/** How a field of a protobuf message is kept. */
export const WIRE = { varint: 0, eightBytes: 1, bytes: 2, fourBytes: 5 } as const

/** One field of a protobuf message: where it begins, and where its content lies. */
export interface Field {
  readonly field: number
  readonly wire: number
  readonly start: number
  readonly from: number
  readonly to: number
  /** Of a varint. */
  readonly value: number
}

/** @throws RangeError where this is no protobuf message */
export function fieldsOf(bytes: Uint8Array): readonly Field[] {
  const fields: Field[] = []
  for (let at = 0; at < bytes.length;) {
    const start = at
    const tag = varint(bytes, at)
    const [field, wire] = [Math.floor(tag.value / 8), tag.value % 8]
    const head = wire === WIRE.bytes || wire === WIRE.varint ? varint(bytes, tag.to) : { value: 0, to: tag.to }
    const size = wire === WIRE.bytes ? head.value : ({ [WIRE.varint]: 0, [WIRE.eightBytes]: 8, [WIRE.fourBytes]: 4 }[wire] ?? NaN)
    at = head.to + size
    if (!(at <= bytes.length)) throw new RangeError('a field beyond its message')
    fields.push({ field, wire, start, from: head.to, to: at, value: head.value })
  }
  return fields
}

/** The whole numbers of a repeated field, whether they are kept one by one or packed. @throws RangeError where they are cut off */
export function numbersIn(bytes: Uint8Array, fields: readonly Field[], wanted: number): readonly number[] {
  return fields.flatMap(({ field, wire, from, to, value }) => {
    if (field !== wanted) return []
    if (wire === WIRE.varint) return [value]
    const numbers: number[] = []
    for (let at = from; at < to;) {
      const next = varint(bytes, at)
      numbers.push(next.value)
      at = next.to
    }
    return numbers
  })
}

function varint(bytes: Uint8Array, from: number): { readonly value: number; readonly to: number } {
  let value = 0
  for (let at = from, scale = 1; at < Math.min(bytes.length, from + 10); at += 1, scale *= 128) {
    const byte = bytes[at] ?? 0
    value += (byte % 128) * scale
    if (byte < 128) return { value, to: at + 1 }
  }
  throw new RangeError('a number without an end')
}

/** A field that holds a text. */
export function textField(field: number, text: string): Uint8Array {
  return bytesField(field, new TextEncoder().encode(text))
}

/** A field that holds bytes: a text, a message, packed numbers. */
export function bytesField(field: number, content: Uint8Array): Uint8Array {
  return concatBytes([varintOf(field * 8 + WIRE.bytes), varintOf(content.length), content])
}

/** A field that holds a whole number, 0 or more. */
export function numberField(field: number, value: number): Uint8Array {
  return concatBytes([varintOf(field * 8 + WIRE.varint), varintOf(value)])
}

function varintOf(value: number): Uint8Array {
  const bytes: number[] = []
  let left = value
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) + 128)
  return Uint8Array.from([...bytes, left])
}

/** `bytes` with some of its fields replaced. */
export function spliced(
  bytes: Uint8Array,
  changes: readonly { readonly start: number; readonly to: number; readonly bytes: Uint8Array }[],
): Uint8Array {
  const parts: Uint8Array[] = []
  let at = 0
  for (const change of changes) {
    parts.push(bytes.subarray(at, change.start), change.bytes)
    at = change.to
  }
  return concatBytes([...parts, bytes.subarray(at)])
}
