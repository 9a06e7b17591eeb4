import { groupBy } from '../base/groupBy.ts'
import { extent, finite } from './domain.ts'
import type { Setting } from './measure.ts'

/** One measurement; several with the same x and series are seeds or folds of the same training. */
export interface Measurement<X extends Setting = Setting> {
  readonly x: X
  readonly series: string
  /** Not finite or null: missing. */
  readonly value: number | null
}

/** What the measurements of one x and series have in common; the values are null when all are missing. */
export interface Spread {
  readonly x: number
  readonly series: string
  readonly mean: number | null
  readonly low: number | null
  readonly high: number | null
  /** How many were not missing. */
  readonly count: number
  /** Neither a line nor a band could show it: no neighbour in its series has a value, or x is a name. */
  readonly alone: boolean
}

/**
 * Mean and range of each x and series, series in the order in which they first occur, x ascending.
 *
 * @param connected whether lines lead from one x to the next
 */
export function spreads(measurements: readonly Measurement<number>[], connected = true): Spread[] {
  const series = new Map<string, Map<number, number[]>>()
  for (const { x, series: name, value } of measurements) {
    const points = series.get(name) ?? new Map<number, number[]>()
    const values = points.get(x) ?? []
    const known = finite(value)
    if (known !== null) values.push(known)
    series.set(name, points.set(x, values))
  }
  return [...series].flatMap(([name, points]) => {
    const sorted = [...points].sort(([a], [b]) => a - b)
    const missing = (i: number) => (sorted[i]?.[1].length ?? 0) === 0
    return sorted.map(([x, values], i) => ({
      x,
      series: name,
      ...rangeOf(values),
      alone: !connected || (missing(i - 1) && missing(i + 1)),
    }))
  })
}

/** Mean and range of finite values; null where there are none. */
export function rangeOf(values: readonly number[]) {
  const count = values.length
  const range = extent(values)
  if (range === undefined) return { mean: null, low: null, high: null, count }
  const [low, high] = range
  // Rounding must not put the mean outside the range, as it would for three times the same value.
  const mean = Math.min(
    high,
    Math.max(
      low,
      values.reduce((sum, value) => sum + value / count, 0),
    ),
  )
  return { mean, low, high, count }
}

/** The points of each series, in the order in which the series first occur. */
export function bySeries(points: readonly Spread[]): [series: string, points: Spread[]][] {
  return [...groupBy(points, ({ series }) => series)]
}

/** What repeats a measurement; `trainings` where it is both, or not the same everywhere. */
export type Runs = 'seeds' | 'folds' | 'trainings'

/** How many measurements stand behind the means: "3 seeds", "2 to 3 seeds"; empty when nothing was repeated. */
export function repeats(points: readonly { readonly count: number }[], runs: Runs): string {
  const [least, most] = extent(points.map(({ count }) => (count > 0 ? count : null))) ?? [0, 0]
  if (most < 2) return ''
  return least === most ? `${most} ${runs}` : `${least} to ${most} ${runs}`
}

/** The line below a figure's title that says what is drawn of them. */
export function repeatsNote(count: string): string[] {
  return count === '' ? [] : [`Mean of ${count}; shaded: from their lowest to their highest.`]
}
