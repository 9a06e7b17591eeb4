/** From trial records to results: means over folds and seeds, ranks, the best combination. */
import { checkEach, checkFields } from '../../base/arguments.ts'
import { groupBy } from '../../base/groupBy.ts'
import {
  type EndStatus,
  type PruningDecision,
  type ScoreName,
  scoreNames,
  type TrialWithHistory,
} from '../../store/contract.ts'
import type { TrainingConfig } from '../../train/config.ts'
import { choiceText, type Objective, objectiveOf } from '../definition/objective.ts'
import type { Experiment, Params } from '../definition/schema.ts'
import { finalValue, isBetter, scoreOf } from '../definition/scores.ts'
import { hasRule, pruningDecisions } from '../pruning/prune.ts'
import { checkExperiment, type TrialSpec, trialsPerCombination } from '../search/expand.ts'
import { type Saving, savingOf } from './saving.ts'

/** Mean and population standard deviation (divided by n, as scikit-learn's GridSearchCV). */
export interface Statistic {
  readonly mean: number
  readonly std: number
}

export interface TrialValue {
  readonly trial: number
  /** null without folds. */
  readonly fold: number | null
  readonly seed: number
  /** What the combination is judged by; null while it is not known. */
  readonly value: number | null
  readonly seconds: number | null
}

/** The results of one combination, over all its folds and seeds. */
export interface CombinationResult {
  readonly combination: number
  readonly params: Params
  /** `open` while trials are missing, `pruned` when a rule stopped one early, `failed` when one has failed. */
  readonly status: EndStatus | 'open'
  /** Of the metric that is chosen by; null unless done. */
  readonly mean: number | null
  readonly std: number | null
  /** 1 for the best, equal means share the better rank; null unless done, and where nothing is chosen. */
  readonly rank: number | null
  readonly values: readonly TrialValue[]
  /** Other metrics; those of the test set only where the study chooses by it or has nothing to choose. */
  readonly metrics: Readonly<Partial<Record<ScoreName, Statistic>>>
  /** Time of a trial, of those that ended. */
  readonly seconds: Statistic | null
  /** Mean epoch that the weights are of. */
  readonly weightsEpoch: number | null
  /**
   * Why it failed or was stopped: "diverged" where a loss was no longer a number, "pruned" where a rule stopped it, or
   * another kind, such as "memory"; and a sentence.
   */
  readonly reasonKind: string | null
  readonly reason: string | null
  /** As it was trained with the first seed. */
  readonly config: TrainingConfig
}

export interface Summary {
  readonly experiment: string
  readonly objective: Objective
  /** A sentence for the top of every output. */
  readonly chosen: string
  /** In grid order. */
  readonly combinations: readonly CombinationResult[]
  /** Of rank 1 the first; null while none is done, and where nothing is chosen. */
  readonly best: CombinationResult | null
  /** null where no rule stops trials. */
  readonly saving: Saving | null
}

/**
 * The results of an experiment: plain data, a function of the records alone.
 *
 * @param trials of the whole study, or of the experiment
 * @param records of these trials, in any order; without a rule that prunes, their histories may be empty
 */
export function summarize(
  experiment: Experiment,
  trials: readonly TrialSpec[],
  records: readonly TrialWithHistory[],
): Summary {
  checkExperiment(experiment)
  checkEach(trials, { experiment: 'text', index: 'number' }, 'trials')
  checkEach(records, { position: 'number', status: 'text', history: 'list' }, 'records')
  const own = trials.filter((trial) => trial.experiment === experiment.id)
  const objective = objectiveOf(experiment)
  const byIndex = new Map(records.map((record) => [record.position, record]))
  const decisions = pruningDecisions([experiment], own, records)
  const groups = [...groupBy(own, ({ combination }) => combination).values()]
  const whole = trialsPerCombination(experiment)
  const results = groups.map((group) => resultOf(group, whole, objective, byIndex, decisions))
  const combinations = ranked(results, objective)
  return {
    experiment: experiment.id,
    objective,
    chosen: choiceText(objective, experiment.folds),
    combinations,
    best: combinations.find(({ rank }) => rank === 1) ?? null,
    saving: hasRule(experiment) ? savingOf(own, byIndex, decisions) : null,
  }
}

