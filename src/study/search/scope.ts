import { checkArgument } from '../../base/arguments.ts'
import { ConfigError } from '../../base/errors.ts'
import { suggestion } from '../../base/nearest.ts'
import type { TrialScope } from '../../store/contract.ts'
import type { Budget, Experiment, Study } from '../definition/schema.ts'
import { checkStudy, expandStudy, type TrialSpec } from './expand.ts'

/** The part of a study that a run is asked for. */
export interface RunScope {
  /** In the order of the study; all of them where none was named. */
  readonly experiments: readonly Experiment[]
  /** Whether only some experiments were asked for. */
  readonly partial: boolean
  /** The trials that the study has in the store: from the first on, without gaps. */
  readonly planned: readonly TrialSpec[]
  /** Those of them that the run may begin. */
  readonly allowed: readonly TrialSpec[]
  /** The same, as the store is asked for them. */
  readonly trials: TrialScope
}

/**
 * What a run of some experiments has to do with a study. A trial keeps its place in the whole study, so that runs of
 * different experiments continue one study; a budget of trials counts those of the experiments that were asked for.
 *
 * @param ids of experiments; undefined for all
 * @throws ConfigError for an id that the study does not have
 */
export function scopeOf(study: Study, ids: readonly string[] | undefined, budget: Budget = {}): RunScope {
  const experiments = chosenExperiments(study, ids)
  const { trials } = { ...study.budget, ...budget }
  const partial = experiments.length < study.experiments.length
  if (!partial) {
    const allowed = expandStudy({ ...study, budget: { ...study.budget, ...budget } })
    return { experiments, partial, planned: allowed, allowed, trials: { before: allowed.length } }
  }
  const { budget: own, ...unbounded } = study
  const all = expandStudy(unbounded)
  const names = experiments.map(({ id }) => id)
  const allowed = all.filter(({ experiment }) => names.includes(experiment)).slice(0, trials)
  const before = (allowed.at(-1)?.index ?? -1) + 1
  // The whole study is planned, so that a list of studies says how much of it is left.
  const planned = all.slice(0, Math.max(before, own?.trials ?? all.length))
  return { experiments, partial, planned, allowed, trials: { before, experiments: names } }
}

/**
 * The experiments of these ids, in the order of the study; all without ids.
 *
 * @throws ConfigError offering the nearest id for one that the study does not have
 */
export function chosenExperiments(
  study: Study,
  ids: readonly string[] | undefined,
  where = 'experiments',
): readonly Experiment[] {
  checkStudy(study)
  if (ids === undefined) return study.experiments
  checkArgument(ids, 'list', where)
  for (const id of ids) checkArgument(id, 'text', where)
  const known = study.experiments.map(({ id }) => id)
  if (ids.length === 0) {
    throw new ConfigError('names no experiment.', { where, hint: `Known: ${known.join(', ')}.` })
  }
  const unknown = ids.find((id) => !known.includes(id))
  if (unknown !== undefined) {
    const hint = suggestion(unknown, known)
    throw new ConfigError(`the study "${study.name}" has no experiment "${unknown}".`, { where, hint })
  }
  return study.experiments.filter(({ id }) => ids.includes(id))
}
