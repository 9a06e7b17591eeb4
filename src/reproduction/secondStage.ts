import { studyConfig } from '../study/definition/config.ts'
import type { Study } from '../study/definition/schema.ts'
import type { CombinationResult, Summary } from '../study/results/results.ts'
import { combinationCount } from '../study/search/combinations.ts'
import type { Reproduction } from './reproduction.ts'
import { type ReproductionOptions, reproductionStudy, seedsTo, studyName } from './study.ts'

/**
 * The trainings that decide between the best combinations of the searches, without the test set: a search tries many
 * settings for few epochs each, and which are ahead then says little about more. So the best of each search are trained
 * for longer, on folds again. A study of its own, because its combinations are known only when the searches are done.
 *
 * @param summaries of the study of the reproduction
 * @returns null without a second stage, while a search has open combinations, or if one has no result
 */
export function secondStageStudy(
  reproduction: Reproduction,
  summaries: readonly Summary[],
  options: ReproductionOptions = {},
): Study | null {
  const { secondStage } = reproduction
  if (secondStage === undefined) return null
  const { searches, finalists, epochs, folds } = secondStage
  const { experiments: parts } = reproductionStudy(reproduction, options)
  const experiments = searches.flatMap(({ search: id, second }) => {
    const search = parts.find((each) => each.id === id)
    const summary = summaries.find(({ experiment }) => experiment === id)
    if (search === undefined || summary === undefined) return []
    const { combinations } = summary
    // With a budget of trials a summary has the first combinations only.
    if (combinations.length < combinationCount(search)) return []
    const best = bestByRank(combinations, finalists)
    if (best.length === 0 || combinations.some(({ status }) => status === 'open')) return []
    return [
      {
        id: second,
        base: { ...search.base, epochs, evaluate: 'end' as const, scoreOn: ['validation' as const] },
        search: { type: 'list' as const, combinations: best.map(({ params }) => ({ ...params })) },
        folds,
        seeds: seedsTo(options.seeds ?? 1),
      },
    ]
  })
  if (experiments.length < searches.length) return null
  return studyConfig({ name: studyName(reproduction, options, 'finals'), experiments })
}

/** The best by rank, of equal ones the first in the grid; fewer if fewer have a result. */
export function bestByRank<T extends Pick<CombinationResult, 'rank'>>(
  combinations: readonly T[],
  number: number,
): T[] {
  const rank = (each: T): number => each.rank ?? Number.POSITIVE_INFINITY
  return combinations
    .filter((each) => each.rank !== null)
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, number)
}
