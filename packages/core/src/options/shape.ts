/** What came from outside is not of the shape asked for. `path` tells where, e.g. `models[1].weight`; `$` is the whole. */
export class ShapeError extends Error {
  readonly path: string

  constructor(path: string, expected: string, value: unknown) {
    super(`${path} must be ${expected}, not ${show(value)}`)
    this.name = 'ShapeError'
    this.path = path
  }
}

/** The object at `path` with all of `required`, any of `optional` and nothing else. @throws ShapeError */
export function shapeObject(
  value: unknown,
  path: string,
  required: readonly string[],
  optional: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ShapeError(path, 'an object', value)
  const missing = required.find((key) => !Object.hasOwn(value, key))
  if (missing !== undefined) throw new ShapeError(join(path, missing), 'present', undefined)
  const stray = Object.keys(value).find((key) => !required.includes(key) && !optional.includes(key))
  if (stray !== undefined) throw new ShapeError(join(path, stray.slice(0, 80)), 'absent: there is no such field', Reflect.get(value, stray))
  return value as Readonly<Record<string, unknown>>
}

/** The list at `path` of `min` to `max` items. @throws ShapeError */
export function shapeList(value: unknown, path: string, min: number, max: number): readonly unknown[] {
  const sound = Array.isArray(value) && value.length >= min && value.length <= max
  if (!sound) throw new ShapeError(path, `a list of ${min} to ${max} items`, value)
  return value
}

/** The string at `path` of 1 to `max` characters. @throws ShapeError */
export function shapeText(value: unknown, path: string, max = 200): string {
  const sound = typeof value === 'string' && value.length >= 1 && value.length <= max
  if (!sound) throw new ShapeError(path, `a string of 1 to ${max} characters`, value)
  return value
}

/** The string at `path` that `pattern` matches; `expected` says so in words. @throws ShapeError */
export function shapePattern(value: unknown, path: string, pattern: RegExp, expected: string): string {
  if (typeof value !== 'string' || !pattern.test(value)) throw new ShapeError(path, expected, value)
  return value
}

/** The number at `path` for which `sound` holds; `expected` says so in words. @throws ShapeError */
export function shapeNumber(value: unknown, path: string, sound: (value: number) => boolean, expected: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || !sound(value)) throw new ShapeError(path, expected, value)
  return value
}

/** The one of `choices` at `path`. @throws ShapeError */
export function shapeChoice<T extends string>(value: unknown, path: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value)
  if (found === undefined) throw new ShapeError(path, choices.length === 1 ? JSON.stringify(choices[0]) : `one of ${choices.join(', ')}`, value)
  return found
}

function join(path: string, key: string): string {
  return path === '$' ? key : `${path}.${key}`
}

function show(value: unknown): string {
  if (value === undefined) return 'absent'
  if (typeof value === 'string') return value.length > 40 ? `a string of ${value.length} characters` : JSON.stringify(value)
  if (Array.isArray(value)) return `a list of ${value.length} items`
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value)
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
