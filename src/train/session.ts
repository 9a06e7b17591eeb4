import { checkFields } from '../base/arguments.ts'
import { ConfigError, DataError, ShapeError } from '../base/errors.ts'
import { formatShape } from '../base/shape.ts'
import { yieldToEventLoop } from '../base/yield.ts'
import { checkDataset, type Dataset, shareDataset } from '../data/dataset.ts'
import { fitPreprocessing, type Preprocessing } from '../data/preprocess.ts'
import { splitTrainValidation } from '../data/split.ts'
import type { EngineName } from '../engine/engine.ts'
import type { KeptMemory } from '../engine/keptMemory.ts'
import type { LossOptions } from '../nn/loss.ts'
import type { ModelSpec } from '../nn/model.ts'
import { expandModel } from '../nn/presets.ts'
import type { TrainingConfig } from './config.ts'
import type { Score } from './events.ts'
import { inputWork, wantsSparseInput } from './sparseInput.ts'
import { ThreadGroup } from './threadGroup.ts'

/** Indices of the examples of each part: among the training images, and for `test` among the test images. */
export interface Parts {
  readonly train: Uint32Array
  readonly validation: Uint32Array
  readonly test: Uint32Array
}

export type PartName = keyof Parts

export interface SessionOptions {
  /**
   * Threads that train together, 1 to 256. Default: 1. The result has the same bits for any number. If several are not
   * possible (a page that is not cross-origin isolated, the main thread of a page, the engine `reference`), one thread
   * does all the work, and the event `start` says so.
   */
  readonly threads?: number
  /**
   * Address of the script of a thread. Default: the script of this package. Bundles need it, because the script is then
   * not beside this package: make `atelier/thread` an entry of its own.
   */
  readonly threadUrl?: URL | string
  /** The engine. Default: simd. All but `blas` give the same bits on every machine. */
  readonly engine?: EngineName
  /** Training and validation rows, such as one fold. Default: by the configuration's limit and split. */
  readonly rows?: { readonly train: Uint32Array; readonly validation: Uint32Array }
  /** Preprocessing that was fitted before. Default: fitted on the training rows. */
  readonly preprocessing?: Preprocessing
  /** Replaces `fitPreprocessing`, for example by a function that caches its results. */
  readonly fitWith?: typeof fitPreprocessing
  /** Memory to reuse for trainings one after the other. Default: new memory for each. */
  readonly memory?: KeptMemory
}

/** Rows evaluated between two yields to the event loop. */
const EVALUATION_CHUNK = 8192

/** @throws ConfigError for an option of the wrong kind; {@link partsOf} checks that rows exist */
export function checkSessionOptions(options: SessionOptions): void {
  const kinds = {
    rows: 'object?',
    preprocessing: 'object?',
    fitWith: 'function?',
    memory: 'object?',
  } as const
  checkFields(options, kinds, 'options')
  if (options.rows !== undefined)
    checkFields(options.rows, { train: 'indices', validation: 'indices' }, 'options, rows')
}

type Visit = (example: number, label: number, predicted: number, probability: number) => void

/** A model, its data and its threads, ready to train and to evaluate. Close it when done. */
export class Session {
  readonly config: TrainingConfig
  readonly dataset: Dataset
  readonly parts: Parts
  readonly preprocessing: Preprocessing
  readonly threads: ThreadGroup

  private constructor(
    config: TrainingConfig,
    dataset: Dataset,
    parts: Parts,
    preprocessing: Preprocessing,
    threads: ThreadGroup,
  ) {
    this.config = config
    this.dataset = dataset
    this.parts = parts
    this.preprocessing = preprocessing
    this.threads = threads
  }

