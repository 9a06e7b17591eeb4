import { canonicalJson } from '../base/digest.ts'
import { studyConfig } from '../study/definition/config.ts'
import type { Study } from '../study/definition/schema.ts'
import { bestConfig } from '../study/results/best.ts'
import type { Summary } from '../study/results/results.ts'
import { expandStudy, type TrialSpec } from '../study/search/expand.ts'
import type { Reproduction } from './reproduction.ts'
import { type ReproductionOptions, reproductionStudy, seedsTo, studyName } from './study.ts'

/**
 * The settings that won the second stage, trained on all rows. A study of its own, because the settings are known only
 * when the second stage is done. The models are measured at the end: one look at the test set, not one an epoch. Only if
 * the study of the reproduction has that very training as a curve, its configuration is used: it has the same hash and
 * is not trained again.
 *
 * @param summaries of the study that `secondStageStudy` makes
 * @returns null while a second stage has open combinations, or if one has no result
 */
export function refitStudy(
  reproduction: Reproduction,
  summaries: readonly Summary[],
  options: ReproductionOptions = {},
): Study | null {
  const { secondStage } = reproduction
  if (secondStage === undefined) return null
  const { searches, epochs } = secondStage
  const curves = new Set(
    expandStudy(reproductionStudy(reproduction, options)).map(({ config }) => unseeded(config)),
  )
  const experiments = searches.flatMap(({ second, refit: id }) => {
    const summary = summaries.find(({ experiment }) => experiment === second)
    if (summary === undefined || summary.combinations.some(({ status }) => status === 'open')) return []
    const best = bestConfig(summary)
    if (best === null) return []
    const { seed, ...refit } = { ...best.refit, epochs, evaluate: 'epoch' as const }
    const base = curves.has(unseeded({ ...refit, seed })) ? refit : { ...refit, evaluate: 'end' as const }
    return [{ id, base, seeds: seedsTo(options.seeds ?? 1) }]
  })
  if (experiments.length < searches.length) return null
  return studyConfig({ name: studyName(reproduction, options, 'best'), experiments })
}

function unseeded(config: TrialSpec['config']): string {
  const { seed, ...rest } = config
  return canonicalJson(rest)
}
