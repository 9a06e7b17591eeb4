/**
 * The store of studies and their trials: records, statuses, and what a store promises. The files beside this one keep it in
 * SQLite; nothing here knows SQL.
 */

/**
 * What a trial is doing. `paused`: it has done the epochs of its rung and waits for a decision (successive halving).
 * `done`, `pruned` and `failed` are ends; only a retry leads out of `failed`.
 */
export const trialStatuses = ['waiting', 'running', 'paused', 'done', 'pruned', 'failed'] as const
export type TrialStatus = (typeof trialStatuses)[number]

export const endStatuses = ['done', 'pruned', 'failed'] as const satisfies readonly TrialStatus[]
export type EndStatus = (typeof endStatuses)[number]

export function hasEnded(status: TrialStatus): status is EndStatus {
  return endStatuses.some((end) => end === status)
}

/** What trials are sorted and compared by. */
export const scoreNames = [
  'trainLoss',
  'trainAccuracy',
  'validationLoss',
  'validationAccuracy',
  'testLoss',
  'testAccuracy',
] as const
export type ScoreName = (typeof scoreNames)[number]
/** null where it was not measured. */
export type Scores = Readonly<Record<ScoreName, number | null>>

/** A study as it is begun. */
export interface NewStudy {
  readonly name: string
  /** The checked study: plain data. */
  readonly config: unknown
  /** Hash of `config`. */
  readonly configHash: string
  /** What the dataset is called. */
  readonly dataset: string
  /** Tells datasets apart by their contents. */
  readonly fingerprint: string
  readonly synthetic: boolean
  /** The program that computes it: other code may give other results. */
  readonly codeVersion: string
}

export interface StudyRecord extends NewStudy {
  readonly id: number
  /** 1 for the first study of this name, 2 for the first fork of it ... */
  readonly revision: number
  /** ISO 8601, UTC. */
  readonly createdAt: string
  readonly archivedAt: string | null
  /** Sorted. */
  readonly tags: readonly string[]
}

/** A study and the state of its trials. */
export interface StudyOverview extends StudyRecord {
  readonly trials: number
  readonly counts: Readonly<Record<TrialStatus, number>>
  /** Seconds of training of all its trials, without reused ones. */
  readonly seconds: number
  /** When a trial last ended; null when none has. */
  readonly lastEndedAt: string | null
}

export interface StudyFilter {
  readonly name?: string
  readonly tag?: string
  /** false (default): not the archived ones; true: those too; 'only': no others. */
  readonly archived?: boolean | 'only'
}

/** A trial as it is planned. */
export interface NewTrial {
  /** Place in the study, from 0. */
  readonly position: number
  /** Hash of everything that decides its result: trials of equal hash have equal results, also in other studies. */
  readonly hash: string
  readonly experiment: string
  /** Place of the combination in its experiment. */
  readonly combination: number
  /** The fields that this combination sets: plain data. */
  readonly params: Readonly<Record<string, unknown>>
  readonly fold: number | null
  readonly seed: number
  /** The whole training configuration: plain data. */
  readonly config: unknown
  /** Epochs after which the trial pauses; null: it runs to its end, or has ended. */
  readonly goal: number | null
  /** The score it is judged by. */
  readonly metric: ScoreName
}

/** A trial and its state. `config` and `details` are read one trial at a time, by `trial`. */
export interface TrialRecord extends Omit<NewTrial, 'config'>, Scores {
  readonly studyId: number
  readonly status: TrialStatus
  /** How often it was started. */
  readonly attempts: number
  /** The process that runs it; null unless it is running. */
  readonly owner: Owner | null
  /** By the owner's clock, which may be wrong. */
  readonly heartbeatAt: string | null
  readonly startedAt: string | null
  readonly endedAt: string | null
  /** Complete epochs. */
  readonly epochs: number
  /** The epoch whose weights were measured. */
  readonly weightsEpoch: number | null
  /** The score that `metric` names. */
  readonly value: number | null
  /** Wall time of the training so far, evaluation included; null when there is none yet. */
  readonly seconds: number | null
  readonly weightsSha256: string | null
  /**
   * Why it failed or was pruned: a short name of the kind ("diverged", "shape", "config", "data", "memory", "killed",
   * "error", "defect"; "pruned"), and a sentence.
   */
  readonly reasonKind: string | null
  readonly reason: string | null
  /** The study whose trial had this result before; this one was not run. */
  readonly reusedFrom: number | null
  readonly environmentId: number | null
}

export interface FullTrial extends TrialRecord {
  readonly config: unknown
  readonly details: unknown
  /** Name of the file with the state of its training; null before the first checkpoint, and once the trial has ended. */
  readonly checkpoint: string | null
}

/** A trial with its recorded epochs, from the first on without gaps: what pruning rules decide by. */
export interface TrialWithHistory extends TrialRecord {
  readonly history: readonly EpochMetrics[]
}

