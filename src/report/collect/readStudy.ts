import { canonicalJson } from '../../base/digest.ts'
import { groupBy } from '../../base/groupBy.ts'
import type { TrialEpoch as Epoch, Scores, TrialRecord, TrialWithHistory } from '../../store/contract.ts'
import { countedEpochs, withHistory } from '../../store/epochs.ts'
import type { Experiment, Json, Params } from '../../study/definition/schema.ts'
import { axisImportance, type Importance } from '../../study/results/importance.ts'
import { type CombinationResult, summarize } from '../../study/results/results.ts'
import { formatTable } from '../../study/results/table.ts'
import { fieldsOf } from '../../study/search/combinations.ts'
import { expandStudy, type TrialSpec } from '../../study/search/expand.ts'
import type { CombinationScores, PartResults, RunResults, RunScores } from '../results.ts'
import type { ReportStore, StoredStudy } from './input.ts'

/** One experiment of a study with its trials. */
export interface CollectedPart {
  readonly result: PartResults
  /** In the order of its combinations, seeds and folds. */
  readonly specs: readonly TrialSpec[]
}

export interface CollectedStudy {
  /** In the store; null if it was never begun. */
  readonly id: number | null
  readonly parts: readonly CollectedPart[]
  /** By position; empty where the study is not in the store. */
  readonly trials: ReadonlyMap<number, TrialRecord>
  readonly specs: readonly TrialSpec[]
}

/** All trials of a study with their results, its experiments in their order. */
export async function readStudy(store: ReportStore, { id, study }: StoredStudy): Promise<CollectedStudy> {
  const specs = expandStudy(study)
  const [trials, epochs] = id === null ? [[], []] : await Promise.all([store.trials(id), store.epochs(id)])
  const byPosition = new Map(trials.map((trial) => [trial.position, trial]))
  const records = new Map(withHistory(trials, epochs).map((trial) => [trial.position, trial]))
  const histories = groupBy(countedEpochs(epochs, trials), ({ position }) => position)
  const parts = study.experiments.map((experiment) =>
    partOf(
      experiment,
      specs.filter((spec) => spec.experiment === experiment.id),
      records,
      histories,
    ),
  )
  return { id, parts, trials: byPosition, specs }
}

function partOf(
  experiment: Experiment,
  specs: readonly TrialSpec[],
  trials: ReadonlyMap<number, TrialWithHistory>,
  histories: ReadonlyMap<number, readonly Epoch[]>,
): CollectedPart {
  const records = specs.flatMap(({ index }) => trials.get(index) ?? [])
  const summary = summarize(experiment, specs, records)
  const { objective, chosen, best } = summary
  // Test scores are shown only if the experiment chooses by them, or chooses nothing.
  const showTest = objective.part === 'test' || objective.choice === 'none'
  const groups = groupBy(specs, ({ combination }) => combination)
  const combinations = summary.combinations.map((result): CombinationScores => {
    const own = groups.get(result.combination) ?? []
    const runs = own.map((spec) => runOf(spec, trials.get(spec.index), histories.get(spec.index), showTest))
    const { params, reason, mean, std, rank } = result
    const known = statusOfAll(result, runs)
    return { params, status: known, reason, mean, std, rank, runs }
  })
  const { folds } = experiment
  const result: PartResults = {
    id: experiment.id,
    axes: fieldsOf(experiment),
    settings: settingsOf(experiment),
    seeds: [...new Set(specs.map(({ seed }) => seed))],
    folds: folds === undefined ? null : { k: folds.k, kind: folds.kind },
    metric: objective.metric,
    chosenOn: objective.choice,
    chosen,
    best: objective.choice === 'none' ? null : (best?.params ?? null),
    importance: importanceOf(fieldsOf(experiment), combinations),
    combinations,
    table: formatTable(summary),
  }
  return { result, specs }
}

function importanceOf(
  fields: readonly string[],
  combinations: readonly CombinationScores[],
): Importance | null {
  if (fields.length < 2) return null
  const axes = fields.map((field) => {
    const values = combinations.map(({ params }) => params[field] ?? null)
    return [field, [...new Map(values.map((value) => [canonicalJson(value), value])).values()]] as const
  })
  return axisImportance(Object.fromEntries(axes), combinations)
}

/** What the base of an experiment sets, without what its axes set. */
function settingsOf(experiment: Experiment): Params {
  const axes = new Set(fieldsOf(experiment))
  return Object.fromEntries(
    Object.entries(experiment.base).flatMap(([field, value]): [string, Json][] => {
      if (value === undefined || axes.has(field)) return []
      if (value === null || typeof value !== 'object' || Array.isArray(value)) return [[field, value]]
      const own = Object.entries(value).filter(([key]) => !axes.has(`${field}.${key}`))
      return [[field, Object.fromEntries(own)]]
    }),
  )
}

/** Apart from a summary: what diverged is no failure, and trials may be left where one of them did. */
function statusOfAll(
  { status, reasonKind }: CombinationResult,
  runs: readonly RunResults[],
): CombinationScores['status'] {
  if (status !== 'failed') return status === 'pruned' ? 'failed' : status
  if (reasonKind !== 'diverged' || runs.some((run) => run.status === 'failed')) return 'failed'
  return runs.some((run) => run.status === 'open') ? 'open' : 'diverged'
}

function runOf(
  { config, fold, seed }: TrialSpec,
  trial: TrialRecord | undefined,
  epochs: readonly Epoch[] = [],
  showTest: boolean,
): RunResults {
  const status = statusOf(trial)
  const place = { seed, fold: fold?.index ?? null, status }
  if (trial === undefined || status === 'open') return { ...place, seconds: null, ...unmeasured, history: [] }
  const shown = (scores: Scores): Scores =>
    showTest ? scores : { ...scores, testLoss: null, testAccuracy: null }
  const last = epochs.at(-1)
  return {
    ...place,
    seconds: trial.seconds,
    ...(status === 'done' ? scoresOf(shown(trial), last) : unmeasured),
    history:
      config.evaluate === 'epoch'
        ? epochs.map((epoch) => ({ epoch: epoch.epoch, ...scoresOf(shown(epoch), epoch) }))
        : [],
  }
}

function statusOf(trial: TrialRecord | undefined): RunResults['status'] {
  switch (trial?.status) {
    case 'done':
      return 'done'
    case 'failed':
      return trial.reasonKind === 'diverged' ? 'diverged' : 'failed'
    case 'pruned':
      return 'failed'
    default:
      return 'open'
  }
}

const unmeasured: RunScores = {
  trainLoss: null,
  trainAccuracy: null,
  validationLoss: null,
  validationAccuracy: null,
  testLoss: null,
  testAccuracy: null,
  runningLoss: null,
  runningAccuracy: null,
}

function scoresOf(scores: Scores, running: Epoch | undefined): RunScores {
  const { trainLoss, trainAccuracy, validationLoss, validationAccuracy, testLoss, testAccuracy } = scores
  return {
    trainLoss,
    trainAccuracy,
    validationLoss,
    validationAccuracy,
    testLoss,
    testAccuracy,
    runningLoss: running?.runningLoss ?? null,
    runningAccuracy: running?.runningAccuracy ?? null,
  }
}
