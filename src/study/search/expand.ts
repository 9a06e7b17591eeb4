/** From a study to its trials: combinations, seeds and folds in their order, each with a configuration and a hash. */
import { checkArgument, checkFields } from '../../base/arguments.ts'
import { canonicalJson, hashOf } from '../../base/digest.ts'
import { ConfigError } from '../../base/errors.ts'
import { validate } from '../../base/validate.ts'
import { type TrainingConfig, trainingSchema } from '../../train/config.ts'
import { parsePath, withValue } from '../definition/fields.ts'
import { pythonText } from '../definition/pythonText.ts'
import type { Experiment, Folds, Json, Params, Study } from '../definition/schema.ts'
import { type Combinations, combinationCount, combinationsOf } from './combinations.ts'

/** The most trials that a study is expanded to; a larger search needs a budget. */
export const mostTrials = 100_000

/** One fold of a cross-validation: its rows are the validation rows, all others are trained on. */
export interface Fold extends Folds {
  /** 0 .. k - 1 */
  readonly index: number
}

/** What decides the result of a trial, besides the data and the version of the program. */
export interface TrialIdentity {
  readonly config: TrainingConfig
  readonly fold: Fold | null
}

/** One training of a study. */
export interface TrialSpec {
  /** Place in the study: 0, 1, 2 ... */
  readonly index: number
  /** The experiment's id. */
  readonly experiment: string
  /** Place of the combination in its experiment; its trials differ in fold and seed only. */
  readonly combination: number
  readonly params: Params
  readonly config: TrainingConfig
  /** The limit of the configuration is applied first, then the rows are divided. */
  readonly fold: Fold | null
  /** The configuration's seed. */
  readonly seed: number
  readonly identity: TrialIdentity
}

/**
 * All trials of a study in their order: experiment by experiment, combination by combination (see `grid`), and for
 * each combination seed by seed, fold by fold. The same study always gives the same list. A budget of trials ends it
 * early.
 *
 * @throws ConfigError when a combination is no valid configuration or is the same training as another one
 */
export function expandStudy(study: Study, where = study?.name ?? 'study'): readonly TrialSpec[] {
  checkStudy(study)
  const most = Math.min(study.budget?.trials ?? mostTrials, mostTrials)
  const trials: TrialSpec[] = []
  for (const experiment of study.experiments) {
    if (trials.length >= most) break
    const place = study.experiments.length === 1 ? where : `${where}, experiment ${experiment.id}`
    const combinations = combinationsOf(experiment, place)
    const needed = Math.ceil((most - trials.length) / trialsPerCombination(experiment))
    const configs = configsOf(experiment, combinations, Math.min(combinations.count, needed), place)
    configs.forEach(({ params, config }, combination) => {
      for (const seed of experiment.seeds ?? [config.seed]) {
        const seeded = { ...config, seed }
        for (const fold of foldsOf(experiment)) {
          if (trials.length >= most) return
          const identity = { config: seeded, fold }
          const index = trials.length
          trials.push({
            index,
            experiment: experiment.id,
            combination,
            params,
            config: seeded,
            fold,
            seed,
            identity,
          })
        }
      }
    })
  }
  return trials
}

/** How many trials a study has, without its budget. */
export function trialCount(study: Pick<Study, 'experiments'>): number {
  checkStudy(study)
  return study.experiments.reduce(
    (sum, experiment) => sum + combinationCount(experiment) * trialsPerCombination(experiment),
    0,
  )
}

/** Studies come from `studyConfig`, which checks them; this tells what is none. @throws ConfigError */
export function checkStudy(study: Pick<Study, 'experiments'>): void {
  checkFields(study, { experiments: 'list' }, 'study')
  for (const experiment of study.experiments) checkExperiment(experiment)
}

/** @throws ConfigError unless this has the fields of an experiment of a study */
export function checkExperiment(experiment: Experiment): void {
  checkFields(experiment, { id: 'text', base: 'object', axes: 'object?', search: 'object' }, 'experiment')
}

export function trialsPerCombination(experiment: Experiment): number {
  return (experiment.seeds?.length ?? 1) * (experiment.folds?.k ?? 1)
}

/**
 * The hash of everything that decides a trial's result: trials of equal hash have equal results, also in other studies.
 *
 * @param dataFingerprint the dataset, as `fingerprint` names it
 * @param codeVersion the version of atelier
 * @returns 64 hexadecimal digits
 */
export async function trialHash(
  identity: TrialIdentity,
  dataFingerprint: string,
  codeVersion: string,
): Promise<string> {
  checkFields(identity, { config: 'object' }, 'identity')
  checkArgument(dataFingerprint, 'text', 'fingerprint')
  checkArgument(codeVersion, 'text', 'code version')
  const { config, fold } = identity
  return hashOf({ config, fold, data: dataFingerprint, code: codeVersion })
}

/** The base with some fields changed, not validated yet. */
export function applyParams(base: Experiment['base'], params: Params): Json {
  return Object.entries(params).reduce<Json>(
    (input, [path, value]) => withValue(input, parsePath(path), value),
    base,
  )
}

/** Fields that have no effect are set to their default, so that equal trainings are recognised as equal. */
export function canonicalConfig(config: TrainingConfig): TrainingConfig {
  return config.validation === 0 ? { ...config, stratified: true } : config
}

function configsOf(
  experiment: Experiment,
  combinations: Combinations,
  count: number,
  where: string,
): { params: Params; config: TrainingConfig }[] {
  const seen = new Map<string, Params>()
  return Array.from({ length: count }, (_, index) => {
    const params = combinations.at(index)
    const place = count === 1 ? `${where}, base` : `${where}, combination ${pythonText(params)}`
    const config = canonicalConfig(validate(trainingSchema, applyParams(experiment.base, params), place))
    const text = canonicalJson(config)
    const twin = seen.get(text)
    if (twin !== undefined) {
      const what = `${pythonText(twin)} and ${pythonText(params)} are the same training.`
      throw experiment.search.type === 'list'
        ? new ConfigError(what, { where: `${where}, search.combinations`, hint: 'Remove one.' })
        : new ConfigError(what, { where: `${where}, axes`, hint: 'An axis has to change something.' })
    }
    seen.set(text, params)
    return { params, config }
  })
}

function foldsOf({ folds }: Experiment): (Fold | null)[] {
  return folds === undefined ? [null] : Array.from({ length: folds.k }, (_, index) => ({ ...folds, index }))
}