/** Which files of checkpoints are needed. */
export interface CheckpointsInUse {
  /** Those that a trial names, in whatever study. */
  readonly files: ReadonlySet<string>
  /** Ids of the owners that run trials now: they may be writing files that no trial names yet. */
  readonly owners: ReadonlySet<string>
}

/** A process that runs trials. */
export interface Owner {
  /** Unique: two runs of one process are two owners. */
  readonly id: string
  /** Where `pid` means something. */
  readonly machine: string
  readonly pid: number
}

/** A running trial, as its owner knows it. */
export interface HeldTrial {
  readonly studyId: number
  readonly position: number
}

/** How a training ended. */
export interface TrialResult {
  readonly scores: Scores
  readonly epochs: number
  readonly weightsEpoch: number
  readonly seconds: number
  readonly weightsSha256: string
  /** More for whoever looks at one trial, such as the confusion matrix: plain data. */
  readonly details: unknown
}

/** One epoch of a trial. */
export interface EpochMetrics extends Scores {
  readonly epoch: number
  readonly learningRate: number
  /** Running means over the epoch's batches. */
  readonly runningLoss: number
  readonly runningAccuracy: number
  /** Training time, evaluation apart. */
  readonly seconds: number
}

export interface TrialEpoch extends EpochMetrics {
  /** Position of the trial in its study. */
  readonly position: number
}

/** Why `auto` took an engine. */
export interface EngineReason {
  /** Speed of blas divided by that of simd, on one core; null if there was no BLAS to measure. */
  readonly ratio: number | null
  /** For people. */
  readonly why: string
}

/** What a trial was computed with. */
export interface Environment {
  readonly version: string
  readonly codeVersion: string
  readonly engine: string
  /** Why `auto` took the engine; missing where the engine was named. */
  readonly engineChoice?: EngineReason | undefined
  /** Threads of one training. */
  readonly threads: number
  readonly node: string
  readonly platform: string
  readonly cpu: string
  readonly cores: number
  /** Bytes. */
  readonly memory: number
}

export interface TrialFilter {
  readonly status?: TrialStatus
  readonly experiment?: string
  readonly limit?: number
}

/** Some trials of a study; what is left out sets no bound. */
export interface TrialScope {
  /** Those before this position. */
  readonly before?: number
  /** Those of these experiments. */
  readonly experiments?: readonly string[]
  /** Results of other studies are left alone: whoever asks wants them trained. */
  readonly own?: boolean
}

/** What a claim hands out: a trial to run, or one whose result was found in another study. */
export type Claim =
  | { readonly type: 'run'; readonly trial: FullTrial }
  | { readonly type: 'reused'; readonly trial: TrialRecord }

/**
 * What a pruning rule decides about a trial. Neither `train` nor `wait` changes a trial that is done or failed.
 *
 * - `train`: train until `goal` epochs are done, or to the end (null).
 * - `wait`: pause until other trials have got further.
 * - `stop`: no more than `after` epochs count; 0 when the trial is not to begin. A trial that has ended after as many
 *   or more becomes `pruned`, so that its status does not depend on how far it was when the rule came to decide. One
 *   that ended after fewer keeps its end.
 */
export type PruningDecision =
  | { readonly type: 'train'; readonly goal: number | null }
  | { readonly type: 'wait' }
  | StopDecision

export interface StopDecision {
  readonly type: 'stop'
  readonly after: number
  readonly reason: string
}

/** What `beginStudy` found: nothing of the name, the same study, or another one, which is the newest of its name. */
export interface Beginning {
  readonly type: 'new' | 'same' | 'changed'
  readonly study: StudyRecord
}

/**
 * Where studies and their trials are kept.
 *
 * **Reads.** A read sees every write that had returned before it began, in this process or another, and of a write in
 * progress all or nothing. Any number of processes may read while one writes. Writers wait for each other.
 *
 * **What never changes.** A study's name, revision, configuration, data and code version. A trial's position, hash,
 * combination, parameters and configuration; there may be more trials one day, never fewer. A trial that
 * is done keeps its result and its epochs; only forgetting it, deleting its whole study or a rule that prunes it
 * (`applyDecisions`) removes its result.
 *
 * **Who may change a running trial.** Only its owner: `recordEpoch`, `saveCheckpoint`, `finish`, `fail`, `prune`, `pause` and
 * `release` return false, and change nothing, where the caller no longer owns the trial, because it was taken for dead and
 * another one went on. At most one owner has a trial at a time, also when two processes claim at once.
 *
 * **Power cuts.** What `finish` has written survives them; of other writes the last few may be lost. A killed process
 * loses nothing.
 *
 * **Failures.** A method that rejects has changed nothing. It rejects with a StoreError when the file is damaged, busy
 * for long, or was removed or replaced since it was opened, and with an OutputError when it cannot be written (read-only, disk full).
 */
export interface StudyStore {
  /** For messages: the file. */
  readonly place: string

