import type { TrialSpec } from '../../study/search/expand.ts'
import type { Totals } from '../results.ts'
import type { CollectedStudy } from './readStudy.ts'

/**
 * What was trained, equal trainings counted once. A training that diverged was done, as far as it went; one that
 * failed for another reason was not.
 *
 * @param rows training rows of the dataset
 */
export function totalsOf(studies: readonly CollectedStudy[], rows: number): Totals {
  const seen = new Set<string>()
  let [trainings, epochs, images, trainingSeconds] = [0, 0, 0, 0]
  for (const { specs, trials } of studies) {
    for (const spec of specs) {
      const trial = trials.get(spec.index)
      const ended =
        trial?.status === 'done' || (trial?.status === 'failed' && trial.reasonKind === 'diverged')
      if (trial === undefined || !ended || seen.has(trial.hash)) continue
      seen.add(trial.hash)
      trainings += 1
      epochs += trial.epochs
      images += trial.epochs * trainRows(spec, rows)
      trainingSeconds += trial.seconds ?? 0
    }
  }
  return { trainings, epochs, images, trainingSeconds }
}

/** Rows that a trial trains on, of `rows` in the dataset. If the rows do not divide, the first folds have one more; stratified folds may be off by one per class. */
export function trainRows({ config, fold }: TrialSpec, rows: number): number {
  const count = Math.min(config.limit ?? rows, rows)
  if (fold === null) return count - Math.round(count * config.validation)
  return count - Math.floor(count / fold.k) - (fold.index < count % fold.k ? 1 : 0)
}
