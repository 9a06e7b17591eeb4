import { bestConfig } from '../study/best.ts'
import { studyConfig } from '../study/config.ts'
import type { Summary } from '../study/results.ts'
import type { Study } from '../study/schema.ts'
import { type PaperOptions, paperName, seedsTo } from './study.ts'

/** The searches on folds that choose the best models, and the refits that follow them. */
export const refits = [
  { id: 'best-mlp', chosenBy: 'further-folds' },
  { id: 'best-cnn', chosenBy: 'cnn-grid' },
] as const

/** The searches train for one epoch, the refits for as many as the paper's own best models. */
const epochs = 8

/**
 * The trainings of `best`: the settings that won on folds, trained on all rows. A study of its own, because which
 * settings these are is known only when the searches have been run. A training that the paper's study has done already
 * (its `cnn`, if the folds choose as the paper does) has the same hash and is not done again.
 *
 * @param summaries of the paper's study
 * @returns null while a search has open combinations, or none with a result
 */
export function refitStudy(summaries: readonly Summary[], options: PaperOptions = {}): Study | null {
  const experiments = refits.flatMap(({ id, chosenBy }) => {
    const summary = summaries.find(({ experiment }) => experiment === chosenBy)
    if (summary === undefined || summary.combinations.some(({ status }) => status === 'open')) return []
    const best = bestConfig(summary)
    if (best === null) return []
    const { seed, ...refit } = best.refit
    return [
      { id, base: { ...refit, epochs, evaluate: 'epoch' as const }, seeds: seedsTo(options.seeds ?? 1) },
    ]
  })
  if (experiments.length < refits.length) return null
  return studyConfig({ name: paperName(options, 'best'), experiments })
}
