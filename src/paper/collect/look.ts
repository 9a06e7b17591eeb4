import type { Params } from '../../study/definition/schema.ts'
import { statistic } from '../../study/results/results.ts'
import type { Measure } from '../comparison.ts'
import type { PaperCombination, PaperResults, PartResults } from '../results.ts'
import { includes } from './compare.ts'
import { scoreOf } from './scoreOf.ts'

export type Parts = ReadonlyMap<string, PartResults>

/** Results before the sentences about them are made. */
export type Numbers = Omit<PaperResults, 'contradictions' | 'differences'>

/** Values of the trainings of one combination. */
export interface Look {
  readonly mean: number
  readonly low: number
  readonly high: number
  readonly count: number
}

/**
 * The values of all trainings of a part with these parameters, one that diverged counting as chance.
 *
 * @returns null while one of them has not been run, or has no such value
 */
export function look(
  part: PartResults | undefined,
  params: Params,
  classes: number,
  {
    measure = 'testAccuracy',
    epoch = null,
  }: { readonly measure?: Measure; readonly epoch?: number | null } = {},
): Look | null {
  const runs = (part?.combinations ?? [])
    .filter((combination) => includes(combination.params, params))
    .flatMap((combination) => combination.runs)
  const values = runs.flatMap((run) => scoreOf(run, { measure, epoch }, classes) ?? [])
  const mean = values.length < runs.length ? undefined : statistic(values)?.mean
  if (mean === undefined) return null
  return { mean, low: Math.min(...values), high: Math.max(...values), count: values.length }
}

/** Epochs that a part measures, from its first training; empty where it measures its end alone. */
export function epochsOf(part: PartResults | undefined): readonly number[] {
  return part?.combinations[0]?.runs[0]?.history.map(({ epoch }) => epoch) ?? []
}

/** The combination with rank 1, where all of the search has ended. */
export function winner(part: PartResults | undefined): (PaperCombination & { readonly mean: number }) | null {
  const combinations = part?.combinations ?? []
  if (combinations.some(({ status }) => status === 'open')) return null
  return highest(combinations.filter(({ rank }) => rank === 1))
}

/** Of combinations with a mean the one with the highest; of equal ones the first. */
export function highest(
  combinations: readonly PaperCombination[],
): (PaperCombination & { readonly mean: number }) | null {
  let best: (PaperCombination & { readonly mean: number }) | null = null
  for (const combination of combinations) {
    const { mean } = combination
    if (mean !== null && (best === null || mean > best.mean)) best = { ...combination, mean }
  }
  return best
}

export function partsOf({ experiments }: Pick<PaperResults, 'experiments'>): Parts {
  return new Map(experiments.flatMap(({ parts }) => parts.map((part) => [part.id, part] as const)))
}
