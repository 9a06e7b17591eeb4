import type { Value } from '../results.ts'
import { type Spread, spreadOf } from '../statistics.ts'
import { table } from '../table.ts'
import type { Timed, Variant } from './variants.ts'

/** How tables call what a row is compared with. */
export interface Comparison {
  /** The variant that all are compared with. */
  readonly base: string
  /** Heading of the ratio. */
  readonly title: string
  /** Images of an epoch. */
  readonly images: number
}

/**
 * Cost an image by variant, for each number of threads: the median, and how far it grew beyond what its work did against
 * the base variant (1.00: just as much), as median and spread over the turns.
 */
export function scalingTable(
  variants: readonly Variant[],
  timed: readonly Timed[],
  { base, title, images }: Comparison,
): string {
  const threadCounts = [...new Set(timed.map(({ threads }) => threads))]
  return table(
    ['', ...threadCounts.flatMap((threads) => [`us an image, ${counted(threads)}`, title])],
    variants.map(({ label }) => [
      label,
      ...threadCounts.flatMap((threads) => {
        const seconds = timesOf(timed, label, threads)
        const { median, least, most } = growth(variants, timed, label, base, threads)
        const ratio = `${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`
        return [((spreadOf(seconds).median / images) * 1e6).toFixed(2), label === base ? '' : ratio]
      }),
    ]),
  )
}

/** Time against the base's, divided by work against the base's, turn by turn. */
export function growth(
  variants: readonly Variant[],
  timed: readonly Timed[],
  label: string,
  base: string,
  threads: number,
): Spread {
  const workOf = (name: string): number =>
    variants.find((variant) => variant.label === name)?.work ?? Number.NaN
  const against = timesOf(timed, base, threads)
  const work = workOf(label) / workOf(base)
  return spreadOf(
    timesOf(timed, label, threads).map((seconds, turn) => seconds / (against[turn] ?? Number.NaN) / work),
  )
}

export function timesOf(timed: readonly Timed[], label: string, threads: number): readonly number[] {
  return timed.find((each) => each.label === label && each.threads === threads)?.seconds ?? []
}

/** The same times for the file of results. */
export function valuesOf(timed: readonly Timed[]): Value[] {
  return timed.map(({ label, threads, seconds }) => ({
    name: `${label}, ${counted(threads)}`,
    unit: 's/epoch',
    spread: spreadOf(seconds),
  }))
}

export function counted(threads: number): string {
  return `${threads} thread${threads === 1 ? '' : 's'}`
}
