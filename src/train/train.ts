import { seconds } from '../base/clock.ts'
import { CheckpointError, DivergenceError } from '../base/errors.ts'
import { yieldToEventLoop } from '../base/yield.ts'
import { epochOrder } from '../data/batches.ts'
import type { Dataset } from '../data/dataset.ts'
import { summary } from '../nn/model.ts'
import { encodeCheckpoint, type Progress, restoreCheckpoint } from './checkpoint.ts'
import { type TrainingInput, trainingConfig } from './config.ts'
import { TRAIN } from './control.ts'
import type { EpochRecord, StartEvent, TrainingEvent, TrainingResult } from './events.ts'
import { confusionOf, recallOf } from './metrics.ts'
import { fingerprint, Session, type SessionOptions } from './session.ts'
import { encodeWeights, hashWeights, loadWeights } from './weights.ts'

/** Saved bytes with the name that messages give them. */
export interface NamedBytes {
  readonly bytes: Uint8Array
  readonly name: string
}

export interface TrainOptions extends SessionOptions {
  /** Ends the training after the step in work; the last event is then `interrupted`. */
  readonly signal?: AbortSignal
  /** A checkpoint to go on from. */
  readonly resume?: NamedBytes
  /** Weights to start from instead of random ones. */
  readonly initFrom?: NamedBytes
}

/** Training goes on for about this many seconds between two looks at the event loop. */
const SLICE_SECONDS = 0.05

/**
 * Trains a model and tells about it: `start`, then `progress` many times and `epoch` once an epoch, at last `done` or
 * `interrupted`. The training waits while an event is handled.
 *
 * @param input the configuration; what has a default may be left out
 * @throws ConfigError, ShapeError, DataError, CheckpointError, EngineError; DivergenceError when a loss is not finite
 */
export async function* trainEvents(
  input: TrainingInput,
  dataset: Dataset,
  options: TrainOptions = {},
): AsyncGenerator<TrainingEvent, void, undefined> {
  const config = trainingConfig(input)
  const session = await Session.open(config, dataset, options)
  try {
    yield* run(session, options)
  } finally {
    await session.close()
  }
}

/** Trains to the end and returns the result; `onEvent` hears of everything in between. */
export async function train(
  input: TrainingInput,
  dataset: Dataset,
  options: TrainOptions & { readonly onEvent?: (event: TrainingEvent) => void } = {},
): Promise<TrainingResult> {
  for await (const event of trainEvents(input, dataset, options)) {
    options.onEvent?.(event)
    if (event.type === 'done') return event.result
    if (event.type === 'interrupted') options.signal?.throwIfAborted()
  }
  throw new DivergenceError('The training ended without a result.')
}

