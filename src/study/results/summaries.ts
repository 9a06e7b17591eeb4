import { checkEach, checkFields } from '../../base/arguments.ts'
import type { StudyStore } from '../../store/contract.ts'
import { withHistory } from '../../store/epochs.ts'
import type { Study } from '../definition/schema.ts'
import { hasRule } from '../pruning/prune.ts'
import { checkStudy, type TrialSpec } from '../search/expand.ts'
import { type Summary, summarize } from './results.ts'

/** The results of a stored study, one summary for each experiment. */
export async function summariesOf(
  store: Pick<StudyStore, 'trials' | 'epochs'>,
  studyId: number,
  study: Pick<Study, 'experiments'>,
  specs: readonly TrialSpec[],
): Promise<readonly Summary[]> {
  checkFields(store, { trials: 'function', epochs: 'function' }, 'store')
  checkStudy(study)
  checkEach(specs, { experiment: 'text' }, 'trials')
  const trials = await store.trials(studyId)
  // Only rules read epochs.
  const epochs = study.experiments.some(hasRule) ? await store.epochs(studyId) : []
  const records = withHistory(trials, epochs)
  return study.experiments.map((experiment) => summarize(experiment, specs, records))
}
