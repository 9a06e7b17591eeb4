import { canonicalJson } from '../../base/digest.ts'
import { type ClassWarning, classWarnings, foldWarnings } from '../../data/classWarnings.ts'
import type { Dataset } from '../../data/dataset.ts'
import { partsOf } from '../../train/session.ts'
import type { TrialSpec } from '../search/expand.ts'
import { allFolds } from './preparation.ts'

/** The number of divisions to check: a random search may divide the rows anew for every trial. */
const mostDivisions = 40

/** What the rows of the trials lack, once for each way in which the rows are divided, and not once for each trial. */
export function studyWarnings(specs: readonly TrialSpec[], dataset: Dataset): ClassWarning[] {
  const divisions = new Map<string, () => ClassWarning[]>()
  for (const { fold, config } of specs) {
    if (divisions.size >= mostDivisions) break
    const { limit = null, validation, stratified, seed } = config
    if (fold !== null) {
      const { k, kind, seed: dealt } = fold
      divisions.set(canonicalJson({ limit, k, kind, dealt }), () =>
        foldWarnings(dataset, allFolds(dataset, config, fold)),
      )
    } else {
      const held = validation > 0 ? { validation, stratified, seed } : {}
      divisions.set(canonicalJson({ limit, ...held }), () => classWarnings(dataset, partsOf(config, dataset)))
    }
  }
  const warnings = new Map<string, ClassWarning>()
  for (const check of divisions.values()) for (const each of check()) warnings.set(each.message, each)
  return [...warnings.values()]
}
