/**
 * src/train: training. `train.ts` (here) runs epochs and yields events; `step.ts` is one training step, forward, loss,
 * backward and update; `session.ts` prepares data, model and threads; `threadGroup.ts` and `dispatch.ts` run commands on all
 * threads, which share the memory of `threadContext.ts`; `checkpoint.ts` and `weights.ts` save and load.
 */
import { seconds } from '../base/clock.ts'
import { AtelierError, CheckpointError, type DivergenceError } from '../base/errors.ts'
import { yieldToEventLoop } from '../base/yield.ts'
import { batchCount, epochOrder } from '../data/batches.ts'
import { classWarnings } from '../data/classWarnings.ts'
import type { Dataset } from '../data/dataset.ts'
import { fingerprint } from '../data/fingerprint.ts'
import { summary } from '../nn/model.ts'
import { checkSchedule, learningRateAt } from '../optim/schedule.ts'
import { Best } from './best.ts'
import { encodeCheckpoint, restoreCheckpoint } from './checkpoint.ts'
import { type ScoredPart, type TrainingInput, trainingConfig } from './config.ts'
import { divergenceError } from './diverged.ts'
import type {
  EpochRecord,
  MakeCheckpoint,
  MakeWeights,
  Score,
  StartEvent,
  TestResult,
  TrainingEvent,
  TrainingResult,
} from './events.ts'
import { Moment } from './moment.ts'
import { checkTrainOptions, resumedFingerprint, type TrainOptions } from './options.ts'
import { Session } from './session.ts'
import { testResult } from './testResult.ts'
import { encodeWeights, hashWeights, loadWeights, ownDtype } from './weights.ts'

export type { NamedBytes, TrainOptions } from './options.ts'

/** Seconds of training between two yields to the event loop, approximately. */
const SLICE_SECONDS = 0.05

/**
 * Trains a model and yields events: `start`, then `progress` many times and `epoch` once an epoch, at last `done` or
 * `interrupted`. The training waits while an event is handled. One training step is `TrainingStep.run` in `step.ts`.
 *
 * @param input the configuration; settings that have a default may be left out
 * @throws ConfigError, ShapeError, DataError, CheckpointError, EngineError; DivergenceError if a loss is not finite
 */
export async function* trainEvents(
  input: TrainingInput,
  dataset: Dataset,
  options: TrainOptions = {},
): AsyncGenerator<TrainingEvent, void, undefined> {
  checkTrainOptions(options)
  const config = trainingConfig(input)
  const session = await Session.open(config, dataset, options)
  try {
    const data = await fingerprint(dataset, options.rows)
    yield* new Training(session, data, await resumedFingerprint(dataset, data, options), options).run()
  } finally {
    await session.close()
  }
}

/**
 * Trains to the end and returns the result. All events go to `onEvent`.
 *
 * @throws what {@link trainEvents} throws; the reason of `signal` if it ends the training
 */
export async function train(
  input: TrainingInput,
  dataset: Dataset,
  options: TrainOptions & { readonly onEvent?: (event: TrainingEvent) => void } = {},
): Promise<TrainingResult> {
  for await (const event of trainEvents(input, dataset, options)) {
    options.onEvent?.(event)
    if (event.type === 'done') return event.result
  }
  options.signal?.throwIfAborted()
  throw new AtelierError('The training ended without a result.')
}

/** A running training: its progress, and the methods that continue it. */
class Training {
  private readonly session: Session
  private readonly fingerprint: string
  /** Fingerprint that a checkpoint to resume from must have. */
  private readonly resumable: string
  private readonly options: TrainOptions
  private readonly best: Best
  private readonly steps: number
  /** Dtypes of the initial weights that were converted to the engine's own. */
  private converted: readonly string[] = []
  private readonly history: EpochRecord[] = []
  /** Loss of each epoch that a plateau schedule watches: validation loss, or the training loss without validation. */
  private readonly monitored: number[] = []
  /** Complete epochs, and batches and seconds of the epoch after them. */
  private epoch = 0
  private batch = 0
  private seconds = 0
  /** Steps between two yields to the event loop; re-estimated after every yield. */
  private chunk = 1
  private readonly moment = new Moment()
  /** The last test result, and its epoch. */
  private tested: (TestResult & { readonly epoch: number }) | undefined

  constructor(session: Session, dataFingerprint: string, resumable: string, options: TrainOptions) {
    const { config, parts, threads } = session
    this.session = session
    this.fingerprint = dataFingerprint
    this.resumable = resumable
    this.options = options
    this.best = new Best(threads.context.engine, threads.context.model, config)
    this.steps = batchCount(parts.train.length, config.batchSize, config.dropLast)
    checkSchedule(config.schedule, this.steps * config.epochs)
    const position = { step: 0, stepsPerEpoch: this.steps, epochs: config.epochs, monitored: this.monitored }
    threads.leader.step.rateAt = (step) => {
      position.step = step
      return learningRateAt(config.schedule, config.optimizer.learningRate, position)
    }
  }

  async *run(): AsyncGenerator<TrainingEvent, void, undefined> {
    try {
      for await (const event of this.events()) {
        yield event
        this.moment.pass()
      }
    } finally {
      this.moment.pass()
    }
  }

