/** Bounds of a numeric option, both inclusive. */
export interface NumberBounds {
  readonly min?: number
  readonly max?: number
  readonly integer?: boolean
}

/**
 * `value`, or `fallback` when it is undefined.
 * @throws TypeError that names the option, its value and its bounds.
 */
export function checkNumber(name: string, value: unknown, fallback: number, bounds: NumberBounds = {}): number {
  if (value === undefined) return fallback
  const { min = -Infinity, max = Infinity, integer = false } = bounds
  const sound = typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max && (!integer || Number.isInteger(value))
  if (!sound) throw new TypeError(`${name} must be ${integer ? 'an integer' : 'a number'}${describe(bounds)}, not ${show(value)}`)
  return value
}

/**
 * `value` when it is one of `choices`, or `fallback` when it is undefined.
 * @throws TypeError that names the option and its choices.
 */
export function checkChoice<T extends string>(name: string, value: unknown, fallback: T, choices: readonly T[]): T {
  if (value === undefined) return fallback
  const found = choices.find((choice) => choice === value)
  if (found === undefined) throw new TypeError(`${name} must be one of ${choices.join(', ')}, not ${show(value)}`)
  return found
}

/** `value`, or `fallback` when it is undefined. @throws TypeError that names the option. */
export function checkBoolean(name: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined) return fallback
  if (typeof value !== 'boolean') throw new TypeError(`${name} must be true or false, not ${show(value)}`)
  return value
}

/** `value` when it is a string that is not empty. @throws TypeError that names the option. */
export function checkText(name: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') throw new TypeError(`${name} must be a string that is not empty, not ${show(value)}`)
  return value
}

/** `options` when none of its keys is unknown. @throws TypeError that names the first unknown key and the known ones. */
export function checkKeys(what: string, options: object, known: readonly string[]): void {
  // For callers without types.
  if (typeof (options as unknown) !== 'object' || (options as unknown) === null)
    throw new TypeError(`${what} takes an object of options, not ${show(options)}`)
  const stray = Object.keys(options).find((key) => !known.includes(key))
  if (stray !== undefined) throw new TypeError(`${what} has no option ${stray}; it has ${known.join(', ')}`)
}

function describe({ min, max }: NumberBounds): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`
  if (min !== undefined) return ` of ${min} or more`
  return max === undefined ? '' : ` of ${max} or less`
}

function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : Array.isArray(value) ? 'an array' : String(value)
}
