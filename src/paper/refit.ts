import { bestConfig } from '../study/best.ts'
import { studyConfig } from '../study/config.ts'
import type { Summary } from '../study/results.ts'
import type { Study } from '../study/schema.ts'
import { finalEpochs, stages } from './finals.ts'
import { type PaperOptions, paperName, seedsTo } from './study.ts'

/**
 * The trainings of `best`: the settings that won the finals, trained on all rows. A study of its own, because which
 * settings these are is known only when the finals have been run. A training that the paper's study has done already
 * (its `cnn`, if the finals choose as the paper does) has the same hash and is not done again.
 *
 * @param summaries of the study that `finalsStudy` makes
 * @returns null while a final has open combinations, or none with a result
 */
export function refitStudy(summaries: readonly Summary[], options: PaperOptions = {}): Study | null {
  const experiments = stages.flatMap(({ final, refit: id }) => {
    const summary = summaries.find(({ experiment }) => experiment === final)
    if (summary === undefined || summary.combinations.some(({ status }) => status === 'open')) return []
    const best = bestConfig(summary)
    if (best === null) return []
    const { seed, ...refit } = best.refit
    const base = { ...refit, epochs: finalEpochs, evaluate: 'epoch' as const }
    return [{ id, base, seeds: seedsTo(options.seeds ?? 1) }]
  })
  if (experiments.length < stages.length) return null
  return studyConfig({ name: paperName(options, 'best'), experiments })
}