  private async *events(): AsyncGenerator<TrainingEvent, void, undefined> {
    const { config } = this.session
    this.begin()
    yield this.startEvent()
    while (this.epoch < config.epochs) {
      if (this.outOfPatience()) {
        yield { type: 'stopped', epoch: this.epoch, bestEpoch: this.best.state?.epoch ?? this.epoch }
        break
      }
      yield* this.trainEpoch()
      if (this.batch < this.steps) {
        const { epoch, batch } = this
        yield { type: 'interrupted', epoch: epoch + 1, step: batch, ...this.saving() }
        return
      }
      const record = await this.record()
      const from = this.best.state?.value ?? null
      const improved = this.best.look(record)
      this.remember(record)
      this.epoch += 1
      this.batch = 0
      this.seconds = 0
      yield { type: 'epoch', record, ...this.saving() }
      const to = this.best.state?.value
      if (improved && to !== undefined) {
        const { weights } = this.saving()
        yield { type: 'improved', epoch: record.epoch, monitor: this.best.monitor, from, to, weights }
      }
      if (this.options.signal?.aborted === true && this.epoch < config.epochs) {
        yield { type: 'interrupted', epoch: this.epoch, step: this.steps, ...this.saving() }
        return
      }
    }
    yield { type: 'done', result: await this.finish() }
  }

  /** Sets the initial parameters and progress: from a checkpoint, from given weights, or random. */
  private begin(): void {
    const { config, threads } = this.session
    const { context } = threads
    const { engine, model, control } = context
    const { resume, initFrom } = this.options
    model.initialize(config.seed)
    if (initFrom !== undefined) this.converted = loadWeights(engine, model, initFrom.bytes, initFrom.name)
    if (resume === undefined) return
    const { best, resumable } = this
    const progress = restoreCheckpoint(engine, context, config, resumable, best, resume.bytes, resume.name)
    const begun = progress.batch > 0 ? progress.epoch + 1 : progress.epoch
    if (begun > config.epochs) {
      const what = `has begun ${begun} epochs, more than the ${config.epochs} asked for.`
      throw new CheckpointError(what, { where: resume.name })
    }
    this.epoch = progress.epoch
    this.batch = progress.batch
    this.seconds = progress.seconds
    for (const record of progress.history) this.remember(record)
    control.step = progress.step
    control.lossSum = progress.lossSum
    control.correct = progress.correct
    // The history records the rate of an epoch's last step, which may be done already.
    if (control.step > 0) control.learningRate = threads.leader.step.rateAt(control.step - 1)
  }

  /** The steps of an epoch, or the rest of them after a resume. Ends early if the signal aborts. */
  private async *trainEpoch(): AsyncGenerator<TrainingEvent, void, undefined> {
    const { config, parts, threads } = this.session
    const { control, order } = threads.context
    const rows = parts.train.length
    let resumedAt = seconds()
    epochOrder(parts.train, config.seed, this.epoch, config.shuffle, order.data.subarray(0, rows))
    control.rows = rows
    control.source = 0
    control.epoch = this.epoch
    if (this.batch === 0) {
      control.lossSum = 0
      control.correct = 0
    }
    // Report progress after the first step of an epoch. Each yield costs time, because the other threads must be woken.
    let chunk = 1
    while (this.batch < this.steps) {
      const end = Math.min(this.steps, this.batch + chunk)
      const before = seconds()
      // Every thread runs `TrainingStep.run` of step.ts for each of these batches.
      threads.train(this.batch, end)
      if (control.diverged) throw this.diverged()
      const perStep = (seconds() - before) / (end - this.batch)
      this.chunk = Math.max(1, Math.min(this.chunk * 2, Math.round(SLICE_SECONDS / perStep)))
      chunk = this.chunk
      this.batch = end
      await yieldToEventLoop()
      this.seconds += seconds() - resumedAt
      const done = Math.min(this.batch * config.batchSize, rows)
      yield {
        type: 'progress',
        epoch: this.epoch + 1,
        step: this.batch,
        steps: this.steps,
        loss: control.lossSum / done,
        accuracy: control.correct / done,
        imagesPerSecond: done / this.seconds,
        secondsLeft: (this.seconds / this.batch) * (this.steps * (config.epochs - this.epoch) - this.batch),
        checkpoint: this.saving().checkpoint,
      }
      if (this.options.signal?.aborted === true && this.batch < this.steps) return
      resumedAt = seconds()
    }
  }

