/** The configuration of a training as plain data. The schema in `config.ts` checks it. */
import type { Filled } from '../base/filled.ts'
import type { AugmentInput, AugmentSpec } from '../data/augmentSpec.ts'
import type { Normalization } from '../data/preprocess.ts'
import type { ModelConfig, ModelInput } from '../nn/modelSpecs.ts'
import type { OptimizerInput, OptimizerSpec } from '../optim/optimizerSpecs.ts'
import type { Schedule, ScheduleInput } from '../optim/scheduleSpecs.ts'

/** A part of the data that can be scored. Without held-out rows there is no validation part. */
export type ScoredPart = 'train' | 'validation' | 'test'

/** When a training ends before its last epoch. */
export interface EarlyStoppingInput {
  /** What is watched on the validation rows. Default: loss. */
  readonly monitor?: 'loss' | 'accuracy' | undefined
  /** Epochs without improvement before the training stops, at least 0. Default: 5. */
  readonly patience?: number | undefined
  /** Smaller changes do not count as improvement; at least 0. Default: 0. */
  readonly minDelta?: number | undefined
  /** End with the weights of the best epoch. Default: true. */
  readonly restoreBest?: boolean | undefined
}
/** {@link EarlyStoppingInput} with its defaults filled in. */
export type EarlyStopping = Filled<EarlyStoppingInput, 'monitor' | 'patience' | 'minDelta' | 'restoreBest'>

/**
 * All that decides what a training computes, as one writes it: what has a default may be left out. Two trainings of
 * equal configuration and data end with the same weights, bit for bit; threads are therefore no part of it.
 */
export interface TrainingInput {
  /** The model: a preset or a list of layers. */
  readonly model: ModelInput
  /** How weights follow their gradients. */
  readonly optimizer: OptimizerInput
  /** How the learning rate changes. Default: constant. */
  readonly schedule?: ScheduleInput | undefined
  /** Examples per step, at least 1 and at most the training rows. Default: 400. */
  readonly batchSize?: number | undefined
  /** Leave out the last batch of an epoch where it would be smaller than the others. Default: false. */
  readonly dropLast?: boolean | undefined
  /** Passes over the training rows, at least 1. Default: 8. */
  readonly epochs?: number | undefined
  /** lambda of the penalty lambda / (2 N) * sum of squared weights, N the training rows; at least 0. Default: 0. */
  readonly l2?: number | undefined
  /** Preprocessing of the pixels, fitted on the training rows only. Default: standardize-pixel. */
  readonly normalize?: Normalization | undefined
  /** Share of the training rows that is held out to choose by: at least 0, below 1. Default: 0, none. */
  readonly validation?: number | undefined
  /** Whether the held-out rows keep the shares of the classes. Default: true. */
  readonly stratified?: boolean | undefined
  /** Use only this many training rows, the first ones; at least 1. Default: all. */
  readonly limit?: number | undefined
  /** Whether every epoch has a random order of its own. Default: true. */
  readonly shuffle?: boolean | undefined
  /** Decides initial weights, shuffles, splits and dropout: 0 to 4294967295. Default: 1. */
  readonly seed?: number | undefined
  /** Random changes to the training images. Default: none. */
  readonly augment?: AugmentInput | undefined
  /** Share of each target that is spread over all classes, in training: at least 0, below 1. Default: 0. */
  readonly labelSmoothing?: number | undefined
  /**
   * What each class counts in the loss: a number above 0 for each, or "balanced" for weights inversely proportional to
   * how frequent a class is in the training rows. Default: 1 for each.
   */
  readonly classWeights?: 'balanced' | readonly number[] | undefined
  /** Largest norm of the whole gradient, above 0; a longer one is scaled down. Default: no limit. */
  readonly clipNorm?: number | undefined
  /** Stop when the validation rows no longer improve; needs validation above 0. Default: never. */
  readonly earlyStopping?: EarlyStoppingInput | undefined
  /**
   * Measure loss and accuracy after every epoch, or only at the end. Validation rows that early stopping or a plateau
   * watches are measured after every epoch. Default: epoch.
   */
  readonly evaluate?: 'epoch' | 'end' | undefined
  /** Parts of the data to measure loss and accuracy on, at least one. Default: all three. */
  readonly scoreOn?: readonly ScoredPart[] | undefined
}

/** {@link TrainingInput}, checked and with all defaults filled in. */
export interface TrainingConfig
  extends Filled<
    Omit<TrainingInput, 'model' | 'optimizer' | 'schedule' | 'augment' | 'earlyStopping'>,
    | 'batchSize'
    | 'epochs'
    | 'l2'
    | 'normalize'
    | 'validation'
    | 'stratified'
    | 'shuffle'
    | 'seed'
    | 'labelSmoothing'
    | 'evaluate'
    | 'scoreOn'
  > {
  readonly model: ModelConfig
  readonly optimizer: OptimizerSpec
  readonly schedule: Schedule
  readonly augment?: AugmentSpec | undefined
  readonly earlyStopping?: EarlyStopping | undefined
}
