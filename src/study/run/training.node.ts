import type { EpochMetrics, FullTrial, StopDecision } from '../../store/contract.ts'
import { completeEpochs } from '../../store/epochs.ts'
import { trainingConfig } from '../../train/config.ts'
import type { TrialSpec } from '../search/expand.ts'
import type { StudyEvent, TrialEndEvent } from './events.ts'
import type { Feed } from './feed.ts'
import type { JobMessage } from './job.ts'
import { metricsOf } from './measured.ts'
import { isResumable } from './resumable.ts'
import type { RunSetup } from './runSetup.node.ts'
import type { StudyProgress } from './studyProgress.ts'
import type { JobEnd, WorkerHandle } from './workerHandle.node.ts'

/** What the training of a trial needs of the run that it belongs to. */
export interface TrainingHost {
  readonly setup: RunSetup
  readonly feed: Feed<StudyEvent>
  readonly progress: StudyProgress
  /** Whether the run is being ended. */
  isEnding(): boolean
  /** Called after a recorded epoch and after the end of a trial: pruning rules may decide differently now. */
  changed(trial: FullTrial): Promise<void>
  reportProgress(): void
  reportEnd(position: number, end: Omit<TrialEndEvent, 'type' | 'trial'>): void
}

/** The training of one claimed trial by one worker: passes the worker's messages on, and puts the end into the store. */
export class TrialTraining {
  readonly trial: FullTrial
  /** By the worker's estimate. */
  secondsLeft = 0
  /** Settles when the training has ended and its end is stored; never rejects. */
  ended: Promise<void> = Promise.resolve()
  private readonly host: TrainingHost
  private readonly spec: TrialSpec
  private readonly worker: WorkerHandle
  /** Seconds of earlier attempts that this one continues. */
  private before = 0
  /** The decision of a rule that stops the trial. */
  private decision: StopDecision | undefined
  /** The name of the trial's file, as the store has it. */
  private checkpoint: string | null
  /** Whether another process has taken the trial. */
  private lost = false
  /** Whether the worker works on this trial: before and after, it may work on another one. */
  private active = false

  constructor(host: TrainingHost, worker: WorkerHandle, trial: FullTrial, spec: TrialSpec) {
    this.host = host
    this.worker = worker
    this.trial = trial
    this.spec = spec
    this.checkpoint = trial.checkpoint
  }

  /** Trains to the end of the trial, to its goal or until stopped. Rejects when the store does. */
  train(): Promise<void> {
    const training = this.trainOnce()
    this.ended = training.catch(() => undefined)
    return training
  }

  /** Stops the training because a rule says so. The newest decision counts. */
  stop(decision: StopDecision): void {
    if (this.decision === undefined && this.active) this.worker.stop()
    this.decision = decision
  }

  /** Stops the training because the trial is no longer this run's: nothing of it is stored any more. */
  lose(): void {
    this.lost = true
    if (this.active) this.worker.stop()
  }

  private async trainOnce(): Promise<void> {
    const { feed, setup } = this.host
    const { trial, spec } = this
    const recorded = await this.recorded()
    if (trial.goal !== null && recorded.length >= trial.goal) {
      // Its last owner died between the last epoch and the pause.
      this.before = trial.seconds ?? 0
      return this.finish({ type: 'paused', seconds: 0 })
    }
    const checkpoint = await this.resumable(recorded)
    this.before = checkpoint === null ? 0 : (trial.seconds ?? 0)
    // In the order in which they came, while the training goes on.
    let written = Promise.resolve()
    const job = {
      config: trainingConfig(trial.config),
      fold: spec.fold,
      engine: setup.engine,
      threads: setup.threads,
      goal: trial.goal,
      checkpoint,
      checkpointSeconds: setup.checkpointSeconds,
    }
    // A worker that is stopped before its job begins knows nothing of it.
    if (this.host.isEnding() || this.lost || this.decision !== undefined)
      return this.finish({ type: 'stopped', seconds: 0 })
    this.active = true
    const end = await this.worker.run(job, (message) => {
      written = written.then(() => this.receive(message))
      written.catch((error: unknown) => feed.fail(error))
    })
    this.active = false
    await written
    await this.finish(end)
  }