  /**
   * Splits the data, fits the preprocessing on the training rows, plans and allocates the model, starts the threads.
   * Parameters are still zero.
   *
   * @throws ConfigError, ShapeError, DataError, EngineError
   */
  static async open(
    config: TrainingConfig,
    dataset: Dataset,
    options: SessionOptions = {},
  ): Promise<Session> {
    checkDataset(dataset)
    const parts = partsOf(config, dataset, options)
    if (config.batchSize > parts.train.length) {
      throw new ConfigError(`${config.batchSize} is larger than the ${parts.train.length} training rows.`, {
        where: 'batchSize',
        hint: `Use at most ${parts.train.length}.`,
      })
    }
    if (config.earlyStopping !== undefined && parts.validation.length === 0) {
      const hint = 'Set validation, for example to 0.1.'
      throw new ConfigError('there are no validation rows to watch.', { where: 'earlyStopping', hint })
    }
    checkScoredParts(config, parts)
    const features = dataset.height * dataset.width * dataset.channels
    const { fitWith = fitPreprocessing } = options
    const preprocessing =
      options.preprocessing ?? fitWith(config.normalize, dataset.train, features, parts.train)
    if (preprocessing.mean.length !== features) {
      throw new DataError(
        `the model was made for images of ${preprocessing.mean.length} values, these have ${features}.`,
      )
    }
    const { threads = 1, engine = 'simd' } = options
    const model = modelSpec(config, dataset)
    const sparseInput = wantsSparseInput({
      engine,
      layers: model.layers,
      preprocessing,
      examples: dataset.train,
      rows: parts.train,
    })
    const { train, test } = threads > 1 ? shareDataset(dataset) : dataset
    const group = await ThreadGroup.start(
      {
        engine,
        model,
        optimizer: config.optimizer,
        batchSize: config.batchSize,
        dropLast: config.dropLast,
        l2: config.l2,
        seed: config.seed,
        augment: config.augment,
        image: { height: dataset.height, width: dataset.width, channels: dataset.channels },
        clipNorm: config.clipNorm,
        loss: {
          labelSmoothing: config.labelSmoothing,
          ...classWeights(config, dataset, parts.train),
        },
        trainRows: parts.train.length,
        sparseInput,
        ...(sparseInput && threads > 1 ? { inputWork: inputWork(dataset.train, features, parts.train) } : {}),
        train,
        test,
      },
      threads,
      { memory: options.memory, threadUrl: options.threadUrl },
    )
    const last = group.context.model.layers.at(-1)
    const classes = dataset.classes.length
    if (last === undefined || formatShape(last.outputShape) !== formatShape([classes])) {
      await group.stop()
      throw new ShapeError(
        `gives ${formatShape(last?.outputShape ?? [])} outputs, but the dataset has ${classes} classes.`,
        { where: `layer "${last?.name}"`, hint: `End the model with a dense layer of ${classes} units.` },
      )
    }
    group.context.model.loss.initialize()
    group.context.preprocess(preprocessing)
    return new Session(config, dataset, parts, preprocessing, group)
  }

  /**
   * Loss and accuracy on a part, by all threads. Sums run over the rows in their order, whatever the threads.
   *
   * @param visit called for every row with its index in the part's images, its class and the predicted class; for
   * misclassified test images also with the softmax confidence
   */
  async score(part: PartName, visit?: Visit): Promise<Score> {
    const { control, order } = this.threads.context
    const rows = this.parts[part]
    order.data.set(rows)
    control.source = part === 'test' ? 1 : 0
    control.rows = rows.length
    const chunk =
      Math.ceil(EVALUATION_CHUNK / this.threads.context.model.capacity) * this.threads.context.model.capacity
    for (let first = 0; first < rows.length; first += chunk) {
      this.threads.evaluate(first, Math.min(first + chunk, rows.length))
      await yieldToEventLoop()
    }
    return this.tally(part, visit)
  }

