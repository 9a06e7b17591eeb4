import { type Spread, spreadOf } from './statistics.ts'
import { table } from './table.ts'

/** One epoch of training, evaluation apart. */
export interface EpochTime {
  readonly seconds: number
  /** Processor time of all threads: shows who used more cores than it was given. */
  readonly cpuSeconds: number
}

/** Somebody who trains the model one epoch at a time, and rests in between. */
export interface Contestant {
  readonly name: string
  readonly threads: number
  epoch(): Promise<EpochTime>
  /** Share of the test images recognised, after the last epoch. Ends the contestant. */
  finish(): Promise<number>
}

export interface ContestResult {
  readonly name: string
  readonly threads: number
  readonly seconds: readonly number[]
  readonly cpuSeconds: readonly number[]
  readonly testAccuracy: number
}

/**
 * Lets all train in turns, an epoch each, A B A B, so that whatever else happens on the machine happens to all. The
 * first epoch of each is a warm-up: it counts for the accuracy, not for the time.
 */
export async function runContest(
  contestants: readonly Contestant[],
  epochs: number,
): Promise<ContestResult[]> {
  const times = contestants.map((): EpochTime[] => [])
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const [i, contestant] of contestants.entries()) times[i]?.push(await contestant.epoch())
  }
  const results: ContestResult[] = []
  for (const [i, contestant] of contestants.entries()) {
    const kept = (times[i] ?? []).slice(1)
    results.push({
      name: contestant.name,
      threads: contestant.threads,
      seconds: kept.map(({ seconds }) => seconds),
      cpuSeconds: kept.map(({ cpuSeconds }) => cpuSeconds),
      testAccuracy: await contestant.finish(),
    })
  }
  return results
}

/** Medians and spread of all, and for each peer how many times its epoch atelier's takes, epoch by epoch. */
export function contestTable(results: readonly ContestResult[]): string {
  const ours = (threads: number): ContestResult | undefined =>
    results.find((result) => result.name === OURS && result.threads === threads)
  return table(
    ['', 'threads', 's/epoch, median', 'least', 'most', 'CPU s/epoch', 'atelier takes', 'test accuracy'],
    results.map((result) => {
      const { median, least, most } = spreadOf(result.seconds)
      const own = ours(result.threads)
      return [
        result.name,
        String(result.threads),
        median.toFixed(3),
        least.toFixed(3),
        most.toFixed(3),
        spreadOf(result.cpuSeconds).median.toFixed(2),
        result.name === OURS || own === undefined ? '' : ratioText(ratios(own, result)),
        `${(100 * result.testAccuracy).toFixed(2)} %`,
      ]
    }),
  )
}

/** The name under which atelier itself stands in the table. */
export const OURS = 'atelier'

function ratios(own: ContestResult, peer: ContestResult): Spread {
  return spreadOf(own.seconds.map((seconds, epoch) => seconds / (peer.seconds[epoch] ?? Number.NaN)))
}

function ratioText({ median, least, most }: Spread): string {
  return `${median.toFixed(2)} x (${least.toFixed(2)} to ${most.toFixed(2)})`
}
