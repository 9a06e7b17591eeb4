import { hashOf } from '../../base/digest.ts'
import { ConfigError } from '../../base/errors.ts'
import type { Dataset } from '../../data/dataset.ts'
import type { NewTrial, StudyRecord, StudyStore } from '../../store/contract.ts'
import { studyConfig } from '../definition/config.ts'
import { changedStudyError, describeChange } from '../definition/diff.ts'
import { objectiveOf } from '../definition/objective.ts'
import type { Study } from '../definition/schema.ts'
import { type TrialSpec, trialHash } from '../search/expand.ts'
import type { RunScope } from '../search/scope.ts'

export interface BeginOptions {
  readonly store: StudyStore
  readonly dataset: Dataset
  /** As `fingerprint` names the dataset. */
  readonly fingerprint: string
  readonly codeVersion: string
  readonly fork: boolean
}

/**
 * Finds a study in the store or begins it, with all its trials.
 *
 * @throws ConfigError saying what changed where the study of this name is another one; when folds have no rows
 */
export async function beginStudy(
  study: Study,
  { planned, allowed }: Pick<RunScope, 'planned' | 'allowed'>,
  options: BeginOptions,
): Promise<{ readonly record: StudyRecord; readonly resumed: boolean }> {
  const { store, dataset, fingerprint, codeVersion, fork } = options
  checkFolds(study, allowed, dataset)
  // Neither how much of a study is run, nor where its data lies, makes it another one.
  const { budget, data, ...config } = study
  const { name, synthetic } = dataset
  const configHash = await hashOf(config)
  const own = { name: study.name, config, configHash, dataset: name, fingerprint, synthetic, codeVersion }
  const { type, study: record } = await store.beginStudy(own, { fork })
  if (type === 'changed') throw changeOf(record, config, options)
  await addTrials(study, planned, record, options)
  return { record, resumed: type === 'same' }
}

async function addTrials(
  study: Study,
  specs: readonly TrialSpec[],
  { id }: StudyRecord,
  { store, fingerprint, codeVersion }: BeginOptions,
): Promise<void> {
  const known = (await store.study(id))?.trials ?? 0
  // All are added at once, so where there are as many there is nothing to add; hashing takes a while.
  if (known >= specs.length) return
  const metrics = new Map(
    study.experiments.map((experiment) => [experiment.id, objectiveOf(experiment).metric]),
  )
  const trials: NewTrial[] = []
  for (const spec of specs.slice(known)) {
    const { index, experiment, combination, params, fold, seed, config, identity } = spec
    trials.push({
      position: index,
      hash: await trialHash(identity, fingerprint, codeVersion),
      experiment,
      combination,
      params,
      fold: fold?.index ?? null,
      seed,
      config,
      goal: null,
      metric: metrics.get(experiment) ?? 'validationAccuracy',
    })
  }
  await store.addTrials(id, trials)
}

function changeOf(
  before: StudyRecord,
  config: Omit<Study, 'budget' | 'data'>,
  { fingerprint, codeVersion }: BeginOptions,
): ConfigError {
  const other = [
    ...(before.fingerprint === fingerprint ? [] : [`data: ${before.fingerprint} -> ${fingerprint}`]),
    ...(before.codeVersion === codeVersion ? [] : [`atelier: ${before.codeVersion} -> ${codeVersion}`]),
  ]
  const where = `study "${before.name}"`
  const change = describeChange(readStudy(before), config)
  if (other.length === 0) return changedStudyError(change, where)
  const lines = [...other, ...change.lines].slice(0, 12).join('\n  ')
  return new ConfigError(`has changed since it was begun:\n  ${lines}\n`, {
    where,
    hint: 'Results of the two cannot stand in one table. Begin a new study with --fork or another name.',
  })
}

/** A stored study; one that this version does not understand any more is compared as it is. */
function readStudy({ config, name }: StudyRecord): Study {
  try {
    return studyConfig(config, `study "${name}"`)
  } catch (error) {
    if (error instanceof ConfigError) return { name, experiments: [] }
    throw error
  }
}

/** @throws ConfigError for more folds than rows, which would fail every single trial */
function checkFolds(study: Study, specs: readonly TrialSpec[], { train }: Dataset): void {
  for (const { experiment, fold, config } of specs) {
    const rows = Math.min(config.limit ?? train.count, train.count)
    if (fold === null || fold.k <= rows) continue
    const where = study.experiments.length === 1 ? study.name : `${study.name}, experiment ${experiment}`
    throw new ConfigError(`${fold.k} folds of ${rows} training rows.`, {
      where: `${where}, folds.k`,
      hint: `Use at most ${rows} folds, or more rows.`,
    })
  }
}
