import type { ContestResult } from './results.ts'
import { type Spread, spreadOf } from './statistics.ts'
import { table } from './table.ts'

/**
 * Medians and spread of all, and for each engine of ours how many times the epoch of everybody else it takes, turn by
 * turn. Sorted by threads, otherwise as given.
 */
export function contestTable(results: readonly ContestResult[]): string {
  const engines = [...new Set(results.flatMap(({ engine }) => engine ?? []))]
  const takes = engines.map((engine) => (engines.length === 1 ? 'atelier takes' : `${engine} takes`))
  const rows = results.toSorted((a, b) => a.threads - b.threads)
  return table(
    ['', 'threads', 's/epoch, median', 'least', 'most', 'CPU s/epoch', ...takes, 'test accuracy'],
    rows.map((result) => {
      const { median, least, most } = spreadOf(result.seconds)
      return [
        result.share === 1 ? result.name : `${result.name}, ${shareText(result.share)} of an epoch, scaled`,
        String(result.threads),
        ...[median, least, most].map(secondsText),
        secondsText(spreadOf(result.cpuSeconds).median),
        ...engines.map((engine) => takesText(results, engine, result)),
        accuracyText(result),
      ]
    }),
  )
}

/** Three digits that count: "0.314", "5.56", "2890". */
export function secondsText(seconds: number): string {
  const digits = Math.max(0, Math.min(3, 2 - Math.floor(Math.log10(seconds))))
  return seconds > 0 ? seconds.toFixed(digits) : '0.000'
}

/** How many times as long `own` took as `other`, by the epochs of the same turn. */
export function ratioSpread(own: ContestResult, other: ContestResult): Spread {
  return spreadOf(
    own.seconds.flatMap((seconds, turn) => {
      const against = other.seconds[turn]
      return against === undefined ? [] : [seconds / against]
    }),
  )
}

export function ratioText({ median, least, most }: Spread): string {
  return `${ratioDigits(median)} x (${ratioDigits(least)} to ${ratioDigits(most)})`
}

/** Two places, or two digits that count where the ratio is tiny. */
function ratioDigits(ratio: number): string {
  return ratio >= 0.095 ? ratio.toFixed(2) : ratio.toPrecision(2)
}

/** 0.05 as "1/20". */
function shareText(share: number): string {
  return `1/${Math.round(1 / share)}`
}

function takesText(results: readonly ContestResult[], engine: string, result: ContestResult): string {
  const own = results.find((other) => other.engine === engine && other.threads === result.threads)
  return own === undefined || own === result ? '' : ratioText(ratioSpread(own, result))
}

/** A part of an epoch teaches less: the accuracy says after how much of it. */
function accuracyText({ testAccuracy, share, epochsTrained }: ContestResult): string {
  const percent = `${(100 * testAccuracy).toFixed(2)} %`
  return share === 1 ? percent : `${percent} after ${epochsTrained.toPrecision(2)} epochs`
}
