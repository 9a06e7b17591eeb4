import { seconds } from '../../base/clock.ts'
import type { Claim, FullTrial, PruningDecision, TrialRecord } from '../../store/contract.ts'
import { StoreError } from '../../store/storeError.ts'
import { hasRule, pruningDecisions } from '../pruning/prune.ts'
import type { TrialSpec } from '../search/expand.ts'
import type { StatusCounts, StudyEvent, TrialEndEvent } from './events.ts'
import { Feed } from './feed.ts'
import { Heartbeat } from './heartbeat.node.ts'
import type { RunSetup } from './runSetup.node.ts'
import { StudyProgress } from './studyProgress.ts'
import { type TrainingHost, TrialTraining } from './training.node.ts'
import { WaitQueue } from './waitQueue.ts'
import { WorkerHandle } from './workerHandle.node.ts'

/** Seconds between two polls for what other processes have done. */
const pollEvery = 1
/** Seconds that running trials have to save their state when a run is ended. */
const grace = 5
/** Pauses between two rounds of the pruning rules, in multiples of what a round takes: rules of a large study are slow. */
const restAfterRules = 20

/**
 * One run of a study by this process. Each worker repeats {@link StudyRun.runTrials}: claim a trial, train it
 * ({@link TrialTraining} records its epochs and its end), let the pruning rules decide, claim the next one.
 */
export class StudyRun {
  private readonly setup: RunSetup
  private readonly progress: StudyProgress
  private readonly feed = new Feed<StudyEvent>()
  private readonly host: TrainingHost
  private readonly running = new Map<number, TrialTraining>()
  private readonly withRule: ReadonlySet<string>
  /** By position in the study. */
  private readonly specs: ReadonlyMap<number, TrialSpec>
  private readonly begun = seconds()
  /** Those of `first` that may still have trials waiting. */
  private readonly first: string[]
  private workers: readonly WorkerHandle[] = []
  private ending = false
  private killTimer: NodeJS.Timeout | undefined
  private readonly waitQueue = new WaitQueue()
  private rulesRestUntil = 0
  private readonly heartbeat: Heartbeat
  /** Settles when no worker claims or trains any more. */
  private finished: Promise<unknown> = Promise.resolve()
  private polling: Promise<'nothing' | 'again' | 'wait'> | undefined

  constructor(setup: RunSetup) {
    this.setup = setup
    const { allowed, experiments } = setup.scope
    this.first = setup.first.filter((id) => experiments.some((experiment) => experiment.id === id))
    this.specs = new Map(allowed.map((spec) => [spec.index, spec]))
    this.progress = new StudyProgress(allowed)
    this.withRule = new Set(experiments.filter(hasRule).map(({ id }) => id))
    this.heartbeat = new Heartbeat(setup, {
      running: () => this.running,
      requeued: () => this.waitQueue.wake(),
      failed: (error) => this.feed.fail(error),
    })
    this.host = {
      setup,
      feed: this.feed,
      progress: this.progress,
      isEnding: () => this.ending,
      changed: async ({ experiment }) => {
        if (this.withRule.has(experiment)) await this.applyRules(false)
      },
      reportProgress: () => this.reportProgress(),
      reportEnd: (position, end) => this.reportEnd(position, end),
    }
  }

  counts(): StatusCounts {
    return this.progress.counts()
  }

  outOfTime(): boolean {
    const { minutes } = this.setup
    return minutes !== undefined && seconds() - this.begun >= 60 * minutes && this.progress.open() > 0
  }

  /** Requeues trials of dead processes. Returns how many. */
  takeOver(): Promise<number> {
    return this.heartbeat.takeOver()
  }

  /** Asks the rules and the store what there is to do. */
  async prepare(wanted: number): Promise<{ readonly counts: StatusCounts; readonly workers: number }> {
    await this.applyRules(true)
    await this.refresh()
    const workers = Math.min(wanted, this.progress.open())
    this.workers = Array.from({ length: workers }, (_, i) => new WorkerHandle(i, this.setup.dataset))
    return { counts: this.counts(), workers }
  }

  /** Trains until nothing is left, the time is over or the signal says so. */
  async *events(signal: AbortSignal | undefined): AsyncGenerator<StudyEvent, void, undefined> {
    const stop = (): void => this.stop()
    if (signal?.aborted === true) return
    signal?.addEventListener('abort', stop)
    this.heartbeat.start()
    const finished = this.workers.map((worker) => this.runTrials(worker))
    this.finished = Promise.allSettled(finished)
    Promise.all(finished).then(
      () => this.feed.close(),
      (error: unknown) => this.feed.fail(error),
    )
    try {
      yield* this.feed.read()
    } finally {
      signal?.removeEventListener('abort', stop)
    }
  }

  /** Stops what is running and gives it back. */
  async end(): Promise<void> {
    this.heartbeat.stop()
    this.stop()
    await this.finished
    clearTimeout(this.killTimer)
    await Promise.all(this.workers.map((worker) => worker.terminate()))
    // After an error of the store this could wait for long and fail too; the next run takes the trials over.
    if (this.feed.failed) return
    await this.setup.store.release(this.setup.owner).catch(() => 0)
    await this.setup.checkpoints.tidy().catch(() => undefined)
  }

  open(): number {
    return this.progress.open()
  }

  private stop(): void {
    this.ending = true
    for (const worker of this.workers) worker.stop()
    this.killTimer ??= setTimeout(() => {
      for (const worker of this.workers) void worker.terminate()
    }, 1000 * grace)
    this.waitQueue.wake()
  }

