/** Runs a study: `runStudy` begins or continues it, `StudyRun` shares its trials among workers. */
import { availableParallelism } from 'node:os'
import { checkFields } from '../../base/arguments.ts'
import { ConfigError } from '../../base/errors.ts'
import { checkDataset, type Dataset, shareDataset } from '../../data/dataset.ts'
import { fingerprint } from '../../data/fingerprint.ts'
import type { EngineName } from '../../engine/engine.ts'
import { type EngineReason, hasEnded, type StudyRecord, type StudyStore } from '../../store/contract.ts'
import type { Budget, Study } from '../definition/schema.ts'
import { summariesOf } from '../results/summaries.ts'
import { checkStudy, trialCount } from '../search/expand.ts'
import { chosenExperiments, type RunScope, scopeOf } from '../search/scope.ts'
import { beginStudy } from './begin.ts'
import { Checkpoints } from './checkpoints.node.ts'
import { studyWarnings } from './classWarnings.ts'
import { codeVersion, environmentHere, versionWith } from './code.node.ts'
import type { StudyDoneEvent, StudyEvent } from './events.ts'
import { isGone, newOwner, retire } from './owner.node.ts'
import { StudyRun } from './run.node.ts'

export interface RunStudyOptions {
  readonly dataset: Dataset
  readonly store: StudyStore
  /** Trainings at the same time. Default: the number of cores. */
  readonly workers?: number
  /** Threads per training. Default: 1. Results have the same bits for any number, except with the engine blas. */
  readonly threads?: number
  /** Ids of experiments: only their trials are run, and the rest of the study is left for another time. */
  readonly experiments?: readonly string[]
  /**
   * Ids of experiments whose trials are begun before all others, in this order: the longest, so that in the end no
   * worker is left waiting for one of them.
   */
  readonly first?: readonly string[]
  /** Ends the run: trials that are running wait again, and the last event is `interrupted`. */
  readonly signal?: AbortSignal
  /** Tries failed trials once more. */
  readonly retryFailed?: boolean
  /** Trains again what has results already, and forgets these. */
  readonly force?: boolean
  /** Begins a new revision if a different study of this name exists. */
  readonly fork?: boolean
  /** Replaces the study's `trials` or `minutes`, each by itself; counts the experiments asked for only. */
  readonly budget?: Budget
  readonly engine?: EngineName
  /** Why that engine was chosen: kept with the environment of the trials. */
  readonly engineChoice?: EngineReason
  /** A folder for the state of unfinished trials, of any stores; without it, "checkpoints" beside the store. */
  readonly checkpoints?: string
  /** Seconds without a heartbeat after which a trial of another process is taken over. Default: 60. */
  readonly staleSeconds?: number
  /** Seconds between two checkpoints of a trial; default 30. */
  readonly checkpointSeconds?: number
  /** Version of the code that trains. Default: the version of this package. */
  readonly codeVersion?: string
}

/**
 * Runs what is missing of a study and tells about it: `start`, events of trials, at last `done` with the results, or
 * `interrupted`. All that is done is in the store at once; a run that is killed can be run again. Several processes may
 * run the same study and share its trials. Results depend neither on how many nor on their order.
 *
 * @param study as `studyConfig` returns it
 * @throws ConfigError when the study was begun as another one, has more folds than rows or not an experiment asked for; what the store throws when
 * it can no longer be written: then nothing that was finished is lost, and running trials are taken over by the next run
 */
export async function* runStudy(
  study: Study,
  options: RunStudyOptions,
): AsyncGenerator<StudyEvent, void, undefined> {
  checkStudy(study)
  checkFields(
    options,
    {
      dataset: 'object',
      store: 'object',
      signal: 'object?',
      experiments: 'list?',
      first: 'list?',
      budget: 'object?',
      engineChoice: 'object?',
    },
    'options',
  )
  checkDataset(options.dataset)
  const { store, engine = 'simd', threads = 1, signal, fork = false, force = false } = options
  const workers = options.workers ?? availableParallelism()
  checkCount('workers', workers)
  checkCount('threads', threads)
  const { first = [] } = options
  if (first.length > 0) chosenExperiments(study, first, 'first')
  const asked = scopeOf(study, options.experiments, options.budget)
  const scope = force ? { ...asked, trials: { ...asked.trials, own: true } } : asked
  const dataset = shareDataset(options.dataset)
  const code = options.codeVersion ?? codeVersion()
  const { record, resumed } = await beginStudy(study, scope, {
    store,
    dataset,
    fingerprint: await fingerprint(dataset),
    codeVersion: versionWith(code, engine),
    fork,
  })
  const environment = environmentHere(code, engine, threads, options.engineChoice)
  const owner = newOwner()
  const run = new StudyRun({
    scope,
    record,
    store,
    owner,
    dataset,
    engine,
    threads,
    first,
    environment: await store.environment(environment),
    checkpoints: new Checkpoints(store, options.checkpoints),
    minutes: options.budget?.minutes ?? study.budget?.minutes,
    staleSeconds: options.staleSeconds ?? 60,
    checkpointSeconds: options.checkpointSeconds ?? 30,
    isGone,
  })
  try {
    const takenOver = await run.takeOver()
    if (force) await store.forget(record.id, scope.trials)
    const retried = options.retryFailed === true ? await store.retryFailed(record.id, scope.trials) : 0
    const reused = force ? 0 : await store.reuse(record.id, scope.trials)
    const { counts, workers: started } = await run.prepare(workers)
    yield {
      type: 'start',
      study: record,
      resumed,
      trials: trialCount(study),
      allowed: scope.allowed.length,
      experiments: scope.partial ? scope.experiments.map(({ id }) => id) : null,
      counts,
      reused,
      takenOver,
      retried,
      workers: started,
      environment,
      warnings: studyWarnings(scope.allowed, dataset),
    }
    yield* run.events(signal)
  } finally {
    await run.end()
    retire(owner)
  }
  if (signal?.aborted === true && run.open() > 0) {
    yield { type: 'interrupted', study: record, counts: run.counts() }
    return
  }
  yield {
    type: 'done',
    study: record,
    counts: run.counts(),
    left: run.outOfTime() ? 'minutes' : await leftBy(study, scope, record, store),
    summaries: await summariesOf(store, record.id, scope, scope.allowed),
  }
}

/** @throws ConfigError */
function checkCount(where: 'workers' | 'threads', count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= 256) return
  throw new ConfigError(`expected a whole number from 1 to 256, got ${count}.`, {
    where,
    hint: 'More than the processor has cores makes it slower.',
  })
}

/** Why trials are left that this run was not to begin. */
async function leftBy(
  study: Study,
  { experiments, partial, allowed }: RunScope,
  record: StudyRecord,
  store: StudyStore,
): Promise<StudyDoneEvent['left']> {
  if (allowed.length < trialCount({ experiments })) return 'trials'
  if (!partial) return 'nothing'
  const trials = await store.trials(record.id)
  const ended = trials.filter(({ status }) => hasEnded(status))
  return ended.length < trialCount(study) ? 'experiments' : 'nothing'
}
