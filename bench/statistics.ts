/** What several measurements of one thing say. */
export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** @throws RangeError when there is nothing to summarise */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  const low = sorted[Math.floor(middle)]
  const high = sorted[Math.ceil(middle)]
  const [least, most] = [sorted[0], sorted.at(-1)]
  if (low === undefined || high === undefined || least === undefined || most === undefined)
    throw new RangeError('nothing was measured')
  return { median: (low + high) / 2, least, most }
}

/** V8 first runs a quick translation of WebAssembly and compiles the good one beside it. */
const WARM_UP_SECONDS = 0.4

/**
 * Seconds of one call of `work`, after a warm-up. Short work is repeated until a run lasts about `shortest` seconds,
 * so that neither the clock's resolution nor the call itself counts.
 */
export function timeOf(
  work: () => void,
  { runs = 31, shortest = 0.004, warmUp = WARM_UP_SECONDS } = {},
): Spread {
  let calls = 1
  for (let spent = 0; spent < warmUp; ) {
    const seconds = timed(work, calls)
    spent += seconds
    if (seconds < shortest) calls *= 2
  }
  while (calls > 1 && timed(work, calls / 2) > shortest) calls /= 2
  return spreadOf(Array.from({ length: runs }, () => timed(work, calls) / calls))
}

function timed(work: () => void, calls: number): number {
  const start = performance.now()
  for (let i = 0; i < calls; i++) work()
  return (performance.now() - start) / 1000
}

/** Operations a second, from operations and their seconds. */
export function rateOf(operations: number, { median, least, most }: Spread): Spread {
  return { median: operations / median, least: operations / most, most: operations / least }
}
