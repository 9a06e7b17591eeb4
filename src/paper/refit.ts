import { canonicalJson } from '../base/digest.ts'
import { studyConfig } from '../study/definition/config.ts'
import type { Study } from '../study/definition/schema.ts'
import { bestConfig } from '../study/results/best.ts'
import type { Summary } from '../study/results/results.ts'
import { expandStudy, type TrialSpec } from '../study/search/expand.ts'
import { finalEpochs, stages } from './finals.ts'
import { type PaperOptions, paperName, paperStudy, seedsTo } from './study.ts'

/**
 * The trainings of `best`: the settings that won the finals, trained on all rows. A study of its own, because which
 * settings these are is known only when the finals have been run. They are measured at the end: one look at the test
 * set, not one an epoch. Only where the paper's study has drawn that very training as a curve (its `cnn`, if the finals
 * choose as the paper does) it is taken from there: it has the same hash and is not done again.
 *
 * @param summaries of the study that `finalsStudy` makes
 * @returns null while a final has open combinations, or none with a result
 */
export function refitStudy(summaries: readonly Summary[], options: PaperOptions = {}): Study | null {
  const curves = new Set(expandStudy(paperStudy(options)).map(({ config }) => unseeded(config)))
  const experiments = stages.flatMap(({ final, refit: id }) => {
    const summary = summaries.find(({ experiment }) => experiment === final)
    if (summary === undefined || summary.combinations.some(({ status }) => status === 'open')) return []
    const best = bestConfig(summary)
    if (best === null) return []
    const { seed, ...refit } = { ...best.refit, epochs: finalEpochs, evaluate: 'epoch' as const }
    const base = curves.has(unseeded({ ...refit, seed })) ? refit : { ...refit, evaluate: 'end' as const }
    return [{ id, base, seeds: seedsTo(options.seeds ?? 1) }]
  })
  if (experiments.length < stages.length) return null
  return studyConfig({ name: paperName(options, 'best'), experiments })
}

function unseeded(config: TrialSpec['config']): string {
  const { seed, ...rest } = config
  return canonicalJson(rest)
}
