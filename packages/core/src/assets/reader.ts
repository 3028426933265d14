import { LintasError } from '../errors/index.js'

/** Most bytes a file may have: beyond it a length in a manifest is taken for a mistake, since the buffer is set aside at once. */
const MOST_BYTES = 2 ** 30

/** A value of a JSON document and where it stands, e.g. `models[3].sha256`. Every reading checks and names the place of a fault. */
export class JsonReader {
  readonly path: string
  readonly #value: unknown

  constructor(value: unknown, path = '') {
    this.#value = value
    this.path = path
  }

  /** @throws LintasError `assets-manifest` */
  fail(expected: string): never {
    const path = this.path === '' ? '$' : this.path
    throw new LintasError('assets-manifest', `The manifest is unsound: ${path} must be ${expected}, not ${show(this.#value)}`, {
      details: { path },
    })
  }

  /** The field `name` of an object; absent is undefined. */
  at(name: string): JsonReader {
    const value = this.#value
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return this.fail('an object')
    const own = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
    return new JsonReader(own, this.path === '' ? name : `${this.path}.${name}`)
  }

  get absent(): boolean {
    return this.#value === undefined
  }

  /** `read` of this, or undefined when it is absent. */
  maybe<T>(read: (reader: JsonReader) => T): T | undefined {
    return this.absent ? undefined : read(this)
  }

  list<T>(read: (reader: JsonReader) => T): T[] {
    const value = this.#value
    if (!Array.isArray(value)) return this.fail('a list')
    return Array.from(value, (item: unknown, index) => read(new JsonReader(item, `${this.path}[${index}]`)))
  }

  text(): string {
    const value = this.#value
    return typeof value === 'string' && value !== '' ? value : this.fail('a string that is not empty')
  }

  choice<T extends string>(choices: readonly T[]): T {
    return choices.find((choice) => choice === this.#value) ?? this.fail(choices.length === 1 ? `"${choices[0]}"` : `one of ${choices.join(', ')}`)
  }

  flag(): boolean {
    const value = this.#value
    return typeof value === 'boolean' ? value : this.fail('true or false')
  }

  number(): number {
    const value = this.#value
    return typeof value === 'number' && Number.isFinite(value) ? value : this.fail('a finite number')
  }

  positive(): number {
    const value = this.#value
    return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : this.fail('a number above 0')
  }

  count(most: number = MOST_BYTES): number {
    const value = this.#value
    const sound = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most
    return sound ? value : this.fail(`a whole number from 1 to ${most}`)
  }

  sha256(): string {
    const value = this.#value
    return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? value : this.fail('64 lower-case hexadecimal digits')
  }

  /** A path below the assets folder, nothing that a URL or a file system reads otherwise. */
  file(): string {
    const value = this.#value
    const plain = typeof value === 'string' && /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/.test(value) && value.length <= 200
    return plain ? value : this.fail('a plain relative path of letters, digits, "_", "-", "." and "/"')
  }
}

/** @throws LintasError `assets-manifest` when it is not JSON in UTF-8 */
export function parseJson(file: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown
  } catch (error) {
    throw new LintasError('assets-manifest', `${file} is not JSON`, { cause: error, details: { file } })
  }
}

function show(value: unknown): string {
  if (value === undefined) return 'absent'
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80))
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  return typeof value === 'number' || typeof value === 'boolean' || value === null ? String(value) : `a ${typeof value}`
}
