import type { Dataset } from '../../src/data/dataset.ts'
import type { EngineName } from '../../src/engine/engine.ts'
import type { TrainingInput } from '../../src/train/config.ts'
import { stopAll, takeTurns } from '../contest.ts'
import { startOurs } from '../ours.ts'

/** One of several trainings that are compared, all by atelier. */
export interface Variant {
  readonly label: string
  readonly config: TrainingInput
  /** What an image should cost, in any unit that the variants share. */
  readonly work: number
}

/** Seconds of each turn of a variant with so many threads. */
export interface Timed {
  readonly label: string
  readonly threads: number
  readonly seconds: readonly number[]
}

/**
 * Trains all variants in turns, each with all numbers of threads.
 *
 * @param turns epochs measured of each, after one to warm up
 * @throws Error when one of them cannot be trained
 */
export async function inTurns(
  variants: readonly Variant[],
  dataset: Dataset,
  threadCounts: readonly number[],
  engine: EngineName,
  turns: number,
): Promise<Timed[]> {
  const starts = await Promise.all(
    variants.flatMap(({ label, config }) =>
      threadCounts.map((threads) => startOurs(config, dataset, threads, turns + 1, engine, label)),
    ),
  )
  const contestants = starts.flatMap(({ contestant }) => contestant ?? [])
  try {
    const reasons = starts.flatMap((start) => (start.contestant === undefined ? [start.reason] : []))
    const times = await takeTurns(contestants, turns + 1, reasons)
    const [reason] = reasons
    if (reason !== undefined) throw new Error(reason)
    return [...times].map(([{ name, threads }, epochs]) => ({
      label: name,
      threads,
      seconds: epochs.slice(1).map(({ seconds }) => seconds),
    }))
  } finally {
    await stopAll(contestants)
  }
}