  /**
   * Finds the study of this name with equal configuration, data and code, or makes it where there is none of the name.
   * Where there are others only, `fork` makes it as their next revision; without it nothing is made. Of two processes
   * that begin the same study at once, one makes it.
   */
  beginStudy(study: NewStudy, options?: { readonly fork?: boolean }): Promise<Beginning>
  /** Newest first. */
  studies(filter?: StudyFilter): Promise<readonly StudyOverview[]>
  study(id: number): Promise<StudyOverview | undefined>
  addTag(studyId: number, tag: string): Promise<void>
  removeTag(studyId: number, tag: string): Promise<void>
  /** Archived studies are left out of lists; their results stay and are reused. */
  archive(studyId: number, archived: boolean): Promise<void>
  /** Removes a study, its trials and their epochs. Results that other studies have reused stay with these. */
  deleteStudy(studyId: number): Promise<void>

  /** Adds trials that are not there yet, all or none. Positions that exist are left as they are. */
  addTrials(studyId: number, trials: readonly NewTrial[]): Promise<void>
  /** In the order of their positions. */
  trials(studyId: number, filter?: TrialFilter): Promise<readonly TrialRecord[]>
  trial(studyId: number, position: number): Promise<FullTrial | undefined>
  /** Trials with a value, the best first: the largest or the smallest, of equal ones the earlier. */
  best(
    studyId: number,
    order: { readonly largest: boolean; readonly limit: number; readonly experiment?: string },
  ): Promise<readonly TrialRecord[]>
  /** In order; of one trial, or of all trials of the study. Of pruned trials also later ones than `countedEpochs` leaves. */
  epochs(studyId: number, position?: number): Promise<readonly TrialEpoch[]>

  /**
   * Takes the first waiting trial of a scope, for this owner alone. When a trial of the same hash is done, in
   * whatever study, with all its epochs, its result is copied instead. A trial whose twin is being run by another study is left for later.
   */
  claim(studyId: number, owner: Owner, environmentId: number, scope?: TrialScope): Promise<Claim | undefined>
  /** Gives all waiting trials of a scope the results of equal trials that are done, of whatever study. Returns how many. */
  reuse(studyId: number, scope?: TrialScope): Promise<number>
  /**
   * Says that the owner is alive. Returns the trials that it still runs: others were taken over by another owner, or
   * their study was deleted.
   */
  heartbeat(owner: Owner): Promise<readonly HeldTrial[]>
  /** @param seconds of the training so far */
  recordEpoch(
    studyId: number,
    position: number,
    owner: Owner,
    metrics: EpochMetrics,
    seconds: number,
  ): Promise<boolean>
  /**
   * Names the file with the state of a running trial, in place of the one named before. The name is cleared when the
   * trial ends in any way. Write the file first.
   */
  saveCheckpoint(studyId: number, position: number, owner: Owner, file: string): Promise<boolean>
  checkpointsInUse(): Promise<CheckpointsInUse>
  finish(studyId: number, position: number, owner: Owner, result: TrialResult): Promise<boolean>
  fail(
    studyId: number,
    position: number,
    owner: Owner,
    why: { readonly kind: string; readonly reason: string; readonly seconds: number },
  ): Promise<boolean>
  /** Stops a running trial for good; `after` is the number of its epochs that count. */
  prune(
    studyId: number,
    position: number,
    owner: Owner,
    why: { readonly reason: string; readonly after: number; readonly seconds: number },
  ): Promise<boolean>
  /** A running trial has reached its goal. */
  pause(studyId: number, position: number, owner: Owner, seconds: number): Promise<boolean>
  /**
   * Writes what a pruning rule decides about trials that are not running. `decide` sees all trials of the study as they
   * are at one moment, and no other process changes them until its decisions, by position, are written. It must be a
   * function of these trials alone, so that all processes decide the same. Of a running trial nothing is written: its
   * owner has to stop it. A decision that is carried out already changes nothing, and no trial is sent on to a goal that
   * its epochs have reached. Returns how many trials changed.
   */
  applyDecisions(
    studyId: number,
    decide: (trials: readonly TrialWithHistory[]) => ReadonlyMap<number, PruningDecision>,
  ): Promise<number>
  /** Gives up running trials of this owner: they wait again. Returns how many. */
  release(owner: Owner): Promise<number>
  /**
   * Running trials, of whatever study, wait again where `isDead` says so of their owner. `heartbeat` changes with every
   * sign of life of the owner and means nothing else: clocks of two machines differ. Returns how many.
   */
  requeueStale(isDead: (owner: Owner, heartbeat: string) => boolean): Promise<number>
  /** Failed trials of a scope wait again. Returns how many. */
  retryFailed(studyId: number, scope?: TrialScope): Promise<number>
  /**
   * Trials of a scope that have ended wait again; their results and epochs are gone. Results that other studies have
   * taken over stay with these. Returns how many.
   */
  forget(studyId: number, scope?: TrialScope): Promise<number>

  /** Returns the id of an environment, which is stored once. */
  environment(environment: Environment): Promise<number>
  environments(): Promise<ReadonlyMap<number, Environment>>
  close(): Promise<void>
}
