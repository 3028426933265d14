/** The arithmetic mean; NaN for none. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < values.length; index += 1) sum += values[index] ?? 0
  return sum / values.length
}

/** The value below which the share `p` (0 to 1) lies, interpolated linearly between neighbours; NaN for none. */
export function quantile(values: ArrayLike<number>, p: number): number {
  const sorted = Float64Array.from(values).sort()
  if (sorted.length === 0) return NaN
  const place = Math.min(Math.max(p, 0), 1) * (sorted.length - 1)
  const below = sorted[Math.floor(place)] ?? NaN
  const above = sorted[Math.ceil(place)] ?? NaN
  return below + (above - below) * (place - Math.floor(place))
}

/** The middle value; NaN for none. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5)
}

/** `value` brought into `min…max`. */
export function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max)
}