function resultOf(
  group: readonly TrialSpec[],
  whole: number,
  objective: Objective,
  records: ReadonlyMap<number, TrialWithHistory>,
  decisions: ReadonlyMap<number, PruningDecision>,
): Omit<CombinationResult, 'rank'> {
  const stops = group.flatMap(({ index }) => {
    const decision = decisions.get(index)
    return decision?.type === 'stop' ? [{ index, reason: decision.reason }] : []
  })
  const [stop] = stops
  // What a trial did beyond the epoch that it was to stop after depends on chance, so it is not shown.
  const known = group.map(({ index }) =>
    stops.some((other) => other.index === index) ? undefined : records.get(index),
  )
  const ended = known.flatMap((record) => (record?.status === 'done' ? [record] : []))
  const values = group.map((trial, i) => trialValue(trial, known[i], objective))
  const scores = values.flatMap(({ value }) => value ?? [])
  const failed = known.find((record) => record?.status === 'failed')
  const judged = scores.length === whole ? statistic(scores) : null
  const [status, reasonKind, reason] =
    judged !== null
      ? (['done', null, null] as const)
      : failed !== undefined
        ? (['failed', failed.reasonKind, failed.reason] as const)
        : stop !== undefined
          ? (['pruned', 'pruned', stop.reason] as const)
          : scores.length < ended.length
            ? (['failed', 'diverged', `${objective.metric} is not finite`] as const)
            : (['open', null, null] as const)
  const [first] = group
  if (first === undefined) throw new RangeError('A combination without trials.')
  return {
    combination: first.combination,
    params: first.params,
    status,
    mean: judged?.mean ?? null,
    std: judged?.std ?? null,
    values,
    metrics: judged === null ? {} : metricsOf(ended, objective),
    seconds: statistic(ended.map(({ seconds }) => seconds ?? 0)),
    weightsEpoch: statistic(ended.map(({ weightsEpoch }) => weightsEpoch ?? 0))?.mean ?? null,
    reasonKind,
    reason,
    config: first.config,
  }
}

/** @throws ConfigError unless this has the fields of a summary */
export function checkSummary(summary: Summary): void {
  checkFields(summary, { experiment: 'text', objective: 'object', combinations: 'list' }, 'summary')
}

/** null for no values. */
export function statistic(values: readonly number[]): Statistic | null {
  if (values.length === 0) return null
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return { mean, std: Math.sqrt(variance) }
}

function trialValue(
  { index, fold, seed }: TrialSpec,
  record: TrialWithHistory | undefined,
  objective: Objective,
): TrialValue {
  const done = record?.status === 'done'
  return {
    trial: index,
    fold: fold?.index ?? null,
    seed,
    value: done ? finalValue(record, objective) : null,
    seconds: done ? record.seconds : null,
  }
}

/** The rank of a combination is one more than the number of those that are better. */
function ranked(
  results: readonly Omit<CombinationResult, 'rank'>[],
  objective: Objective,
): readonly CombinationResult[] {
  if (!objective.ranked) return results.map((result) => ({ ...result, rank: null }))
  const means = results.flatMap(({ mean }) => (mean === null ? [] : [mean]))
  const sorted = means.sort((a, b) => (isBetter(a, b, objective) ? -1 : a === b ? 0 : 1))
  const ranks = new Map<number, number>()
  sorted.forEach((mean, place) => {
    if (!ranks.has(mean)) ranks.set(mean, place + 1)
  })
  return results.map((result) => ({
    ...result,
    rank: result.mean === null ? null : (ranks.get(result.mean) ?? null),
  }))
}

function metricsOf(
  records: readonly TrialWithHistory[],
  { part, choice }: Objective,
): Readonly<Partial<Record<ScoreName, Statistic>>> {
  const metrics: Partial<Record<ScoreName, Statistic>> = {}
  for (const name of scoreNames) {
    // A table that shows test scores invites readers to choose by them.
    if (name.startsWith('test') && part !== 'test' && choice !== 'none') continue
    const values = records.flatMap((record) => scoreOf(record, name) ?? [])
    const known = values.length === records.length ? statistic(values) : null
    if (known !== null) metrics[name] = known
  }
  return metrics
}