  /** The sums of {@link score}. A function of its own, because V8 allocates every sum in a function that awaits. */
  private tally(part: PartName, visit: Visit | undefined): Score {
    const { rowLosses, rowPredictions, rowProbabilities } = this.threads.context
    const rows = this.parts[part]
    const { labels } = part === 'test' ? this.dataset.test : this.dataset.train
    let loss = 0
    let correct = 0
    for (let i = 0; i < rows.length; i++) {
      const example = rows[i] ?? 0
      const label = labels[example] ?? 0
      const predicted = rowPredictions.data[i] ?? 0
      loss += rowLosses.data[i] ?? 0
      if (label === predicted) correct++
      visit?.(example, label, predicted, rowProbabilities.data[i] ?? 0)
    }
    return { loss: loss / rows.length, accuracy: correct / rows.length }
  }

  close(): Promise<void> {
    return this.threads.stop()
  }
}

export function modelSpec(config: TrainingConfig, dataset: Dataset): ModelSpec {
  return {
    inputShape: [dataset.height, dataset.width, dataset.channels],
    layers: expandModel(config.model, dataset.classes.length),
  }
}

/** Weight of each class: as configured, or rows / (classes * rows of the class), as scikit-learn's "balanced". */
function classWeights(config: TrainingConfig, dataset: Dataset, rows: Uint32Array): LossOptions {
  const { classWeights: wanted } = config
  const classes = dataset.classes.length
  if (wanted === undefined) return {}
  if (wanted !== 'balanced') {
    if (wanted.length !== classes) {
      const what = `${wanted.length} weights for ${classes} classes.`
      throw new ConfigError(what, { where: 'classWeights' })
    }
    return { classWeights: wanted }
  }
  const counts = new Array<number>(classes).fill(0)
  for (const row of rows) {
    const label = dataset.train.labels[row] ?? 0
    counts[label] = (counts[label] ?? 0) + 1
  }
  // The weight of a class without rows is never used.
  return { classWeights: counts.map((count) => (count === 0 ? 1 : rows.length / (classes * count))) }
}

/** The rows of each part. @throws ConfigError if the limit is larger than the dataset, or a part would be empty */
export function partsOf(
  config: TrainingConfig,
  dataset: Dataset,
  options: Pick<SessionOptions, 'rows'> = {},
): Parts {
  const count = Math.min(config.limit ?? dataset.train.count, dataset.train.count)
  const test = Uint32Array.from({ length: dataset.test.count }, (_, i) => i)
  if (options.rows !== undefined) {
    for (const [part, rows] of Object.entries(options.rows)) {
      const beyond = rows.find((row) => row >= dataset.train.count)
      if (beyond === undefined) continue
      const what = `there is no row ${beyond}; the training examples are ${dataset.train.count}.`
      throw new ConfigError(what, { where: `rows, ${part}` })
    }
    if (options.rows.train.length === 0) throw new ConfigError('there are no rows.', { where: 'rows, train' })
    return { ...options.rows, test }
  }
  if (config.limit !== undefined && config.limit > dataset.train.count) {
    throw new ConfigError(`${config.limit} is more than the ${dataset.train.count} training examples.`, {
      where: 'limit',
    })
  }
  if (config.validation > 0) {
    const labels = dataset.train.labels.subarray(0, count)
    return {
      ...splitTrainValidation(labels, config.validation, config.seed, { stratified: config.stratified }),
      test,
    }
  }
  return { train: Uint32Array.from({ length: count }, (_, i) => i), validation: new Uint32Array(0), test }
}

/** @throws ConfigError if held-out rows would not be scored, or nothing would be scored */
function checkScoredParts({ scoreOn }: TrainingConfig, { validation }: Parts): void {
  const where = 'scoreOn'
  if (validation.length > 0 && !scoreOn.includes('validation')) {
    const what = `${validation.length} rows are held out, but not scored: there is nothing to choose or stop by.`
    throw new ConfigError(what, { where, hint: 'Add "validation", or hold no rows out.' })
  }
  if (validation.length === 0 && !scoreOn.some((part) => part !== 'validation')) {
    const hint = 'Add "train" or "test", or set validation, for example to 0.1.'
    throw new ConfigError('there are no validation rows to score.', { where, hint })
  }
}
