import { canonicalJson } from '../base/digest.ts'
import type { Study } from '../study/definition/schema.ts'
import { expandStudy, type TrialSpec } from '../study/search/expand.ts'

/** How much there is to train. */
export interface Work {
  /** Trials of the study. */
  readonly trials: number
  /** Different ones among them: equal trials are trained once. Counts below are of these. */
  readonly trainings: number
  readonly epochs: number
  /** Training images seen, an image counted in every epoch. */
  readonly images: number
}

/**
 * The work of a study by type of model ("mlp", "cnn").
 *
 * @param rows training rows of the dataset
 */
export function workOf(study: Study, rows = 60_000): Readonly<Record<string, Work>> {
  const work: Record<string, Work> = {}
  const seen = new Set<string>()
  for (const trial of expandStudy(study)) {
    const { type } = trial.config.model
    const { trials, trainings, epochs, images } = work[type] ?? noWork
    const text = canonicalJson(trial.identity)
    const more = seen.has(text) ? 0 : 1
    seen.add(text)
    const { epochs: length } = trial.config
    work[type] = {
      trials: trials + 1,
      trainings: trainings + more,
      epochs: epochs + more * length,
      images: images + more * length * trainRows(trial, rows),
    }
  }
  return work
}

const noWork: Work = { trials: 0, trainings: 0, epochs: 0, images: 0 }

/** Rows that a trial trains on, of `rows` in the dataset. The first folds take a row more where they do not come out even; stratified ones may be off by one a class. */
export function trainRows({ config, fold }: TrialSpec, rows: number): number {
  const count = Math.min(config.limit ?? rows, rows)
  if (fold === null) return count - Math.round(count * config.validation)
  return count - Math.floor(count / fold.k) - (fold.index < count % fold.k ? 1 : 0)
}
