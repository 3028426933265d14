/** `bytes` in base64url (RFC 4648 §5) without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** The inverse of {@link toBase64Url}; undefined for anything that it does not write (padding, stray bits, other characters). */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return undefined
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
  return toBase64Url(bytes) === text ? bytes : undefined
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
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(index * 4, true))
}