  /** The epochs of earlier attempts, from the first on without gaps. */
  private async recorded(): Promise<readonly EpochMetrics[]> {
    const { store, record } = this.host.setup
    const { epochs, checkpoint, position } = this.trial
    if (epochs === 0 && checkpoint === null) return []
    return completeEpochs(await store.epochs(record.id, position))
  }

  /** The state to go on from; null when there is none whose epochs are all recorded. */
  private async resumable(recorded: readonly EpochMetrics[]): Promise<Uint8Array | null> {
    if (this.checkpoint === null) return null
    const bytes = await this.host.setup.checkpoints.read(this.checkpoint)
    return bytes !== null && isResumable(bytes, recorded) ? bytes : null
  }

  /** Saves the state of the training, unless the trial is ending anyway. */
  private async save(bytes: Uint8Array): Promise<void> {
    const { checkpoints, owner } = this.host.setup
    if (this.decision !== undefined || this.lost) return
    const { mine, name } = await checkpoints.write(this.trial, owner, bytes, this.checkpoint)
    this.checkpoint = name
    if (!mine) this.lose()
  }

  /** Handles a message that the worker sends while it trains. */
  private async receive(message: JobMessage): Promise<void> {
    const { feed, setup } = this.host
    const { trial, spec } = this
    const { position } = trial
    const worker = this.worker.index
    switch (message.type) {
      case 'started': {
        const { resumedEpoch } = message
        feed.push({ type: 'trial', trial: spec, worker, resumedEpoch })
        this.host.reportProgress()
        break
      }
      case 'progress': {
        this.secondsLeft = message.secondsLeft
        const epochs = trial.goal ?? spec.config.epochs
        feed.pushLatest(position, { ...message, type: 'trialProgress', trial: position, worker, epochs })
        break
      }
      case 'epoch': {
        const { record } = message
        const { store, record: study, owner } = setup
        const spent = this.before + message.seconds
        const mine = await store.recordEpoch(study.id, position, owner, metricsOf(record), spent)
        if (!mine) {
          this.lose()
          break
        }
        feed.push({ type: 'trialEpoch', trial: position, worker, record })
        await this.host.changed(trial)
        break
      }
      case 'checkpoint':
        await this.save(message.bytes)
        break
      default:
    }
  }

  /** Puts the end of the training into the store. */
  private async finish(end: JobEnd): Promise<void> {
    const { progress, setup } = this.host
    const { store, record, owner } = setup
    const { position, metric } = this.trial
    const spent = this.before + end.seconds
    if (this.lost) return
    // A worker that was ended together with the run has not failed.
    if (
      this.host.isEnding() &&
      (end.type === 'stopped' || (end.type === 'failed' && end.kind === 'killed'))
    ) {
      progress.set(position, 'waiting')
      return
    }
    const told = { value: null, seconds: spent, reusedFrom: null, reason: null }
    switch (end.type) {
      case 'done': {
        const result = { ...end.result, seconds: spent }
        if (!(await store.finish(record.id, position, owner, result))) return
        progress.trained(this.spec, this.spec.config.epochs, spent)
        await this.removeCheckpoint()
        this.host.reportEnd(position, { ...told, status: 'done', value: result.scores[metric] })
        break
      }
      case 'paused':
        if (!(await store.pause(record.id, position, owner, spent))) return
        this.host.reportEnd(position, { ...told, status: 'paused' })
        break
      case 'stopped': {
        if (this.decision === undefined)
          throw new RangeError(`trial ${position} was stopped without a decision`)
        const { reason, after } = this.decision
        if (!(await store.prune(record.id, position, owner, { reason, after, seconds: spent }))) return
        await this.removeCheckpoint()
        this.host.reportEnd(position, { ...told, status: 'pruned', reason })
        break
      }
      case 'failed': {
        const { kind, reason } = end
        if (!(await store.fail(record.id, position, owner, { kind, reason, seconds: spent }))) return
        await this.removeCheckpoint()
        this.host.reportEnd(position, { ...told, status: 'failed', reason })
      }
    }
    await this.host.changed(this.trial)
  }

  /** The store names no file for a trial that has ended. */
  private async removeCheckpoint(): Promise<void> {
    await this.host.setup.checkpoints.remove(this.checkpoint)
    this.checkpoint = null
  }
}
