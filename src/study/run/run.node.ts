import { seconds } from '../../base/clock.ts'
import type { Claim, FullTrial, PruningDecision, TrialRecord } from '../../store/contract.ts'
import { StoreError } from '../../store/storeError.ts'
import { hasRule, pruningDecisions } from '../pruning/prune.ts'
import type { TrialSpec } from '../search/expand.ts'
import type { StatusCounts, StudyEvent, TrialEndEvent } from './events.ts'
import { Feed } from './feed.ts'
import { OwnerWatch } from './ownerWatch.ts'
import type { RunSetup } from './runSetup.node.ts'
import { StudyProgress } from './studyProgress.ts'
import { type TrainingHost, TrialTraining } from './training.node.ts'
import { WaitQueue } from './waitQueue.ts'
import { WorkerHandle } from './workerHandle.node.ts'

/** Seconds between two heartbeats, as a share of those after which an owner counts as dead. */
const heartbeats = 12
/** Seconds between two looks for what other processes have done. */
const pollEvery = 1
/** Seconds that running trials have to save their state when a run is ended. */
const grace = 5
/** The rules are asked again after so many times what asking them took: a large study must not only judge. */
const restAfterRules = 20

/** One run of a study by this process: workers that take trials from the store, train them, and put the results there. */
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
  private heartbeatTimer: NodeJS.Timeout | undefined
  private killTimer: NodeJS.Timeout | undefined
  private readonly waitQueue = new WaitQueue()
  private rulesRestUntil = 0
  private readonly watch: OwnerWatch
  private isBeating = false
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
    const { owner: own, staleSeconds, isGone } = setup
    this.watch = new OwnerWatch({ own, staleSeconds, isGone })
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

  /** Puts trials of dead processes back. Returns how many. */
  takeOver(): Promise<number> {
    this.watch.beginRound()
    return this.setup.store.requeueStale((owner, heartbeat) => this.watch.isDead(owner, heartbeat))
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
    this.heartbeatTimer = setInterval(() => this.heartbeat(), (1000 * this.setup.staleSeconds) / heartbeats)
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
    clearInterval(this.heartbeatTimer)
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

  private heartbeat(): void {
    if (this.isBeating) return
    this.isBeating = true
    this.heartbeatOnce()
      .catch((error: unknown) => this.feed.fail(error))
      .finally(() => {
        this.isBeating = false
      })
  }

  /** Says that this run is alive, stops trials that it no longer owns, and watches the other owners. */
  private async heartbeatOnce(): Promise<void> {
    const { store, record, owner } = this.setup
    const running = [...this.running]
    const trials = await store.heartbeat(owner)
    const held = new Set(
      trials.filter(({ studyId }) => studyId === record.id).map(({ position }) => position),
    )
    for (const [position, training] of running) if (!held.has(position)) training.lose()
    if ((await this.takeOver()) > 0) this.waitQueue.wake()
  }

  /** The life of a worker. */
  private async runTrials(worker: WorkerHandle): Promise<void> {
    while (!this.ending) {
      const claim = this.outOfTime() ? undefined : await this.claim()
      // The end may have come during the claim; what was claimed is given back at the end.
      if (this.ending) return
      if (claim?.type === 'reused') {
        const { position, value, seconds: spent, reusedFrom } = claim.trial
        this.reportEnd(position, { status: 'done', value, seconds: spent ?? 0, reusedFrom, reason: null })
      } else if (claim !== undefined) await this.train(worker, claim.trial)
      else {
        const found = await this.poll()
        if (found === 'nothing') return
        // The end may have come while it looked.
        if (found === 'wait' && !this.ending) await this.waitQueue.sleep(pollEvery)
      }
    }
  }

  private async claim(): Promise<Claim | undefined> {
    const { store, record, owner, environment, scope } = this.setup
    for (;;) {
      const [id] = this.first
      const trials = id === undefined ? scope.trials : { ...scope.trials, experiments: [id] }
      const claim = await store.claim(record.id, owner, environment, trials)
      if (claim !== undefined || id === undefined) return claim
      // Another worker may have found out meanwhile.
      if (this.first[0] === id) this.first.shift()
    }
  }

  /**
   * Nothing was to be had: whether nothing will be, or something has come up just now, or one has to wait for trials
   * that are running, here or elsewhere. Slots that look at the same time look once.
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
    // Taken over by another process, given up by it, and now claimed here again before this run noticed the loss.
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
   * Asks the rules about all trials, and stops those of this run that are to stop. When the answer comes makes no
   * difference to the results, so it is not asked for too often. Returns how many trials it changed.
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
    // What was judged, and not what the store says a moment later: a trial that another process has ended meanwhile
    // has to be judged too before the run may end.
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
