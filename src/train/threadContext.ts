import { ConfigError } from '../base/errors.ts'
import { sizeOf } from '../base/shape.ts'
import { Augmenter } from '../data/augment.ts'
import type { AugmentSpec } from '../data/augmentSpec.ts'
import type { Examples } from '../data/dataset.ts'
import type { Preprocessing } from '../data/preprocess.ts'
import type { Barrier } from '../engine/barrier.ts'
import type { Engine, EngineName } from '../engine/engine.ts'
import { Gatherer, type ImageSize, planPixels } from '../engine/gather.ts'
import type { PixelRows, Standardization } from '../engine/kernels.ts'
import { type Block, planBytes, planDoubles, planIndices } from '../engine/memory.ts'
import { type Matrix, PARAMETER_TILE, type Range } from '../engine/tensor.ts'
import type { LossOptions } from '../nn/loss.ts'
import { Model, type ModelSpec } from '../nn/model.ts'
import type { Optimizer } from '../optim/optimizer.ts'
import { buildOptimizer } from '../optim/optimizers.ts'
import type { OptimizerSpec } from '../optim/specs.ts'
import { Control } from './control.ts'

/** All that a thread needs to build its context: plain data and shared bytes, so that it can be sent to threads. */
export interface Setup {
  readonly engine: EngineName
  readonly model: ModelSpec
  readonly optimizer: OptimizerSpec
  readonly batchSize: number
  /** Whether the last batch of an epoch is left out if it would be smaller. */
  readonly dropLast?: boolean | undefined
  readonly l2: number
  readonly seed: number
  /** Largest norm of the whole gradient; undefined for no limit. */
  readonly clipNorm: number | undefined
  readonly loss: LossOptions
  readonly augment: AugmentSpec | undefined
  readonly image: ImageSize
  /** Number of training rows: N of the L2 penalty. */
  readonly trainRows: number
  readonly train: Examples
  readonly test: Examples
  /** Whether the first layer leaves out zeros of its input; see `sparseInput.ts`. */
  readonly sparseInput: boolean
  /** Estimated work for each input of a sparse first layer, by which threads share its weights. */
  readonly inputWork?: readonly number[]
}

/** Rows evaluated at a time, if the training batch is not larger. */
const EVALUATION_ROWS = 256

/** One of the threads of a training. Thread 0 leads; it alone keeps the sums of an epoch. */
export interface TrainingThread {
  readonly context: ThreadContext
  /** Number of this thread, 0 to count - 1. */
  readonly index: number
  readonly count: number
  readonly barrier: Barrier
}

/**
 * What one thread sees of a training: the same model as every other thread, planned at the same addresses of memory that
 * all threads share. It holds the data; {@link TrainingThread | threads} compute.
 */
export class ThreadContext {
  readonly setup: Setup
  readonly engine: Engine
  readonly model: Model
  readonly control: Control
  /** Index of the example for each row of an epoch or of an evaluation, in order. */
  readonly order: Block<Uint32Array>
  readonly pixels: PixelRows
  readonly standardization: Standardization
  readonly optimizer: Optimizer
  /** The optimizer's state: for each parameter one matrix a slot. */
  readonly slots: readonly (readonly Matrix[])[]
  /** For each parameter the sums of squares of its gradient, one a tile; empty if gradients are not clipped. */
  readonly squares: readonly Block<Float64Array>[]
  /** Loss and predicted class of every row of an evaluation. */
  readonly rowLosses: Block
  readonly rowPredictions: Block<Uint8Array>
  /** Softmax confidence of misclassified test images. */
  readonly rowProbabilities: Block<Float64Array>
  /** Augments training images; undefined without augmentation. */
  readonly augmenter: Augmenter | undefined
  /** One for training images, one for test images. */
  readonly gatherers: readonly Gatherer[]

  /** Plans all memory in the engine. Commit the engine afterwards. */
  constructor(engine: Engine, setup: Setup) {
    const { arena } = engine
    const features = sizeOf(setup.model.inputShape)
    const capacity = Math.max(setup.batchSize, EVALUATION_ROWS)
    const longest = Math.max(setup.train.count, setup.test.count)
    const { loss, sparseInput, inputWork } = setup
    this.setup = setup
    this.engine = engine
    this.control = new Control(arena)
    this.order = planIndices(arena, longest)
    this.pixels = planPixels(arena, capacity, features)
    this.standardization = { mean: engine.values(features), inverse: engine.values(features) }
    this.rowLosses = engine.values(longest)
    this.rowPredictions = planBytes(arena, longest)
    this.rowProbabilities = planDoubles(arena, setup.test.count)
    this.model = new Model(engine, setup.model, capacity, { loss, sparseInput, inputWork })
    this.model.stepContext.seed = setup.seed
    checkBatches(this.model, setup)
    this.optimizer = buildOptimizer(setup.optimizer)
    this.slots = this.model.parameters.map(({ value }) =>
      this.optimizer.slots.map(() => engine.matrix(value.rows, value.width)),
    )
    const clipped = setup.clipNorm === undefined ? [] : this.model.parameters
    this.squares = clipped.map(({ value }) => planDoubles(arena, Math.ceil(value.rows / PARAMETER_TILE)))
    this.gatherers = [setup.train, setup.test].map((examples) => new Gatherer(examples, setup.image))
    const { augment, image, seed } = setup
    this.augmenter = augment && new Augmenter(augment, image.height, image.width, seed)
  }

  /**
   * Loads a part of a batch into the engine's memory: rows `rows` of the model's input become the preprocessed images, and
   * of the loss the labels, of the examples order[start + row]. In training, images are augmented.
   */
  load(start: number, rows: Range): void {
    if (rows.end <= rows.first) return
    const { model, control, order, pixels, standardization, gatherers, augmenter, engine } = this
    const distortion = model.stepContext.training ? augmenter : undefined
    const gatherer = gatherers[control.source]
    gatherer?.run(order.data, start, rows, pixels, model.loss.results, distortion, control.epoch)
    engine.kernels.standardize(pixels, standardization, model.input.value, rows)
  }

  /**
   * Sets the preprocessing of the pixels. For a sparse input the mean is not subtracted, so that pixels of 0 stay 0:
   * (pixel - mean) inverse = pixel inverse - shift.
   */
  preprocess({ mean, deviation }: Preprocessing): void {
    const { sparseInput } = this.model
    this.standardization.inverse.data.set(deviation.map((value) => 1 / value))
    if (sparseInput === undefined) this.standardization.mean.data.set(mean)
    else sparseInput.shift.data.set(mean.map((value, i) => value / (deviation[i] ?? 1)))
  }
}

/** @throws ConfigError if a batch, perhaps the last of the epoch, is smaller than a layer can train on */
function checkBatches(model: Model, { batchSize, trainRows, dropLast = false }: Setup): void {
  const last = dropLast || trainRows % batchSize === 0 ? batchSize : trainRows % batchSize
  for (const { name, smallestBatch = 1 } of model.layers) {
    if (last >= smallestBatch) continue
    const which = batchSize === last ? 'a batch' : `the last batch of ${trainRows} rows`
    throw new ConfigError(
      `${which} has ${last} example${last === 1 ? '' : 's'}, layer "${name}" needs ${smallestBatch}.`,
      {
        where: 'batchSize',
        hint: `Use another batch size than ${batchSize}${batchSize === last ? '' : ', or dropLast'}.`,
      },
    )
  }
}