  /** The history record of the epoch whose steps are all done. */
  private async record(): Promise<EpochRecord> {
    const { session, epoch } = this
    const { config, parts, threads } = session
    const { control } = threads.context
    const rows = Math.min(parts.train.length, this.steps * config.batchSize)
    const [loss, accuracy] = [control.lossSum / rows, control.correct / rows]
    const all = config.evaluate === 'epoch' || epoch + 1 === config.epochs
    const wanted = (part: ScoredPart): boolean => all && config.scoreOn.includes(part)
    // Early stopping and plateaus need the validation score of every epoch.
    const watched = config.earlyStopping !== undefined || config.schedule.type === 'plateau'
    const record: EpochRecord = {
      epoch: epoch + 1,
      learningRate: control.learningRate,
      loss,
      accuracy,
      train: wanted('train') ? await session.score('train') : null,
      validation: parts.validation.length > 0 && (all || watched) ? await session.score('validation') : null,
      test: wanted('test') ? await this.scoreTest() : null,
      seconds: this.seconds,
    }
    for (const score of [record.train, record.validation, record.test]) {
      if (score !== null && !Number.isFinite(score.loss)) throw this.diverged()
    }
    return record
  }

  /** Keeps the whole test result, so that `finish` need not compute it again. */
  private async scoreTest(): Promise<Score> {
    const { score, ...rest } = await testResult(this.session)
    this.tested = { epoch: this.epoch + 1, ...rest }
    return score
  }

  private remember(record: EpochRecord): void {
    this.history.push(record)
    this.monitored.push(record.validation?.loss ?? record.loss)
  }

  /** Functions of an event that encode the current state and weights. They fail after the next event was asked for. */
  private saving(): { readonly checkpoint: MakeCheckpoint; readonly weights: MakeWeights } {
    const { engine, model } = this.session.threads.context
    const { preprocessing } = this.session
    return {
      checkpoint: this.moment.guard('checkpoint', () => this.encodeState()),
      weights: this.moment.guard('weights', () => encodeWeights(engine, model, preprocessing)),
    }
  }

  /** The whole state as the bytes of a checkpoint file. */
  private encodeState(): Uint8Array<ArrayBuffer> {
    const { session, epoch, batch, history, best } = this
    const { config, preprocessing } = session
    const { context } = session.threads
    const { step, lossSum, correct } = context.control
    const progress = { epoch, batch, step, lossSum, correct, seconds: this.seconds, history }
    return encodeCheckpoint(context, { config, dataset: this.fingerprint, progress, best, preprocessing })
  }

  private outOfPatience(): boolean {
    const { earlyStopping } = this.session.config
    const { state } = this.best
    if (earlyStopping === undefined || state === undefined) return false
    return this.epoch - state.epoch >= Math.max(1, earlyStopping.patience)
  }

  private startEvent(): StartEvent {
    const { config, dataset, parts, threads } = this.session
    const { library } = threads.context.engine
    const { best } = this
    const weights = this.moment.guard('weights', () => best.encode(this.session.preprocessing))
    return {
      type: 'start',
      summary: summary(threads.context.model),
      parameters: threads.context.model.parameterCount,
      dataset: dataset.name,
      synthetic: dataset.synthetic,
      trainRows: parts.train.length,
      validationRows: parts.validation.length,
      testRows: parts.test.length,
      epochs: config.epochs,
      stepsPerEpoch: this.steps,
      threads: threads.count,
      ...(threads.fewer === undefined ? {} : { fewerThreads: threads.fewer }),
      engine: threads.context.engine.name,
      ...(library === undefined ? {} : { library }),
      ...(this.converted.length === 0
        ? {}
        : { converted: { from: this.converted, to: ownDtype(threads.context.engine) } }),
      resumedEpoch: this.epoch,
      resumedStep: this.batch,
      warnings: classWarnings(dataset, parts),
      ...(best.state === undefined ? {} : { resumedBest: { epoch: best.state.epoch, weights } }),
    }
  }

  private async finish(): Promise<TrainingResult> {
    const { session, history, best } = this
    const { config, parts, preprocessing, threads } = session
    const { engine, model } = threads.context
    const restored = config.earlyStopping?.restoreBest === true && best.state !== undefined
    if (restored) best.restore()
    const weightsEpoch = restored ? (best.state?.epoch ?? this.epoch) : this.epoch
    // The scores of the last epoch are those of the current weights, unless weights of another epoch were restored.
    const last = history.at(-1)
    const measured = last !== undefined && last.epoch === weightsEpoch ? last : undefined
    const wanted = (part: ScoredPart): boolean => config.scoreOn.includes(part) && parts[part].length > 0
    const finalScore = async (part: 'train' | 'validation'): Promise<Score | null> =>
      measured?.[part] ?? (wanted(part) ? await session.score(part) : null)
    const train = await finalScore('train')
    const validation = await finalScore('validation')
    let test = measured?.test ?? null
    let tested: TestResult | undefined = this.tested?.epoch === weightsEpoch ? this.tested : undefined
    if (wanted('test') && (test === null || tested === undefined)) {
      const { score, ...rest } = await testResult(session)
      test = score
      tested = rest
    }
    return {
      train,
      validation,
      test,
      confusion: tested?.confusion ?? null,
      recall: tested?.recall ?? null,
      mistakes: tested?.mistakes ?? null,
      history,
      bestEpoch: best.state?.epoch ?? null,
      weightsEpoch,
      weightsSha256: await hashWeights(engine, model),
      weights: encodeWeights(engine, model, preprocessing),
    }
  }

  private diverged(): DivergenceError {
    return divergenceError(this.session.threads.context.control, this.epoch + 1)
  }
}