async function* run(session: Session, options: TrainOptions): AsyncGenerator<TrainingEvent, void, undefined> {
  const { config, dataset, parts, team } = session
  const { replica } = team
  const { control, engine } = replica
  const data = await fingerprint(dataset)
  const steps = Math.ceil(parts.train.length / config.batchSize)
  const start = begin(session, data, options)
  const history: EpochRecord[] = [...start.history]
  let { batch, seconds: epochSeconds } = start
  control.step = start.step
  control.learningRate = config.optimizer.learningRate

  yield startEvent(session, steps, start)

  for (let epoch = start.epoch; epoch < config.epochs; epoch++) {
    let resumedAt = seconds()
    const order = replica.order.data.subarray(0, parts.train.length)
    epochOrder(parts.train, config.seed, epoch, config.shuffle, order)
    control.rows = parts.train.length
    control.source = 0
    control.lossSum = batch === 0 ? 0 : start.lossSum
    control.correct = batch === 0 ? 0 : start.correct

    const checkpoint = (completed: number): Uint8Array<ArrayBuffer> => {
      const { step, lossSum, correct } = control
      const partial = completed > epoch ? { batch: 0, seconds: 0 } : { batch, seconds: epochSeconds }
      const progress: Progress = { epoch: completed, step, lossSum, correct, history, ...partial }
      return encodeCheckpoint(engine, replica, config, data, progress)
    }

    let chunk = 1
    while (batch < steps) {
      const end = Math.min(steps, batch + chunk)
      control.command = TRAIN
      control.setBatches(batch, end)
      const before = seconds()
      team.run()
      if (control.diverged) throw diverged(control.step, epoch + 1, control.learningRate)
      const perStep = (seconds() - before) / (end - batch)
      chunk = Math.max(1, Math.min(chunk * 2, Math.round(SLICE_SECONDS / perStep)))
      batch = end
      await yieldToEventLoop()
      epochSeconds += seconds() - resumedAt
      const rows = Math.min(batch * config.batchSize, parts.train.length)
      yield {
        type: 'progress',
        epoch: epoch + 1,
        step: batch,
        steps,
        loss: control.lossSum / rows,
        accuracy: control.correct / rows,
        imagesPerSecond: rows / epochSeconds,
        secondsLeft: (epochSeconds / batch) * (steps * (config.epochs - epoch) - batch),
      }
      if (options.signal?.aborted === true && batch < steps) {
        yield { type: 'interrupted', epoch: epoch + 1, step: batch, checkpoint: () => checkpoint(epoch) }
        return
      }
      resumedAt = seconds()
    }

    const running = {
      loss: control.lossSum / parts.train.length,
      accuracy: control.correct / parts.train.length,
    }
    const wanted = config.evaluate === 'epoch' || epoch + 1 === config.epochs
    const record: EpochRecord = {
      epoch: epoch + 1,
      learningRate: control.learningRate,
      ...running,
      train: wanted ? await session.score('train') : null,
      validation: wanted && parts.validation.length > 0 ? await session.score('validation') : null,
      test: wanted ? await session.score('test') : null,
      seconds: epochSeconds,
    }
    if (record.train !== null && !Number.isFinite(record.train.loss)) {
      throw diverged(control.step, epoch + 1, control.learningRate)
    }
    history.push(record)
    yield { type: 'epoch', record, checkpoint: () => checkpoint(epoch + 1) }
    batch = 0
    epochSeconds = 0
    if (options.signal?.aborted === true && epoch + 1 < config.epochs) {
      yield { type: 'interrupted', epoch: epoch + 1, step: steps, checkpoint: () => checkpoint(epoch + 1) }
      return
    }
  }
  yield { type: 'done', result: await finish(session, history) }
}

/** Parameters and progress to start with: from a checkpoint, from given weights, or fresh. */
function begin(session: Session, data: string, options: TrainOptions): Progress {
  const { config, team } = session
  const { engine, model } = team.replica
  const { resume, initFrom } = options
  if (resume !== undefined) {
    const progress = restoreCheckpoint(engine, team.replica, config, data, resume.bytes, resume.name)
    if (progress.epoch > config.epochs) {
      throw new CheckpointError(
        `has done ${progress.epoch} epochs, more than the ${config.epochs} asked for.`,
        {
          where: resume.name,
        },
      )
    }
    return progress
  }
  if (initFrom === undefined) model.initialize(config.seed)
  else loadWeights(engine, model, initFrom.bytes, initFrom.name)
  return { epoch: 0, batch: 0, step: 0, lossSum: 0, correct: 0, seconds: 0, history: [] }
}

function startEvent(session: Session, stepsPerEpoch: number, progress: Progress): StartEvent {
  const { config, dataset, parts, team } = session
  return {
    type: 'start',
    summary: summary(team.replica.model),
    parameters: team.replica.model.parameterCount,
    dataset: dataset.name,
    synthetic: dataset.synthetic,
    trainRows: parts.train.length,
    validationRows: parts.validation.length,
    testRows: parts.test.length,
    epochs: config.epochs,
    stepsPerEpoch,
    threads: team.threads,
    engine: team.replica.engine.name,
    resumedEpoch: progress.epoch,
    resumedStep: progress.batch,
  }
}

async function finish(session: Session, history: readonly EpochRecord[]): Promise<TrainingResult> {
  const { dataset, parts, preprocessing, team } = session
  const { engine, model } = team.replica
  const confusion = confusionOf(dataset.classes.length)
  const test = await session.score('test', (_example, label, predicted) => confusion.add(label, predicted))
  return {
    train: await session.score('train'),
    validation: parts.validation.length > 0 ? await session.score('validation') : null,
    test,
    confusion: confusion.counts,
    recall: recallOf(confusion.counts),
    history,
    weightsSha256: await hashWeights(engine, model),
    weights: encodeWeights(engine, model, preprocessing),
  }
}

function diverged(step: number, epoch: number, learningRate: number): DivergenceError {
  return new DivergenceError(`the loss is no longer a finite number (learning rate ${learningRate}).`, {
    where: `step ${step}, epoch ${epoch}`,
    hint: `Try a learning rate of ${learningRate / 10}, or normalise the images.`,
  })
}
