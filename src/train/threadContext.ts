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
import { type Matrix, PARAMETER_TILE } from '../engine/tensor.ts'
import type { LossOptions } from '../nn/loss.ts'
import { Model, type ModelSpec } from '../nn/model.ts'
import type { Optimizer } from '../optim/optimizer.ts'
import { buildOptimizer } from '../optim/optimizers.ts'
import type { OptimizerSpec } from '../optim/specs.ts'
import { Control } from './control.ts'

/** All that a thread needs to build its context. Plain data and shared bytes: it is sent to the threads. */
export interface Setup {
  readonly engine: EngineName
  readonly model: ModelSpec
  readonly optimizer: OptimizerSpec
  readonly batchSize: number
  /** Whether the last batch of an epoch is left out where it would be smaller. */
  readonly dropLast?: boolean | undefined
  readonly l2: number
  readonly seed: number
  /** Largest norm of the whole gradient; undefined for no limit. */
  readonly clipNorm: number | undefined
  readonly loss: LossOptions
  readonly augment: AugmentSpec | undefined
  readonly image: ImageSize
  /** Rows trained on: N of the L2 penalty. */
  readonly trainRows: number
  readonly train: Examples
  readonly test: Examples
  /** Whether the first layer is to leave out zeros, where it can. */
  readonly sparseInput: boolean
  /** How much there is to multiply for each of its inputs; only a guess, by which threads share the work. */
  readonly inputWork?: readonly number[]
}

/** Smaller batches are evaluated this many rows at a time. */
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
  /** Which examples the rows of an epoch (or of an evaluation) are, in order. */
  readonly order: Block<Uint32Array>
  readonly pixels: PixelRows
  readonly standardization: Standardization
  readonly optimizer: Optimizer
  /** What the optimizer remembers: for each parameter a matrix for each slot. */
  readonly slots: readonly (readonly Matrix[])[]
  /** Sums of squares of the gradient, one for each tile of each parameter, where it is to be clipped. */
  readonly squares: readonly Block<Float64Array>[]
  /** Loss and predicted class of every row of an evaluation. */
  readonly rowLosses: Block
  readonly rowPredictions: Block<Uint8Array>
  /** Probability of the predicted class, of test images that were taken for another class. */
  readonly rowProbabilities: Block<Float64Array>
  /** What happens to training images, where anything does. */
  readonly augmenter: Augmenter | undefined
  /** For training images and for test images. */
  readonly gatherers: readonly Gatherer[]

  /** Plans everything; the engine is to be committed afterwards. */
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
   * Sets what is done to every pixel. A sparse input is made without the mean, so that pixels of 0 stay 0:
   * (pixel - mean) inverse = pixel inverse - shift.
   */
  preprocess({ mean, deviation }: Preprocessing): void {
    const { sparseInput } = this.model
    this.standardization.inverse.data.set(deviation.map((value) => 1 / value))
    if (sparseInput === undefined) this.standardization.mean.data.set(mean)
    else sparseInput.shift.data.set(mean.map((value, i) => value / (deviation[i] ?? 1)))
  }
}

/** @throws ConfigError when a batch, perhaps the last of the epoch, is too small for a layer to learn from */
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
