import { checkEach, checkFields } from '../../base/arguments.ts'
import type { EpochMetrics, StudyStore } from '../../store/contract.ts'
import type { Study } from '../definition/schema.ts'
import { recordOf } from '../definition/stored.ts'
import { hasRule } from '../pruning/rules.ts'
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
  const epochs = new Map<number, EpochMetrics[]>()
  // Only rules look at epochs.
  if (study.experiments.some(hasRule)) {
    for (const { position, ...metrics } of await store.epochs(studyId)) {
      const list = epochs.get(position)
      if (list === undefined) epochs.set(position, [metrics])
      else list.push(metrics)
    }
  }
  const records = trials.flatMap((trial) => recordOf(trial, epochs.get(trial.position)) ?? [])
  return study.experiments.map((experiment) => summarize(experiment, specs, records))
}
