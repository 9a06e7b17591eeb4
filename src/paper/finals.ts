import { studyConfig } from '../study/definition/config.ts'
import type { Study } from '../study/definition/schema.ts'
import type { CombinationResult, Summary } from '../study/results/results.ts'
import { combinationCount } from '../study/search/combinations.ts'
import { type PaperOptions, paperName, paperStudy, seedsTo } from './study.ts'

/**
 * How the best models are chosen, without a look at the test set. A search on folds tries many settings for one epoch
 * each. Which are ahead after one epoch says little about eight, and eight are what the chosen model is trained for:
 * so the best of the search, its finalists, are trained for as long on folds again, and the best of these is
 * refitted on all rows. Only then the test images are looked at, once.
 */
export const stages = [
  { search: 'further-folds', final: 'final-mlp', refit: 'best-mlp' },
  { search: 'cnn-grid', final: 'final-cnn', refit: 'best-cnn' },
] as const

/** As `longestParts`: of the finals. */
export const longestFinals: readonly string[] = ['final-cnn']

/** Settings of a search that go on. */
export const finalists = 3

/** Of the finals and the refits: as many as the paper's own best models have. */
export const finalEpochs = 8

/** Of the finals: fewer than the searches have, as each of these trainings is eight times as long. */
export const finalFolds = { k: 3, kind: 'stratified', seed: 1 } as const

/**
 * The trainings that decide between the finalists of the searches. A study of its own, because who they are is known
 * only when the searches have been run.
 *
 * @param summaries of the paper's study
 * @returns null while a search has open combinations, or none with a result
 */
export function finalsStudy(summaries: readonly Summary[], options: PaperOptions = {}): Study | null {
  const { experiments: searches } = paperStudy(options)
  const experiments = stages.flatMap(({ search: id, final }) => {
    const search = searches.find((each) => each.id === id)
    const summary = summaries.find(({ experiment }) => experiment === id)
    if (search === undefined || summary === undefined) return []
    const { combinations } = summary
    // With a budget of trials a summary has the first combinations only.
    if (combinations.length < combinationCount(search)) return []
    const best = finalistsOf(combinations)
    if (best.length === 0 || combinations.some(({ status }) => status === 'open')) return []
    return [
      {
        id: final,
        base: {
          ...search.base,
          epochs: finalEpochs,
          evaluate: 'end' as const,
          scoreOn: ['validation' as const],
        },
        search: { type: 'list' as const, combinations: best.map(({ params }) => ({ ...params })) },
        folds: finalFolds,
        seeds: seedsTo(options.seeds ?? 1),
      },
    ]
  })
  if (experiments.length < stages.length) return null
  return studyConfig({ name: paperName(options, 'finals'), experiments })
}

/** The best by rank, of equal ones the first in the grid; fewer where fewer have a result. */
export function finalistsOf<T extends Pick<CombinationResult, 'rank'>>(combinations: readonly T[]): T[] {
  const rank = (each: T): number => each.rank ?? Number.POSITIVE_INFINITY
  return combinations
    .filter((each) => each.rank !== null)
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, finalists)
}