  /** The loop of a worker, until there is nothing left to claim or the run ends. */
  private async runTrials(worker: WorkerHandle): Promise<void> {
    while (!this.ending) {
      const claim = this.outOfTime() ? undefined : await this.claim()
      // The run may have ended during the claim; the claimed trial is released at the end.
      if (this.ending) return
      if (claim === undefined) {
        const found = await this.poll()
        if (found === 'nothing') return
        if (found === 'wait' && !this.ending) await this.waitQueue.sleep(pollEvery)
      } else if (claim.type === 'reused') {
        const { position, value, seconds: spent, reusedFrom } = claim.trial
        this.reportEnd(position, { status: 'done', value, seconds: spent ?? 0, reusedFrom, reason: null })
      } else await this.train(worker, claim.trial)
    }
  }

  private async claim(): Promise<Claim | undefined> {
    const { store, record, owner, environment, scope } = this.setup
    for (;;) {
      const [id] = this.first
      const trials = id === undefined ? scope.trials : { ...scope.trials, experiments: [id] }
      const claim = await store.claim(record.id, owner, environment, trials)
      if (claim !== undefined || id === undefined) return claim
      // Another worker may have removed it meanwhile.
      if (this.first[0] === id) this.first.shift()
    }
  }

  /**
   * Called when no trial can be claimed. `nothing`: none ever will be; `again`: one has become claimable just now;
   * `wait`: that depends on trials that are running, here or elsewhere. Workers that poll at the same time share a poll.
   */
  private poll(): Promise<'nothing' | 'again' | 'wait'> {
    this.polling ??= this.pollOnce().finally(() => {
      this.polling = undefined
    })
    return this.polling
  }

  private async pollOnce(): Promise<'nothing' | 'again' | 'wait'> {
    if (this.outOfTime()) return 'nothing'
    await this.checkStudy()
    const changed = (await this.takeOver()) + (await this.applyRules(true))
    if (changed > 0 || this.withRule.size === 0) await this.refresh()
    if (changed > 0) return 'again'
    const { waiting, running } = this.counts()
    return waiting + running === 0 ? 'nothing' : 'wait'
  }

  /** @throws StoreError when another process has deleted the study */
  private async checkStudy(): Promise<void> {
    const { store, record } = this.setup
    const [any] = await store.trials(record.id, { limit: 1 })
    if (any !== undefined) return
    throw new StoreError(`study "${record.name}" was deleted while it was running.`, {
      where: store.place,
      hint: 'Run the command again to train it from the start.',
    })
  }

  private async train(worker: WorkerHandle, trial: FullTrial): Promise<void> {
    const { position } = trial
    // Another process took the trial over and released it, and it is claimed again before this run noticed the loss.
    const former = this.running.get(position)
    former?.lose()
    await former?.ended
    const training = new TrialTraining(this.host, worker, trial, this.specOf(position))
    this.running.set(position, training)
    this.progress.set(position, 'running')
    try {
      await training.train()
    } finally {
      this.running.delete(position)
      this.feed.forget(position)
      this.waitQueue.wake()
    }
  }

  /**
   * Lets the pruning rules decide about all trials, and stops those of this run that are to stop. Results do not depend
   * on when the rules decide, so they do not decide after every epoch unless `now` is set. Returns how many trials changed.
   */
  private async applyRules(now: boolean): Promise<number> {
    const { checkpoints, scope, record, store } = this.setup
    if (this.withRule.size === 0 || (!now && seconds() < this.rulesRestUntil)) return 0
    const asked = seconds()
    let decisions: ReadonlyMap<number, PruningDecision> = new Map()
    let judged: readonly TrialRecord[] = []
    const changed = await store.applyDecisions(record.id, (trials) => {
      judged = trials
      decisions = pruningDecisions(scope.experiments, scope.allowed, trials)
      return decisions
    })
    this.rulesRestUntil = seconds() + restAfterRules * (seconds() - asked)
    for (const { position, status } of judged) {
      const decision = decisions.get(position)
      if (status === 'running' && decision?.type === 'stop') this.running.get(position)?.stop(decision)
    }
    if (changed > 0) {
      this.waitQueue.wake()
      await checkpoints.sweep()
    }
    // Not what the store says a moment later: the rules have to decide about a trial that another process has ended
    // meanwhile before this run may end.
    else if (now) this.progress.update(judged)
    return changed
  }

  private async refresh(): Promise<void> {
    this.progress.update(await this.setup.store.trials(this.setup.record.id))
  }

  private reportEnd(position: number, end: Omit<TrialEndEvent, 'type' | 'trial'>): void {
    this.progress.set(position, end.status)
    this.feed.push({ type: 'trialEnd', trial: this.specOf(position), ...end })
    this.reportProgress()
    this.waitQueue.wake()
  }

  private reportProgress(): void {
    const running = [...this.running.values()].map(({ secondsLeft }) => secondsLeft)
    const secondsLeft = this.progress.secondsLeft(running, this.workers.length)
    const trials = this.specs.size
    this.feed.pushLatest(-1, { type: 'progress', counts: this.counts(), trials, secondsLeft })
  }

  private specOf(position: number): TrialSpec {
    const spec = this.specs.get(position)
    if (spec === undefined) throw new RangeError(`there is no trial ${position}`)
    return spec
  }
}
