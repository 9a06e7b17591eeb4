/** Pruning: which trials are stopped early, decided by recorded scores. Each rule has a file of its own. */
import type { PruningDecision, TrialWithHistory } from '../../store/contract.ts'
import { objectiveOf } from '../definition/objective.ts'
import type { Experiment } from '../definition/schema.ts'
import type { TrialSpec } from '../search/expand.ts'
import { halvingDecisions } from './halving.ts'
import { medianDecisions } from './median.ts'

/** Whether a rule may stop trials of an experiment early. */
export function hasRule({ search, prune }: Experiment): boolean {
  return search.type === 'halving' || prune !== undefined
}

/**
 * Decides about every trial of the experiments that have a pruning rule: a pure function of the recorded scores, whoever
 * recorded them and in whatever order. Ask again when an epoch has been recorded. A trial that was stopped and is now to
 * train (because a failed one before it was tried again, say) has to go on; one that trained on although it is to stop
 * counts as stopped.
 *
 * @param specs all trials of these experiments, in order; those of others are ignored
 * @returns decisions by the trials' positions
 */
export function pruningDecisions(
  experiments: readonly Experiment[],
  specs: readonly TrialSpec[],
  trials: readonly TrialWithHistory[],
): ReadonlyMap<number, PruningDecision> {
  const records = new Map(trials.map((trial) => [trial.position, trial]))
  const decisions = new Map<number, PruningDecision>()
  for (const experiment of experiments) {
    const own = specs.filter((spec) => spec.experiment === experiment.id)
    const decided = decide(experiment, own, records)
    own.forEach(({ index }, i) => {
      const decision = decided[i]
      if (decision !== undefined) decisions.set(index, decision)
    })
  }
  return decisions
}

/** One decision for each trial; none without a rule. */
function decide(
  experiment: Experiment,
  specs: readonly TrialSpec[],
  records: ReadonlyMap<number, TrialWithHistory>,
): readonly PruningDecision[] {
  const { search, prune } = experiment
  if (search.type === 'halving') return halvingDecisions(search, objectiveOf(experiment), specs, records)
  if (prune !== undefined) return medianDecisions(prune, objectiveOf(experiment), specs, records)
  return []
}
