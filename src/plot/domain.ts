export type Domain = readonly [low: number, high: number]

/** What can be drawn; beyond 1e100, which no float32 reaches, the axis itself would overflow. */
export function finite(value: number | null): number | null {
  return value !== null && Math.abs(value) < 1e100 ? value : null
}

/** The range of the values and a little more, within `limits`; more above than below, for a label there. */
export function padded(
  values: Iterable<number | null>,
  limits: { readonly low: number; readonly high: number },
): Domain {
  const [low, high] = extent(values) ?? [0, 1]
  const span = high - low || Math.max(Math.abs(high) * 0.1, 0.01)
  return [Math.max(limits.low, low - 0.05 * span), Math.min(limits.high, high + 0.1 * span)]
}

/** A loop, because a long history has more values than a call may have arguments. */
export function extent(values: Iterable<number | null>): Domain | undefined {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (value === null) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return low <= high ? [low, high] : undefined
}
