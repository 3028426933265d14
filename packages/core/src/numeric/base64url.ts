const STRANGER = 255

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The value of each character, by its code. */
const VALUES = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = ALPHABET.indexOf(String.fromCharCode(code))
  return value < 0 ? STRANGER : value
})

/** `bytes` in base64url (RFC 4648 §5) without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** The inverse of {@link toBase64Url}; undefined for anything that it does not write (padding, stray bits, other characters). */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  const { length } = text
  if (length % 4 === 1) return undefined
  const bytes = new Uint8Array(Math.floor((length * 3) / 4))
  let [bits, held, at] = [0, 0, 0]
  for (let index = 0; index < length; index += 1) {
    const value = VALUES[text.charCodeAt(index)] ?? STRANGER
    if (value === STRANGER) return undefined
    bits = ((bits << 6) | value) & 0xfff
    held += 6
    if (held >= 8) bytes[at++] = (bits >> (held -= 8)) & 0xff
  }
  // What is left of the last character is 0 in what is written; else several texts would be the same bytes.
  return (bits & ((1 << held) - 1)) === 0 ? bytes : undefined
}

/** `vector` as little-endian float32 in base64url. */
export function floatsToBase64Url(vector: Float32Array): string {
  const view = new DataView(new ArrayBuffer(vector.length * 4))
  vector.forEach((value, index) => view.setFloat32(index * 4, value, true))
  return toBase64Url(new Uint8Array(view.buffer))
}

/** The inverse of {@link floatsToBase64Url}; undefined where it is not one. The numbers may be NaN or infinite: that is the caller's to refuse. */
export function floatsFromBase64Url(text: string): Float32Array<ArrayBuffer> | undefined {
  const bytes = fromBase64Url(text)
  if (bytes === undefined || bytes.length % 4 !== 0) return undefined
  const view = new DataView(bytes.buffer)
  const floats = new Float32Array(bytes.length / 4)
  for (let index = 0; index < floats.length; index += 1) floats[index] = view.getFloat32(index * 4, true)
  return floats
}
